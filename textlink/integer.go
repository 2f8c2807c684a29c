package textlink

import (
	"regexp"
	"strconv"
	"strings"
)

// number is a JSON number in its parts: sign, whole digits, digits after the point, exponent. JSON wants no plus sign
// and a digit before the point; people's strings are read more kindly.
var number = regexp.MustCompile(`^([+-]?)([0-9]+)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$`)

// maxDigits is how many digits an int64 can have.
const maxDigits = 19

// parseInteger reads a decimal number and floors it. It goes over the digits and never over a float64, which would
// change 2^53+1, and takes no longer for 1e999999999 than for 1.
func parseInteger(s string) (n int64, ok bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, true
	}
	sign, whole, fraction, ok := split(s)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(sign+whole, 10, 64)
	if err != nil {
		return 0, false
	}
	if sign == "-" && fraction != "" {
		if n--; n > 0 { // floored below the smallest int64
			return 0, false
		}
	}
	return n, true
}

// wholeDecimal returns the plain digits of a number without a fraction, whatever its size where it is written plainly.
func wholeDecimal(s string) (string, bool) {
	if allDigits(strings.TrimPrefix(s, "-")) {
		return s, true
	}
	sign, whole, fraction, ok := split(s)
	return sign + whole, ok && fraction == ""
}

// split applies the exponent: s is sign, whole, point, fraction. The fraction has no trailing zeros. Not ok if s is not
// a number or its whole part has more digits than an int64.
func split(s string) (sign, whole, fraction string, ok bool) {
	m := number.FindStringSubmatch(s)
	if m == nil {
		return "", "", "", false
	}
	sign, digits := m[1], m[2]+m[3]
	point := len(m[2])
	significant := strings.TrimLeft(digits, "0")
	if significant == "" {
		return sign, "0", "", true
	}
	point += exponent(m[4]) - (len(digits) - len(significant))
	switch {
	case point > maxDigits:
		return "", "", "", false
	case point <= 0:
		return sign, "0", significant, true
	case point >= len(significant):
		return sign, significant + strings.Repeat("0", point-len(significant)), "", true
	default:
		return sign, significant[:point], strings.TrimRight(significant[point:], "0"), true
	}
}

// exponent returns 0 for none. Those beyond any body's length are cut down to where they still mean "far too big" or
// "nearly nothing".
func exponent(s string) int {
	const far = 1 << 30
	n, err := strconv.Atoi(s)
	if err != nil && s != "" {
		n = far
		if s[0] == '-' {
			n = -far
		}
	}
	return max(-far, min(n, far))
}
