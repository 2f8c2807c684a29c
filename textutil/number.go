package textutil

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	// shortestNumber and longestNumber are how many digits a number has with its country code (E.164).
	shortestNumber = 7
	longestNumber  = 15
	// longestTyped is how many bytes can be one number with what is put around and between its digits.
	longestTyped = 400
)

// Number reads a phone number as people type, copy and send it: with any dashes, brackets and invisible characters, in
// the digits of any script, as a tel: address. It returns "+" and digits where the number names its country, by + or by
// 00, else the digits alone. Other words may stand around a number that begins with +. ok is false for what is no
// number: names, two numbers, other signs.
func Number(s string) (number string, ok bool) {
	if len(s) > longestTyped {
		return "", false
	}
	if digits, plus := strings.CutPrefix(s, "+"); digits != "" && strings.Trim(digits, "0123456789") == "" {
		return international(digits, plus), true // as TextLink sends it, which needs none of the rest
	}
	s = strings.TrimSpace(strings.Map(withoutUnseen, WithoutIgnorable(norm.NFKC.String(s))))
	if number, ok = numberAlone(withoutScheme(s)); ok {
		return number, true
	}
	return numberInText(s)
}

// numberAlone reads a number with nothing around it but what is known to stand there.
func numberAlone(s string) (number string, ok bool) {
	s, words := withoutWords(strings.TrimFunc(s, surrounds))
	s = strings.TrimRight(strings.TrimFunc(s, surrounds), "(")
	var digits []byte
	plus := false
	for i, r := range s {
		digit, is := Digit(r)
		switch {
		case is && digit == '0' && len(digits) > 0 && strings.HasSuffix(s[:i], "(") && strings.HasPrefix(s[i+1:], ")"):
			// What stands before the number within a country, as in +44 (0)20.
		case is:
			digits = append(digits, digit)
		case (r == '+' || r == '➕') && !plus && len(digits) == 0:
			plus = true
		case !Separates(r) && !(plus && strings.ContainsRune("'’", r)): // as in Switzerland
			return "", false
		}
	}
	if len(digits) == 0 || words && len(digits) < shortestNumber {
		return "", false
	}
	return international(string(digits), plus), true
}

// inText is a number that begins with +, and what stands before and behind it: no digit, and no letter beside it.
// Letters behind a number may be digits, as in +1 800 555 CALL.
var inText = regexp.MustCompile(`^(|[^+\p{Nd}]*[^+\p{L}\p{N}])\++([^+]*\p{Nd})(|\s*[^\p{L}\p{N}\s\p{Pd}._][^\p{Nd}]*)$`)

// numberInText reads a number that begins with + out of a text without other digits.
func numberInText(s string) (number string, ok bool) {
	m := inText.FindStringSubmatch(escapedPlus.Replace(s))
	if m == nil {
		return "", false
	}
	number, ok = numberAlone("+" + m[2])
	return number, ok && len(number) > shortestNumber
}

// escapedPlus is + as it stands in addresses.
var escapedPlus = strings.NewReplacer("%2B", "+", "%2b", "+", "➕", "+")

// withoutUnseen drops control characters, which nobody types and nobody sees, and what encloses a digit, as on a
// keycap. White space stays.
func withoutUnseen(r rune) rune {
	if unicode.IsControl(r) && !unicode.IsSpace(r) || unicode.Is(unicode.Me, r) {
		return -1
	}
	return r
}

// international puts + before digits that name their country.
func international(digits string, plus bool) string {
	rest, zeros := strings.CutPrefix(digits, "00")
	if zeros && !strings.HasPrefix(rest, "0") && shortestNumber <= len(rest) && len(rest) <= longestNumber {
		return "+" + rest
	}
	if plus {
		return "+" + digits
	}
	return digits
}

