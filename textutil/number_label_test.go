package textutil

import "testing"

// Labels, extensions and characters that cannot be seen are no part of a number.
func TestNumbersAreReadOutOfWhatStandsAroundThem(t *testing.T) {
	for typed, want := range map[string]string{
		"+1415\x005550134": "+14155550134", "\x00+1415555\x070134\x1b": "+14155550134",
		"+1 415\u0085555 0134": "+14155550134", "\x7f+14155550134": "+14155550134",
		"Cell phone: +1 415 555 0134": "+14155550134", "Mob no: +14155550134": "+14155550134",
		"Work: +44 20 7946 0958": "+442079460958", "Mobile: +44 20 7946 0958": "+442079460958",
		"电话：+86 10 1234 5678": "+861012345678", "Тел.: +7 495 123-45-67": "+74951234567",
		"携帯: +81 90 1234 5678": "+819012345678",
		"+44 20 7946 0958 #12": "+442079460958", "+44 20 7946 0958,12": "+442079460958", "+442079460958;;12": "+442079460958",
		"+44 20 7946 0958 (ext 12)":  "+442079460958",
		"+33 1 42 68 53 00 poste 12": "+33142685300", "+1 415 555 0134 (mobile)": "+14155550134",
		"+14155550134 mobile": "+14155550134", "+44 (0)20 7946 0958 x5": "+442079460958",
	} {
		if got, ok := Number(typed); !ok || got != want {
			t.Errorf("%+q is read as %q, %v, want %q", typed, got, ok, want)
		}
	}
	for _, typed := range []string{"Mobile", "WORK 123", "Text 72645", "O2", "NO1", "MAIN7654321",
		"+14155550134,+14155550199", "+14155550134,5550199", "12345678,50", "415,555", "\x00", "Office 365"} {
		if got, ok := Number(typed); ok {
			t.Errorf("%+q is read as %q", typed, got)
		}
	}
}
