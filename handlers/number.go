package handlers

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"tagline/store"
	"tagline/textutil"
)

// parseNumber reads a phone number as somebody types or pastes it, and says what is wrong with it, or "". It must name
// its country: Tagline knows none that all of an account's contacts are from, and a guess would text a stranger.
func parseNumber(typed string) (number, wrong string) {
	if textutil.Blank(typed) {
		return "", "Write the number first, with + and the country: +1 415 555 0134."
	}
	read, ok := textutil.Number(typed)
	if !strings.HasPrefix(read, "+") && (ok || !strings.Contains(typed, "+")) {
		return "", "Begin the number with + and the country, like +1 415 555 0134. Without it nobody knows whose it is."
	}
	if parsed, err := phonenumbers.Parse(read, ""); err == nil && phonenumbers.IsPossibleNumber(parsed) {
		return phonenumbers.Format(parsed, phonenumbers.E164), ""
	}
	return "", "This is no phone number that can be texted. Compare it digit by digit; with + and the country it looks " +
		"like +1 415 555 0134."
}

// readings are the numbers that a typed one may be, as they are stored: the text as it stands first, since webhooks
// bring senders that are no numbers; then as it is read.
func readings(typed string) []string {
	number, _ := textutil.Number(typed)
	return distinct(strings.TrimSpace(typed), textutil.Label(typed), number)
}

// spellings are the readings, then the number as its numbering plan has it: contacts may have numbers that are in none.
func spellings(typed string) []string {
	number, _ := parseNumber(typed)
	return distinct(append(readings(typed), number)...)
}

// distinct returns each value once, in their order, without "".
func distinct(values ...string) (all []string) {
	for _, value := range values {
		if value != "" && !slices.Contains(all, value) {
			all = append(all, value)
		}
	}
	return all
}

// withPlus gives a number in an address its + back, which arrives as a space where it was not escaped.
func withPlus(value string) string {
	if number, ok := textutil.Number(value); ok && strings.HasPrefix(value, " ") && !strings.HasPrefix(number, "+") {
		return "+" + value[1:]
	}
	return value
}

// recipient is the number that somebody typed to write to: a contact's as it is stored, else one that can be texted.
// wrong says why it is neither, or is "".
func (a *site) recipient(ctx context.Context, user store.User, typed string) (number, wrong string, err error) {
	c, err := a.store.FindContact(ctx, user.Scope(), spellings(typed)...)
	if errors.Is(err, store.ErrNotFound) {
		number, wrong = parseNumber(typed)
		return number, wrong, nil
	}
	return c.PhoneNumber, "", err
}

// contact is the contact whom somebody looks up by what they typed, among those in the scope, or store.ErrNotFound. The
// number may lack its +: nothing is sent to it.
func (a *site) contact(ctx context.Context, scope store.Scope, typed string) (store.Contact, error) {
	numbers := append(spellings(withPlus(typed)), spellings(typed)...)
	if number, ok := textutil.Number(typed); ok && !strings.HasPrefix(number, "+") {
		numbers = append(numbers, "+"+number)
	}
	return a.store.FindContact(ctx, scope, numbers...)
}
