package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"
)

// longestTextFile is how much of a file is read that a flag names, in bytes: more than all certificates of a system.
const longestTextFile = 1 << 20

// byteOrderMark is what some editors put before a text.
const byteOrderMark = "\ufeff"

// readText reads a text file that the admin names, as any editor saves it: without a byte order mark and without what
// cannot be seen around it.
func readText(file string) (string, error) {
	f, err := os.Open(file) // #nosec G304 -- the admin names the file
	if err != nil {
		return "", fmt.Errorf("cannot be read: %w", err)
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, longestTextFile+1))
	switch {
	case errors.Is(err, syscall.EISDIR):
		return "", fmt.Errorf("%s is a folder; name a file", file)
	case err != nil:
		return "", fmt.Errorf("cannot be read: %w", err)
	case len(content) > longestTextFile:
		return "", fmt.Errorf("%s is longer than 1 MB; is it the right file?", file)
	}
	text, err := plainText(content)
	if err != nil {
		return "", fmt.Errorf("%s %w", file, err)
	}
	return text, nil
}

// plainText is the text of a file without the editor's marks. The error goes on after the file's name.
func plainText(content []byte) (string, error) {
	text := strings.TrimFunc(string(content), func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
	switch {
	case bytes.HasPrefix(content, []byte{0xff, 0xfe}), bytes.HasPrefix(content, []byte{0xfe, 0xff}),
		bytes.IndexByte(content, 0) >= 0:
		return "", errors.New("is saved as UTF-16, or is no text; save it as UTF-8")
	case !utf8.ValidString(text):
		return "", errors.New("is not UTF-8; save it as UTF-8")
	case text == "":
		return "", errors.New("is empty")
	}
	return text, nil
}

// fromFile is what a flag says, or the file that the flag with "-file" names.
func fromFile(flag, value, file string) (string, error) {
	if file == "" {
		return value, nil
	}
	if value != "" {
		return "", fmt.Errorf("--%s and --%s-file are both set; leave one of them out", flag, flag)
	}
	text, err := readText(file)
	if err != nil {
		return "", fmt.Errorf("--%s-file: %w", flag, err)
	}
	return text, nil
}

// lineFromFile is fromFile for what is one line.
func lineFromFile(flag, value, file string) (string, error) {
	text, err := fromFile(flag, value, file)
	if err == nil && file != "" && strings.ContainsAny(text, "\r\n") {
		return "", fmt.Errorf("--%s-file: %s holds more than one line; leave the others out", flag, file)
	}
	return text, err
}
