package store_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"tagline/store"
	"tagline/store/text"
)

// Each row is one name, however it is typed.
var oneName = [][]string{
	{"anna", "anna ", " anna", "ANNA", "Anna\u00a0", "ａｎｎａ", "an\u200bna", "\ufeffanna", "an\u00adna", "anna\ufe0f", "anna\r\n", "\u202eanna\u202c", "anna\u3164"},
	{"Émile", "émile", "E\u0301mile", "e\u0301MILE", "ÉMILE ", "e\u200d\u0301mile", "E\ufe0f\u0301mile"},
	{"Anna Smith", "anna  smith", "anna\u00a0smith", "ANNA\u3000SMITH", "anna\tsmith"},
	{"Straße", "STRASSE", "strasse", "straẞe"},
	{"Σίσυφος", "σίσυφοσ", "ΣΊΣΥΦΟΣ"},
	{"ガーナ", "ｶﾞｰﾅ", "カ\u3099ーナ"},
	{"Đặng", "đặng", "Đa\u0323\u0306ng", "ĐA\u0306\u0323NG"},
	{"ﬁona", "fiona", "FIONA"},
	{"ᏣᎳᎩ", "ꮳꮃꭹ"},
	{"o'neill", "o’neill", "O’NEILL", "oʼneill", "o‘neill", "o´neill", "o`neill", "o＇neill", "o′neill", "o׳neill"},
	{"jane o´hara", "jane o'hara", "jane o’hara"},
	{"anne-marie", "anne‐marie", "anne‑marie", "Anne–Marie", "anne—marie", "anne−marie", "anne－marie"},
	{"یوسف کریمی", "يوسف كريمي", "یوســف کریمی", "یوسف\u200c کریمی"},
	{"desk 5", "desk ٥", "desk ۵", "DESK ５", "desk ५"},
	{"ipek ılgaz", "İPEK ILGAZ", "İpek Ilgaz", "i\u0307pek ilgaz"},
	{"한글", "\u1112\u1161\u11ab\u1100\u1173\u11af"},
}

func TestANameIsOneHoweverItIsTyped(t *testing.T) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "tagline.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	device := []byte("a device")
	for _, names := range oneName {
		user, err := s.CreateUser(t.Context(), store.User{Name: text.CleanName(names[0]), Role: store.Agent}, names[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := s.KnowDevice(t.Context(), user.ID, device); err != nil {
			t.Fatal(err)
		}
		for _, typed := range names {
			if clean := text.CleanName(typed); clean != text.CleanName(clean) {
				t.Errorf("%+q is kept as %+q, which is not the form that names have", typed, clean)
			}
			found, hash, err := s.UserByName(t.Context(), typed)
			if err != nil || found.ID != user.ID || hash != names[0] {
				t.Errorf("%q leads to %q, %v; want %q", typed, found.Name, err, names[0])
			}
			if _, err := s.CreateUser(t.Context(), store.User{Name: typed, Role: store.Agent}, ""); !errors.Is(err, store.ErrExists) {
				t.Errorf("%q is there beside %q: %v", typed, names[0], err)
			}
			if known, err := s.KnowsDevice(t.Context(), typed, device); err != nil || !known {
				t.Errorf("the device of %q is unknown, %v", typed, err)
			}
		}
	}
	for _, other := range []string{"", "ann", "annaa", "anna smith jones", "oneill", "o\"neill", "annemarie", "anne_marie", "desk", "desk 6", "annasmith", "Emile", "Sisyphos", "аnna", "anna%", "_nna", "anna\x00x"} { // the а is Cyrillic
		if found, _, err := s.UserByName(t.Context(), other); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%q leads to %q, %v", other, found.Name, err)
		}
		if known, err := s.KnowsDevice(t.Context(), other, device); err != nil || known {
			t.Errorf("%q has a device, %v", other, err)
		}
	}
}

// Earlier versions took names that are one now. Both go on signing in, as they are written.
func TestNamesThatWereTwoStayTwo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tagline.db")
	s, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.CreateUser(t.Context(), store.User{Name: "Émile", Role: store.Admin}, "first"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	for name, hash := range map[string]string{"émile": "second", "Anna  Smith": "third"} { // as an earlier version wrote them
		if _, err := db.ExecContext(t.Context(), `INSERT INTO users (name, role, password_hash, created_at) VALUES (?, 'agent', ?, 0)`, name, hash); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.ExecContext(t.Context(), `INSERT INTO preferences (user_id) SELECT id FROM users WHERE id > 1`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = store.Open(t.Context(), path, store.Options{}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for name, want := range map[string]string{"Émile": "first", "émile": "second", "ÉMILE": "first", "Anna  Smith": "third", "anna smith": "third"} {
		if _, hash, err := s.UserByName(t.Context(), name); err != nil || hash != want {
			t.Errorf("%q leads to the %s, %v; want the %s", name, hash, err, want)
		}
	}
	if _, err := s.CreateUser(t.Context(), store.User{Name: "e\u0301mile", Role: store.Agent}, ""); !errors.Is(err, store.ErrExists) {
		t.Errorf("a third one: %v", err)
	}
}
