package loader

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	textunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// sniffed is how much of an input its encoding is told by.
const sniffed = 1 << 16

// decodeUTF16 turns UTF-16 into UTF-8 and takes a byte order mark off; anything else is left as it is.
func decodeUTF16(reader *bufio.Reader) *bufio.Reader {
	reader.Peek(len("\ufeff")) // no more: a pipe may have said all that it will for now
	start, _ := reader.Peek(min(512, reader.Buffered()))
	switch order, found := utf16Order(start); {
	case found:
		decoder := textunicode.UTF16(order, textunicode.UseBOM).NewDecoder()
		return bufio.NewReaderSize(transform.NewReader(reader, decoder), sniffed)
	case bytes.HasPrefix(start, []byte("\ufeff")):
		reader.Discard(len("\ufeff"))
	}
	return reader
}

// utf16Order tells UTF-16 by its mark or, where that is missing, by the zeros of Latin letters.
func utf16Order(start []byte) (order textunicode.Endianness, found bool) {
	switch {
	case bytes.HasPrefix(start, []byte{0xff, 0xfe}):
		return textunicode.LittleEndian, true
	case bytes.HasPrefix(start, []byte{0xfe, 0xff}):
		return textunicode.BigEndian, true
	}
	var zeros [2]int
	for i, b := range start {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch half := len(start) / 2; {
	case half < 2:
		return order, false
	case zeros[0] == 0 && zeros[1]*4 >= half*3:
		return textunicode.LittleEndian, true
	case zeros[1] == 0 && zeros[0]*4 >= half*3:
		return textunicode.BigEndian, true
	}
	return order, false
}

// decodeText turns a document into UTF-8. What is UTF-8 already stays, whatever it declares to be; else what it declares
// counts, and where it declares nothing its bytes are asked.
func decodeText(data []byte, declared string) string {
	chosen, _ := charset.Lookup(declared)
	switch text := isASCII(data); {
	case !text && utf8.Valid(data):
		return string(data)
	case text && (chosen == nil || !strings.EqualFold(declared, "iso-2022-jp")): // the one of seven bits that is still met
		return string(data)
	}
	if chosen == nil || chosen == encoding.Nop || strings.HasPrefix(strings.ToLower(declared), "utf") {
		chosen = guessEncoding(data)
	}
	if chosen == nil {
		return string(data)
	}
	decoded, err := chosen.NewDecoder().Bytes(data)
	if err != nil {
		return string(data)
	}
	return string(decoded)
}

func isASCII(data []byte) bool {
	for _, b := range data {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// decodeRecords turns a stream of records into UTF-8, as its beginning tells.
func decodeRecords(reader *bufio.Reader) *bufio.Reader {
	start, err := reader.Peek(reader.Size())
	if err == nil { // there is more: a character may be cut in two at the end
		start = start[:len(start)-utf8.UTFMax]
	}
	if chosen := guessEncoding(start); chosen != nil {
		return bufio.NewReaderSize(transform.NewReader(reader, chosen.NewDecoder()), sniffed)
	}
	return reader
}

// guessEncoding tells by its bytes how a text is encoded; nil is UTF-8, of which a byte or two may be damaged. A text that
// holds no character of UTF-8 but could be Windows-1252 is taken for it, unless it looks much more like another.
func guessEncoding(data []byte) encoding.Encoding {
	if utf8.Valid(data) {
		return nil
	}
	latin := true
	for rest := data; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if r >= utf8.RuneSelf && size > 1 && r != utf8.RuneError {
			latin = false
		}
		if r == utf8.RuneError && size == 1 && bytes.IndexByte([]byte{0x81, 0x8d, 0x8f, 0x90, 0x9d, 0xfe, 0xff}, rest[0]) >= 0 {
			latin = false
		}
		rest = rest[size:]
	}
	if best, err := chardet.NewTextDetector().DetectBest(data[:min(len(data), sniffed)]); err == nil && best.Confidence >= 50 {
		switch best.Charset {
		case "Shift_JIS", "EUC-JP", "EUC-KR", "GB-18030", "Big5", "KOI8-R", "windows-1251", "windows-1253", "windows-1255", "windows-1256":
			if chosen, _ := charset.Lookup(strings.ReplaceAll(best.Charset, "GB-", "GB")); chosen != nil {
				return chosen
			}
		}
	}
	if latin {
		return charmap.Windows1252
	}
	return nil
}

// text reads what is left of the source as one document.
func (s *source) text(declared func(start string) string) (text string, ok bool, err error) {
	data, err := io.ReadAll(io.LimitReader(s.reader, int64(s.options.MaxRecord)+1))
	if err != nil {
		return "", false, err
	}
	if len(data) > s.options.MaxRecord {
		s.reject(s.path, tooLarge(s.options.MaxRecord))
		return "", false, nil
	}
	name := ""
	if declared != nil {
		name = declared(string(data[:min(len(data), 4096)]))
	}
	if text = decodeText(data, name); isBinary(text) {
		s.reject(s.path, "no text: more than a third of it are control characters")
		return "", false, nil
	}
	return text, true, nil
}

// isBinary tells what is no text, whatever its name says.
func isBinary(text string) bool {
	control, all := 0, 0
	for _, r := range text {
		all++
		if r == utf8.RuneError || unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\f\v\u0085", r) {
			control++
		}
	}
	return control*3 > all
}
