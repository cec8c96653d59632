package graph

import (
	"database/sql/driver"
	"math"
	"strconv"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// appendText appends text as a JSON string. Invalid UTF-8, which no stored text has, would become U+FFFD.
func appendText(out []byte, text string) []byte {
	out = append(out, '"')
	start := 0
	for i := 0; i < len(text); {
		b := text[i]
		if b >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && size == 1 {
				out = append(append(out, text[start:i]...), "\ufffd"...)
				start = i + 1
			}
			i += size
			continue
		}
		if b >= ' ' && b != '"' && b != '\\' {
			i++
			continue
		}
		out = append(out, text[start:i]...)
		switch b {
		case '"', '\\':
			out = append(out, '\\', b)
		case '\n':
			out = append(out, `\n`...)
		case '\t':
			out = append(out, `\t`...)
		case '\r':
			out = append(out, `\r`...)
		default:
			out = append(out, '\\', 'u', '0', '0', hexDigits[b>>4], hexDigits[b&15])
		}
		i++
		start = i
	}
	return append(append(out, text[start:]...), '"')
}

// appendValue appends a value of a row.
func appendValue(out []byte, value driver.Value) []byte {
	switch value := value.(type) {
	case string:
		return appendText(out, value)
	case int64:
		return strconv.AppendInt(out, value, 10)
	case float64:
		return appendFloat(out, value)
	default:
		return append(out, "null"...)
	}
}

// appendFloat appends a number; JSON has none for infinities.
func appendFloat(out []byte, value float64) []byte {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return append(out, "null"...)
	}
	return strconv.AppendFloat(out, value, 'g', -1, 64)
}

// appendOptional appends a text, or null where it is empty.
func appendOptional(out []byte, text string) []byte {
	if text == "" {
		return append(out, "null"...)
	}
	return appendText(out, text)
}

func appendTexts(out []byte, texts []string) []byte {
	out = append(out, '[')
	for i, text := range texts {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendText(out, text)
	}
	return append(out, ']')
}
