package web_test

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"tagline/web"
)

func TestPasswords(t *testing.T) {
	p := web.NewPasswords(1)
	hash, err := p.Hash("correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=65536,t=3,p=1$") {
		t.Errorf("hash %q", hash)
	}
	if matches, err := p.Matches("correct horse battery", hash, false); !matches || err != nil {
		t.Error("the password does not match its own hash")
	}
	for _, hash := range []string{hash, "", "$argon2id$", strings.Replace(hash, "argon2id", "argon2i", 1), hash[:len(hash)-43]} {
		if matches, err := p.Matches("correct horse batterx", hash, true); matches || err != nil {
			t.Errorf("a wrong password matches %q", hash)
		}
	}
	if again, err := p.Hash("correct horse battery"); again == hash || err != nil {
		t.Error("two hashes have the same salt")
	}
}

func TestAPasswordMatchesHoweverItIsTyped(t *testing.T) {
	p := web.NewPasswords(1)
	composed, decomposed := "Crème brûlée 1", norm.NFD.String("Crème brûlée 1")
	forms := []string{composed, decomposed, "Ｃrème brûlée １"}
	for _, chosen := range forms {
		hash, err := p.Hash(chosen)
		if err != nil {
			t.Fatal(err)
		}
		for _, typed := range forms {
			if ok, err := p.Matches(typed, hash, false); !ok || err != nil {
				t.Errorf("%+q does not match %+q, %v", typed, chosen, err)
			}
		}
		if ok, _ := p.Matches("Creme brulee 1", hash, false); ok {
			t.Errorf("other letters match %+q", chosen)
		}
	}
}
