package textutil

import "testing"

// A number that begins with + is itself, whatever words stand around it; letters beside it may be digits.
func TestNumbersAreReadOutOfTexts(t *testing.T) {
	const want = "+4915112345678"
	for _, typed := range []string{
		"m: +49 151 12345678", "Handynummer: +49 151 12345678", "Tlf. +49 151 12345678", "τηλ. +49 151 12345678",
		"手机号：+49 151 12345678", "טלפון: +49 151 12345678",
		"รับสาย +49 151 12345678", "رقم الهاتف: +٤٩ ١٥١ ١٢٣٤٥٦٧٨", "My number is +49 151 12345678", "[Home] +49 151 12345678",
		"(DE) +49 151 12345678", "🇩🇪+49 151 12345678", "#+49 151 12345678",
		"+49 151 12345678 (privat)", "+49 151 12345678 (h)", "+49 151 12345678, Anna", "+49 151 12345678؟",
		"+49 151 12345678 \\", "Anna <+49 151 12345678>", `="+4915112345678"`,
		"++49 151 12345678", "+49 151 12345678 +", "+49'151'12345678", "+49’151’12345678",
		"+4\ufe0f\u20e39\ufe0f\u20e3 151 12345678", "➕49 (0)151 12345678 (Büro)",
		"https://t.me/+4915112345678", "https://signal.me/#p/+4915112345678", "viber://chat?number=%2B4915112345678",
		"https://web.whatsapp.com/send?phone=4915112345678", "facetime:+4915112345678",
		"SMSTO:+4915112345678:Call 5 times", "sms:+4915112345678&body=hi 5", "TEL;TYPE=CELL;VALUE=uri:tel:+4915112345678",
		"+49 151 12345678;ext=",
		"+49 151 12345678 wew. 12", "+49 151 12345678 内線12", "+49 151 12345678 int. 5", "+49 151 12345678 toestel 5",
		"Büro: +49 151 12345678 ramal 5",
	} {
		if got, ok := Number(typed); !ok || got != want {
			t.Errorf("%+q is read as %q, %v", typed, got, ok)
		}
	}
	for _, typed := range []string{
		"+1 800 555 CALL", "+1-800-GOFEDEX", "+1 800 555-CALL", "+1 800 555.CALL", "A+4915112345678", "2+4915112345678",
		"C + 12345", "Flat 4, +49 151 12345678",
		"+49 151 12345678 or +49 151 12345679", "+49 151 12345678, 151 12345679", "+49 151 12345678 (5 pm)", "not before +12",
		"+49 151 1234 then 5678", "5'10", "+", "++", "call +", "%2B",
	} {
		if got, ok := Number(typed); ok {
			t.Errorf("%+q is read as %q", typed, got)
		}
	}
}
