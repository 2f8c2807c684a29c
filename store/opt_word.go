package store

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"tagline/textutil"
)

// The words that opt out and in again without anybody having said so; networks know the same, and the rules of the United
// States name them.
var (
	OutWords = []string{"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
	InWords  = []string{"START", "UNSTOP"}
)

// partedWords are words that people write as two.
var partedWords = []string{"stop all", "un subscribe", "opt out"}

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

// OptParts is what OptWord made of a text as its words alone: what stands between them does not count.
func OptParts(word string) string {
	return strings.Join(strings.FieldsFunc(textutil.WithoutIgnorable(word), func(r rune) bool { return !unicode.In(r, unicode.L, unicode.N, unicode.M) }), " ")
}

// CommonOptWord tells whether what OptWord made of a text is one of the words that count everywhere, and which way. It opts out
// in two parts, spelled out, and repeated as well: OPT-OUT, S.T.O.P., stop stop.
func CommonOptWord(word string) (is, out bool) {
	parts := strings.Split(OptParts(word), " ")
	same := func(one string) bool {
		return len(parts) == len(one) && strings.EqualFold(one, strings.Join(parts, "")) ||
			!slices.ContainsFunc(parts, func(part string) bool { return !strings.EqualFold(one, part) })
	}
	out = slices.Contains(partedWords, strings.Join(parts, " ")) || slices.ContainsFunc(OutWords, same)
	return out || slices.ContainsFunc(InWords, func(one string) bool { return strings.EqualFold(one, word) }), out
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
		return t.optsOutInParts(OptParts(word))
	}
	return err == nil, out, err
}

// optsOutInParts is optsOut for the account's own words of several parts, whatever stands between those.
func (t *tx) optsOutInParts(parts string) (is, out bool, err error) {
	if !strings.Contains(parts, " ") || utf8.RuneCountInString(parts) > LongestOptWord {
		return false, false, nil
	}
	type own struct {
		word string
		out  bool
	}
	rows, err := t.query(`SELECT word, out FROM opt_words`)
	all, err := collect(rows, err, func(r row, o *own) error { return r.Scan(&o.word, &o.out) })
	i := slices.IndexFunc(all, func(o own) bool { return OptParts(o.word) == parts })
	if err != nil || i < 0 {
		return false, false, err
	}
	return true, all[i].out, nil
}
