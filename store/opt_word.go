package store

import (
	"context"
	"slices"
	"strings"

	"tagline/store/text"
)

// OptWords are an account's own words, in the admin's order.
type OptWords struct{ Out, In []string }

// OptWords returns the account's own words.
func (s *Store) OptWords(ctx context.Context) (words OptWords, err error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT written, out FROM opt_words ORDER BY position`)
	_, err = collect(rows, err, func(r row, _ *struct{}) error {
		var word string
		var out bool
		err := r.Scan(&word, &out)
		if out {
			words.Out = append(words.Out, word)
		} else {
			words.In = append(words.In, word)
		}
		return err
	})
	return words, err
}

// SetOptWords puts words in the place of the account's own. Messages that came before are not read again.
func (s *Store) SetOptWords(ctx context.Context, words OptWords) error {
	return s.write(ctx, func(t *tx) error {
		if err := t.Exec(`DELETE FROM opt_words`); err != nil {
			return err
		}
		for i, word := range slices.Concat(words.Out, words.In) {
			if err := t.Exec(`INSERT INTO opt_words (word, written, position, out) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
				text.OptWord(word), word, i, i < len(words.Out)); err != nil {
				return err
			}
		}
		return t.audit(ctx, OptWordsChanged, strings.Join(slices.Concat(words.Out, words.In), ", "))
	})
}

// optsOut tells whether a text is one of the words, and which way.
func (t *tx) optsOut(said string) (is, out bool, err error) {
	word := text.OptWord(said)
	if word == "" {
		return false, false, nil
	}
	if is, out = text.CommonOptWord(word); is {
		return true, out, nil
	}
	return t.ownOptWord(word)
}

// ownOptWord is optsOut for the account's own words.
func (t *tx) ownOptWord(word string) (is, out bool, err error) {
	type own struct {
		word string
		out  bool
	}
	rows, err := t.Query(`SELECT word, out FROM opt_words ORDER BY position`)
	all, err := collect(rows, err, func(r row, o *own) error { return r.Scan(&o.word, &o.out) })
	if err != nil || len(all) == 0 {
		return false, false, err
	}
	words := make([]string, len(all))
	for i, o := range all {
		words[i] = o.word
	}
	i := text.OwnOptWord(word, words)
	if i < 0 {
		return false, false, nil
	}
	return true, all[i].out, nil
}