var (
	// label is what people write before a number.
	label = regexp.MustCompile(
		`^(?i:(?:tel|tél|telefon|téléphone|telephone|teléfono|telefono|phone|ph|fon|mobile|mobil|mob|móvil|cell|handy|` +
			`home|work|office|main|sms|text|whatsapp|` +
			`number|no|nr|тел|телефон|моб|电话|手机|電話|携帯|전화|휴대폰|هاتف|جوال|موبایل|تلفن|फ़ोन|फोन|मोबाइल)[\s.:：]+)+`)
	// extension is what is dialled once the number has answered.
	extension = regexp.MustCompile(
		`[\s,;#(-]*(?:(?i:extension|extn|ext|x|poste|durchwahl|dw|доб|int|interno|anexo|ramal|toestel|wew|` +
			`内線|内线|分机|내선)[\s.:=]*|` +
			`\s#\s?)\p{Nd}{1,7}\)?$`)
	// pause is what stands before digits that a telephone dials by itself once the number has answered.
	pause = regexp.MustCompile(`^(\+.{7,})[,;]+\p{Nd}{1,4}$`)
	// kind is a label that stands behind a number.
	kind = regexp.MustCompile(`\s*[(\[]?(?i:mobile|mobil|mob|cell|home|work|office|main)[)\]]?$`)
	// chat is a link to a number that WhatsApp makes; the number names its country without +.
	chat = regexp.MustCompile(
		`^(?i:(?:https?://)?(?:www\.)?wa\.me/|(?:https?://)?(?:api|web)\.whatsapp\.com/send/?\?phone=|` +
			`whatsapp://send/?\?phone=)` +
			`(?:\+|%2B)?([0-9]+)/?(?:[?&#].*)?$`)
)

// withoutWords takes a label and an extension from a number, and reports whether there was one.
func withoutWords(s string) (number string, words bool) {
	number = s
	if at := label.FindStringIndex(s); at != nil {
		number = s[at[1]:]
	}
	if at := kind.FindStringIndex(number); at != nil {
		number = number[:at[0]]
	}
	if m := pause.FindStringSubmatch(number); m != nil {
		number = m[1]
	}
	if at := extension.FindStringIndex(number); at != nil {
		number = number[:at[0]]
	}
	return number, number != s
}

// withoutScheme takes the number out of an address such as tel:+1-415-555-0134;ext=5 (RFC 3966).
func withoutScheme(s string) string {
	if link := chat.FindStringSubmatch(s); link != nil {
		return "+" + link[1]
	}
	scheme, rest, found := strings.Cut(s, ":")
	switch strings.ToLower(strings.TrimSpace(scheme)) {
	case "tel", "sms", "smsto", "mms", "callto", "whatsapp":
	default:
		return s
	}
	if !found {
		return s
	}
	if plain, err := url.PathUnescape(rest); err == nil {
		rest = plain
	}
	rest, parameters, _ := strings.Cut(strings.TrimLeft(rest, "/ "), ";")
	if end := strings.IndexAny(rest, "?&:"); end >= 0 { // a text to send
		rest = rest[:end]
	}
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(parameter, "=")
		if strings.EqualFold(name, "phone-context") && strings.HasPrefix(value, "+") && !strings.HasPrefix(rest, "+") {
			return value + " " + rest
		}
	}
	return rest
}

// surrounds reports whether r may stand around a number without belonging to it.
func surrounds(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.Pi, unicode.Pf) ||
		strings.ContainsRune(",;:.!\"'<>、。，；،؛*_~`|📞☎☏✆📱📲", r)
}

// Separates reports whether r may stand between the digits of a number.
func Separates(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.Z, unicode.Pd, unicode.Ps, unicode.Pe) ||
		strings.ContainsRune("./·−•‧∙⋅・ー⁃˗─━~_|➖", r)
}

// Digit returns the ASCII digit that r stands for, in whatever script.
func Digit(r rune) (digit byte, ok bool) {
	if '0' <= r && r <= '9' {
		return byte(r), true
	}
	if r < 0x0660 || !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	for _, group := range unicode.Nd.R16 {
		if rune(group.Lo) <= r && r <= rune(group.Hi) {
			return tenth(r - rune(group.Lo)), true
		}
	}
	for _, group := range unicode.Nd.R32 {
		if rune(group.Lo) <= r && r <= rune(group.Hi) {
			return tenth(r - rune(group.Lo)), true
		}
	}
	return 0, false
}

// tenth is the digit so far into a group: each begins with a zero, and holds whole tens.
func tenth(n rune) byte { return '0' + byte(n%10) }

// SameNumber reports whether two phone numbers are one. Senders that are names are the same in capitals and small
// letters (ASCII, as in SQLite's NOCASE); which of them a contact is shown by, the first message decides.
func SameNumber(a, b string) bool {
	return len(a) == len(b) && foldNumber(a) == foldNumber(b)
}

// foldNumber returns a number in small letters.
func foldNumber(number string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, number)
}
