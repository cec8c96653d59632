package loader

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
)

// readCSV reads one record a row, its fields named by the header. Fields are parted by what the header is parted by:
// comma, semicolon, tab or bar.
func readCSV(s *source) error {
	rows := &csvRows{reader: decodeRecords(s.reader), limit: s.options.MaxRecord, line: 1, multiline: true}
	header, err := rows.header()
	if err == io.EOF {
		s.reject(s.path, "empty")
		return nil
	}
	if err != nil {
		return err
	}
	columns := map[string]int{}
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := columns[name]; twice && slices.Contains(csvColumns, name) {
			s.reject(s.path, fmt.Sprintf("the header names the column %s twice", name))
			return nil
		}
		columns[name] = i
	}
	_, titles := columns["title"]
	if _, texts := columns["text"]; !titles && !texts {
		s.reject(s.path, fmt.Sprintf("the header has no column title or text: want a first row that names some of %s", strings.Join(csvColumns, ", ")))
		return nil
	}
	for {
		s.line = rows.line
		fields, size, err := rows.next()
		if err == errOpenQuote {
			if !s.reject(s.place(), err.Error()) {
				return nil
			}
			continue
		}
		if err != nil && err != io.EOF {
			return err
		}
		s.record = nil
		if size <= s.options.MaxRecord {
			s.record = rows.raw
		}
		switch blank := len(fields) <= 1 && size == 0; {
		case size > s.options.MaxRecord:
			if !s.reject(s.place(), tooLarge(s.options.MaxRecord)) {
				return nil
			}
		case blank:
		case len(fields) != len(header):
			if !s.reject(s.place(), fmt.Sprintf("%d fields, but the header has %d", len(fields), len(header))) {
				return nil
			}
		default:
			field := func(name string) string {
				if i, found := columns[name]; found {
					return fields[i]
				}
				return ""
			}
			if !s.give(Article{
				ID: field("id"), Title: field("title"), Text: field("text"), Summary: field("summary"), Published: field("published"),
				Source: field("source"), URL: field("url"), Language: field("language"),
			}, "") {
				return nil
			}
		}
		if err == io.EOF {
			return nil
		}
	}
}

// csvColumns are the fields of a record.
var csvColumns = []string{"id", "title", "text", "summary", "published", "source", "url", "language"}

var errOpenQuote = fmt.Errorf("a quotation mark is opened here and never closed")

// csvRows parts a stream into rows and fields. It is forgiving: a quotation mark within a field that does not begin with one is
// a character like any other, as is what stands between a closing mark and the next comma.
type csvRows struct {
	reader    *bufio.Reader
	comma     byte
	limit     int // bytes of a row that are kept
	line      int // of the next row
	multiline bool
	raw       []byte // the row as it stands, up to limit
}

// header reads the first row that is not blank, and chooses the comma by it.
func (c *csvRows) header() ([]string, error) {
	for {
		start, err := c.reader.Peek(min(c.reader.Size(), 4096))
		if len(start) == 0 {
			return nil, err
		}
		line, _, _ := bytes.Cut(start, []byte("\n"))
		if len(bytes.TrimSpace(line)) > 0 {
			c.comma = chooseComma(line)
			break
		}
		c.reader.Discard(min(len(line)+1, len(start)))
		c.line++
	}
	fields, size, err := c.next()
	if size > c.limit {
		return nil, fmt.Errorf("the header is larger than %s", formatSize(c.limit))
	}
	if err == io.EOF {
		err = nil
	}
	return fields, err
}

// chooseComma takes the sign that parts the header into the most names of columns.
func chooseComma(header []byte) byte {
	best, most := byte(','), 0
	for _, comma := range []byte(",;\t|") {
		known := 0
		for name := range bytes.SplitSeq(header, []byte{comma}) {
			if slices.Contains(csvColumns, strings.ToLower(strings.Trim(string(name), "\" \r"))) {
				known++
			}
		}
		if known > most {
			best, most = comma, known
		}
	}
	return best
}

// next reads a row. Of one larger than the limit only the size is right. The last row comes with io.EOF. After
// errOpenQuote the next row is what stands on the line below the faulty one's first, and rows end with their lines.
func (c *csvRows) next() (fields []string, size int, err error) {
	const (
		start  = iota // of a field
		bare          // within one that is not quoted
		quoted        // within quotation marks
		closed        // after the closing one
	)
	state, field := start, []byte(nil)
	c.raw = c.raw[:0]
	first := c.line
	end := func() {
		fields = append(fields, string(field))
		field, state = field[:0], start
	}
	for {
		b, err := c.reader.ReadByte()
		if err == io.EOF {
			if state == quoted && size <= c.limit {
				return nil, size, c.replay(first)
			}
			end()
			return fields, size, io.EOF
		}
		if err != nil {
			return nil, size, err
		}
		if len(c.raw) <= c.limit {
			c.raw = append(c.raw, b)
		}
		newline := b == '\n'
		if b == '\r' && state != quoted {
			if next, _ := c.reader.Peek(1); len(next) == 1 && next[0] == '\n' {
				continue
			}
			newline = true
		}
		if newline {
			c.line++
			if state == quoted && !c.multiline {
				return nil, size, errOpenQuote
			}
			if state != quoted {
				end()
				return fields, size, nil
			}
		}
		size++
		if size > c.limit {
			field = field[:0]
		}
		switch {
		case state == quoted && b == '"':
			state = closed
		case state == quoted:
			field = append(field, b)
		case b == c.comma:
			end()
			if size > c.limit {
				fields = fields[:0]
			}
		case state == start && b == '"':
			state = quoted
		case state == closed && b == '"': // a doubled mark stands for one
			field, state = append(field, b), quoted
		case state == start:
			field, state = append(field, b), bare
		default:
			field = append(field, b)
		}
	}
}

// replay puts what was read of a row that never ended back, but for its first line.
func (c *csvRows) replay(first int) error {
	_, rest, _ := bytes.Cut(c.raw, []byte("\n"))
	c.reader = bufio.NewReaderSize(bytes.NewReader(bytes.Clone(rest)), sniffed)
	c.line, c.multiline = first+1, false
	return errOpenQuote
}
