package loader

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// record is a line of JSONL. Fields that it does not name are ignored.
type record struct {
	ID        scalar `json:"id"`
	Title     string `json:"title"`
	Text      string `json:"text"`
	Summary   string `json:"summary"`
	Published scalar `json:"published"`
	Source    string `json:"source"`
	URL       string `json:"url"`
	Language  string `json:"language"`
}

// scalar is a string, or a number as it was written; null is "".
type scalar string

func (s *scalar) UnmarshalJSON(data []byte) error {
	switch {
	case data[0] == '"':
		return json.Unmarshal(data, (*string)(s))
	case data[0] == '-' || '0' <= data[0] && data[0] <= '9':
		*s = scalar(data)
		return nil
	case string(data) == "null":
		return nil
	}
	return errNotScalar
}

var errNotScalar = errors.New("id and published must be a string or a number")

// readJSONL reads one record a line. A line that is no record is refused, and the next one read.
func readJSONL(s *source) error {
	var line []byte
	for {
		s.line++
		var size int
		var err error
		line, size, err = readLine(s.reader, line[:0], s.options.MaxRecord)
		if err != nil && err != io.EOF {
			return err
		}
		switch {
		case size > len(line):
			if !s.reject(s.place(), tooLarge(s.options.MaxRecord)) {
				return nil
			}
		case len(bytes.TrimSpace(line)) > 0:
			if !readRecord(s, line) {
				return nil
			}
		}
		if err == io.EOF {
			return nil
		}
	}
}

// readRecord gives the article of one line, or refuses it. It says whether reading shall go on.
func readRecord(s *source, line []byte) bool {
	s.record = line
	defer func() { s.record = nil }()
	var r record
	if err := json.Unmarshal(line, &r); err != nil {
		return s.reject(s.place(), jsonReason(err))
	}
	return s.give(Article{
		ID: string(r.ID), Title: r.Title, Summary: r.Summary, Text: r.Text, URL: r.URL, Source: r.Source,
		Published: string(r.Published), Language: r.Language,
	}, "")
}

// jsonReason says in a line why a line is no record.
func jsonReason(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax) && syntax.Error() == "unexpected end of JSON input":
		return "broken JSON: the record ends early"
	case errors.As(err, &syntax):
		return fmt.Sprintf("broken JSON at byte %d: %s", syntax.Offset, syntax.Error())
	case errors.As(err, &kind) && kind.Field == "":
		return fmt.Sprintf("a record must be a JSON object, not %s", withArticle(kind.Value))
	case errors.As(err, &kind):
		return fmt.Sprintf("%s must be a string, not %s", kind.Field, withArticle(kind.Value))
	}
	return err.Error()
}

// withArticle puts the indefinite article before the name of a JSON type, which may carry the value ("number 12").
func withArticle(kind string) string {
	kind, _, _ = strings.Cut(kind, " ")
	switch kind {
	case "array", "object":
		return "an " + kind
	case "bool":
		return "a boolean"
	}
	return "a " + kind
}

// readLine appends the next line, without its end, to the buffer. Of a line longer than limit only the first
// bytes are kept: size counts them all. The last line comes with io.EOF; any other error makes it worthless.
func readLine(reader *bufio.Reader, buffer []byte, limit int) (line []byte, size int, err error) {
	for {
		piece, err := reader.ReadSlice('\n')
		if err == nil {
			piece = bytes.TrimSuffix(piece[:len(piece)-1], []byte("\r"))
		}
		if size += len(piece); size > endless(limit) {
			return nil, 0, fmt.Errorf("a line of more than %s: what stands behind it is not read", formatSize(endless(limit)))
		}
		if room := limit - len(buffer); len(piece) > room {
			piece = piece[:room]
		}
		buffer = append(buffer, piece...)
		if err != bufio.ErrBufferFull {
			return buffer, size, err
		}
	}
}
