package loader

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// readJSON reads an array of records, one held at a time, or a JSON Feed.
func readJSON(s *source) error {
	first, err := s.skipSpace()
	switch {
	case err == io.EOF:
		s.reject(s.path, "empty")
		return nil
	case err != nil:
		return err
	case first == '[':
		return readJSONArray(s)
	}
	s.line = 0
	text, ok, err := s.text(nil)
	if err != nil || !ok {
		return err
	}
	var feed jsonFeed
	if err := json.Unmarshal([]byte(text), &feed); err != nil {
		reason := jsonReason(err)
		if strings.HasSuffix(reason, "after top-level value") {
			reason += "; name a file of one record a line .jsonl"
		}
		s.reject(s.path, reason)
		return nil
	}
	switch {
	case feed.Items == nil:
		s.reject(s.path, "neither an array of records nor a JSON Feed with items")
		return nil
	case len(feed.Items) == 0:
		s.reject(s.path, "no entry in the feed")
		return nil
	}
	for _, data := range feed.Items {
		var item jsonItem
		if err := json.Unmarshal(data, &item); err != nil {
			if !s.reject(s.path, jsonReason(err)) {
				return nil
			}
			continue
		}
		a := Article{
			ID: string(item.ID), Title: item.Title, Summary: item.Summary, Text: item.Text, URL: item.URL,
			Published: string(item.Published), Source: feed.Title, Language: item.Language,
		}
		if a.Text == "" {
			a.Text = textOfHTML(item.HTML)
		}
		if a.Published == "" {
			a.Published = string(item.Modified)
		}
		if a.Language == "" {
			a.Language = feed.Language
		}
		if !s.give(a, "") {
			return nil
		}
	}
	return nil
}

// jsonFeed is what is read of a JSON Feed, versions 1 and 1.1.
type jsonFeed struct {
	Title    string            `json:"title"`
	Language string            `json:"language"`
	Items    []json.RawMessage `json:"items"`
}

type jsonItem struct {
	ID        scalar `json:"id"`
	URL       string `json:"url"`
	Title     string `json:"title"`
	Text      string `json:"content_text"`
	HTML      string `json:"content_html"`
	Summary   string `json:"summary"`
	Published scalar `json:"date_published"`
	Modified  scalar `json:"date_modified"`
	Language  string `json:"language"`
}

// skipSpace discards blanks, counts their lines and gives the character behind them.
func (s *source) skipSpace() (byte, error) {
	for {
		next, err := s.reader.Peek(1)
		if err != nil {
			return 0, err
		}
		if !bytes.ContainsAny(next, " \t\r\n") {
			return next[0], nil
		}
		if next[0] == '\n' {
			s.line++
		}
		s.reader.Discard(1)
	}
}

// readJSONArray reads records that are the elements of an array. One that is broken is refused, and the next one begins
// behind the next comma outside of brackets and strings.
func readJSONArray(s *source) error {
	s.reader.Discard(1)
	line := s.line + 1
	var element []byte
	for count := 0; ; count++ {
		var size int
		var end byte
		var err error
		s.line = line
		element, size, end, err = readElement(s, element[:0], &line)
		if err != nil && err != io.EOF {
			return err
		}
		empty := len(bytes.TrimSpace(element)) == 0
		ok := true
		switch {
		case err == io.EOF:
			return errArrayCut
		case size > len(element):
			ok = s.reject(s.place(), tooLarge(s.options.MaxRecord))
		case empty && (end == ',' || count > 0):
			ok = s.reject(s.place(), "broken JSON: nothing stands between two commas, or before the end")
		case !empty:
			ok = readRecord(s, element)
		}
		if !ok {
			return nil
		}
		if end == ']' {
			break
		}
	}
	s.line = line
	if _, err := s.skipSpace(); err != io.EOF {
		if err != nil {
			return err
		}
		s.reject(s.place(), "broken JSON: something stands behind the end of the array and is not read; name a file of one record a line .jsonl")
	}
	return nil
}

var errArrayCut = errors.New("cut off: the array is not closed; what stands behind this place is not read")

// readElement appends the next element of an array to the buffer, and gives the sign that ended it. Of one larger than
// the limit only the first bytes are kept: size counts them all. s.line becomes the line that the element begins in.
func readElement(s *source, buffer []byte, line *int) (element []byte, size int, end byte, err error) {
	depth, text, escaped, begun := 0, false, false, false
	for {
		b, err := s.reader.ReadByte()
		if err != nil {
			return buffer, size, 0, err
		}
		if b == '\n' {
			*line++
		}
		switch {
		case escaped:
			escaped = false
		case text:
			escaped, text = b == '\\', b != '"'
		case b == '"':
			text = true
		case b == '{' || b == '[':
			depth++
		case depth == 0 && (b == ',' || b == ']'):
			return buffer, size, b, nil
		case b == '}' || b == ']':
			depth = max(depth-1, 0)
		}
		if !begun {
			if b == ' ' || b == '\t' || b == '\r' || b == '\n' {
				continue
			}
			begun, s.line = true, *line
		}
		if size++; size <= s.options.MaxRecord {
			buffer = append(buffer, b)
		} else if size > endless(s.options.MaxRecord) {
			return nil, 0, 0, fmt.Errorf("a record of more than %s: what stands behind it is not read", formatSize(endless(s.options.MaxRecord)))
		}
	}
}

// endless is the size past which not even the end of a record is waited for.
func endless(limit int) int { return max(1<<30, 4*limit) }
