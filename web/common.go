package web

import (
	_ "embed"
	"slices"
	"strings"
)

// Passwords of 10 characters or more that are guessed first, in small letters and sorted. Taken from passwords.json of
// the npm package @zxcvbn-ts/language-common 4.1.3 (MIT License, Copyright 2012-2016 Dan Wheeler and Dropbox, Inc.,
// 2021 @zxcvbn-ts).
//
//go:embed common_passwords.txt
var commonPasswords string

// CommonPassword tells whether a password is among those that are guessed first, in any letter case: one that many
// people use, or a sign or a short run of signs again and again.
func CommonPassword(password string) bool {
	password = strings.ToLower(password)
	if _, found := slices.BinarySearch(strings.Split(commonPasswords, "\n"), password); found {
		return true
	}
	for n := 1; n <= len(password)/3; n++ {
		run := password[:n]
		if strings.HasPrefix(strings.Repeat(run, len(password)/n+1), password) {
			return true
		}
	}
	return false
}
