package store

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The words that opt out and in again without anybody having said so; networks know the same.
var (
	OutWords = []string{"STOP", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"}
	InWords  = []string{"START", "UNSTOP"}
)

// OptWords are an account's own words, in the admin's order.
type OptWords struct{ Out, In []string }

// LongestOptWord is how many characters a word has at most, spaces included.
const LongestOptWord = 40

// longestOptText is how many bytes of a text may be such a word with what stands around it.
const longestOptText = 400

// OptWord is what remains of a text for comparing it with the words: neither case nor what stands around it counts, nor
// how wide or in how many parts its letters are written. It is "" if nothing remains.
func OptWord(text string) string {
	if len(text) > longestOptText {
		return ""
	}
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Variation_Selector, r) || unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Join_Control, r) {
			return -1
		}
		return r
	}, norm.NFKC.String(text))
	begin := strings.IndexFunc(text, writes)
	end := strings.LastIndexFunc(text, writes)
	if begin < 0 {
		return ""
	}
	for i, r := range text[end:] { // marks belong to the letter before them
		if i > 0 && !unicode.Is(unicode.M, r) {
			text = text[:end+i]
			break
		}
	}
	return strings.Join(strings.Fields(strings.ToLower(strings.ToUpper(text[begin:]))), " ")
}

// CommonOptWord tells whether what OptWord made of a text is one of the words that count everywhere, and which way.
func CommonOptWord(word string) (is, out bool) {
	same := func(one string) bool { return strings.EqualFold(one, word) }
	out = slices.ContainsFunc(OutWords, same)
	return out || slices.ContainsFunc(InWords, same), out
}

func writes(r rune) bool { return unicode.In(r, unicode.L, unicode.N) }

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
		if err := t.exec(`DELETE FROM opt_words`); err != nil {
			return err
		}
		for i, word := range slices.Concat(words.Out, words.In) {
			if err := t.exec(`INSERT INTO opt_words (word, written, position, out) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
				OptWord(word), word, i, i < len(words.Out)); err != nil {
				return err
			}
		}
		return t.audit(ctx, OptWordsChanged, strings.Join(slices.Concat(words.Out, words.In), ", "))
	})
}

// optsOut tells whether a text is one of the words, and which way.
func (t *tx) optsOut(text string) (is, out bool, err error) {
	word := OptWord(text)
	if word == "" {
		return false, false, nil
	}
	if is, out = CommonOptWord(word); is {
		return true, out, nil
	}
	err = found(t.row(`SELECT out FROM opt_words WHERE word = ?`, word).Scan(&out))
	if err == ErrNotFound {
		return false, false, nil
	}
	return err == nil, out, err
}
