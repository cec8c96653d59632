package loader

import (
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// readPlain reads a file that is one plain text.
func readPlain(s *source) error {
	text, ok, err := s.text(nil)
	if err != nil || !ok {
		return err
	}
	a, body := s.cutFrontMatter(normalizeLines(text))
	a.Title, a.Summary, a.Text = readDocument(body, a.Title, a.Summary)
	s.give(a, s.id)
	return nil
}

// readMarkdown reads a file that is one text in Markdown: front matter and a heading of the first level that
// it begins with are taken off, all else is kept as it stands.
func readMarkdown(s *source) error {
	text, ok, err := s.text(nil)
	if err != nil || !ok {
		return err
	}
	a, body := s.cutFrontMatter(normalizeLines(text))
	body = strings.TrimSpace(body)
	if heading, rest, _ := strings.Cut(body, "\n"); strings.HasPrefix(heading, "# ") {
		heading = strings.TrimSpace(strings.TrimRight(heading[len("# "):], "# "))
		if a.Title == "" || sameWords(heading, a.Title) {
			a.Title, body = heading, strings.TrimSpace(rest)
		}
	}
	a.Text = body
	s.give(a, s.id)
	return nil
}

// readStdin reads JSONL where the first character is a brace, and else one plain text. A text has no file
// whose name could be its id: its own hash keeps it apart from the next one.
func readStdin(s *source) error {
	switch first, err := s.skipSpace(); {
	case err == io.EOF:
		s.reject(s.path, "empty")
		return nil
	case err != nil:
		return err
	case first == '{':
		return readJSONL(s)
	}
	s.line = 0
	text, ok, err := s.text(nil)
	if err != nil || !ok {
		return err
	}
	a, body := s.cutFrontMatter(normalizeLines(text))
	a.Title, a.Summary, a.Text = readDocument(body, a.Title, a.Summary)
	s.give(a, "stdin#"+textHash(a.Title, a.Text))
	return nil
}

// normalizeLines ends every line with a line feed alone.
func normalizeLines(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.ReplaceAll(text, "\r", "\n")
}

// frontMatterLines is how many lines a front matter may have; a rule of dashes on top of a text ends nowhere near.
const frontMatterLines = 100

// headLines are the keys of a front matter, and where their values go.
var headLines = map[string]func(*Article) *string{
	"title":       func(a *Article) *string { return &a.Title },
	"summary":     func(a *Article) *string { return &a.Summary },
	"description": func(a *Article) *string { return &a.Summary },
	"published":   func(a *Article) *string { return &a.Published },
	"date":        func(a *Article) *string { return &a.Published },
	"source":      func(a *Article) *string { return &a.Source },
	"url":         func(a *Article) *string { return &a.URL },
	"language":    func(a *Article) *string { return &a.Language },
	"lang":        func(a *Article) *string { return &a.Language },
	"id":          func(a *Article) *string { return &a.ID },
}

// cutFrontMatter reads "key: value" lines between two lines of three dashes at the very beginning. Keys that
// it does not know are ignored, as is what YAML would nest below them; a text without a closed front matter comes
// back whole. What looks like a slip in either is warned of.
func (s *source) cutFrontMatter(text string) (a Article, body string) {
	rest, found := strings.CutPrefix(text, "---\n")
	if !found {
		if openHead(text) {
			a.warn(place(s.path, 1), "what looks like head lines is read as text: put a line of three dashes before and behind them")
		}
		return a, text
	}
	known := false // some key is
	for number := range frontMatterLines {
		line, after, more := strings.Cut(rest, "\n")
		rest = after
		if strings.TrimSpace(line) == "---" {
			return a, rest
		}
		if !more {
			break
		}
		if strings.TrimSpace(line) == "" || strings.ContainsAny(line[:1], " \t-#") {
			continue // nested values, lists and comments of YAML
		}
		key, value, pair := headLine(line)
		if !pair {
			break // prose under a rule of dashes
		}
		if field := headLines[strings.ToLower(key)]; field != nil {
			*field(&a), known = value, true
		} else if near := nearHeadLine(strings.ToLower(key)); near != "" {
			a.warn(place(s.path, number+2), "the head line %.60q is not known and left out: did you mean %s?", key, near)
		}
	}
	whole := Article{}
	if known {
		whole.warn(place(s.path, 1), "the head lines that begin here are read as text: put a line of three dashes behind them")
	}
	return whole, text
}

// headLine tells key and value of a line.
func headLine(line string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(line, ":")
	key = strings.TrimSpace(key)
	return key, unquote(strings.TrimSpace(value)), ok && !strings.ContainsAny(key, " \t")
}

// openHead tells whether a text begins with two lines that a front matter would hold. One alone may be the text's own.
func openHead(text string) bool {
	for range 2 {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		if key, _, pair := headLine(line); !pair || headLines[strings.ToLower(key)] == nil {
			return false
		}
	}
	return true
}

// nearHeadLine gives the key that one was probably meant to be, or "".
func nearHeadLine(key string) string {
	letters := func(word string) []rune { return slices.Sorted(slices.Values([]rune(word))) }
	near, least := "", len(key)
	for _, known := range slices.Sorted(maps.Keys(headLines)) {
		slips := distance(key, known)
		if len(key) == len(known) && slices.Equal(letters(key), letters(known)) {
			slips = 1 // titel
		}
		if slips <= len(known)/4 && slips < least { // none in id and url, of which others are too easily made
			near, least = known, slips
		}
	}
	return near
}

// distance counts the letters to be put in, taken out or changed to make b of a; long texts are far from all.
func distance(a, b string) int {
	if len(a) > 2*len(b) {
		return len(a) - len(b)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			changed := diagonal
			if a[i] != b[j] {
				changed++
			}
			diagonal = row[j+1]
			row[j+1] = min(changed, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// unquote takes a pair of quotation marks off a value.
func unquote(value string) string {
	if len(value) >= 2 && (value[0] == '"' || value[0] == '\'') && value[len(value)-1] == value[0] {
		return value[1 : len(value)-1]
	}
	return value
}

// Sizes in code points that tell a title and a standfirst from a paragraph.
const (
	longestTitle      = 200
	longestStandfirst = 400
)

// readDocument tells the parts of a plain text apart. title and summary are what its front matter says, "" where
// it says nothing.
//
// The title is a line that stands twice near the top, where a lead may precede it and the standfirst follows its second
// standing; else the first line, if it is short and does not end as a sentence does; else there is none. Every
// line that repeats the title is left out of the text, as is every paragraph that has stood before, but for
// separators such as a row of stars. What remains is joined by empty lines.
func readDocument(body, title, summary string) (string, string, string) {
	paragraphs := splitParagraphs(body)
	standfirst := -1
	switch {
	case title != "":
	case repeatedTitle(paragraphs) >= 0:
		first := repeatedTitle(paragraphs)
		title = paragraphs[first]
		again := first + 1 + slices.IndexFunc(paragraphs[first+1:], func(p string) bool { return sameWords(p, title) })
		if next := again + 1; next+1 < len(paragraphs) && utf8.RuneCountInString(paragraphs[next]) <= longestStandfirst {
			standfirst = next
		}
	case len(paragraphs) > 1 && looksLikeTitle(paragraphs[0]):
		title = paragraphs[0]
	}
	if summary == "" && standfirst >= 0 {
		summary = paragraphs[standfirst]
	}

	seen := map[string]bool{foldWords(title): true}
	kept := paragraphs[:0:0]
	for _, paragraph := range paragraphs {
		words := foldWords(paragraph)
		if separator := !strings.ContainsFunc(words, unicode.IsLetter); separator || !seen[words] {
			seen[words] = true
			kept = append(kept, paragraph)
		}
	}
	return title, summary, strings.Join(kept, "\n\n")
}

// repeatedTitle finds the first standing of a title that is repeated, or -1: one of the first two paragraphs, short,
// with its repetition among the next two. A line that ends as a sentence must be repeated at once, as
// no paragraph of running text is.
func repeatedTitle(paragraphs []string) int {
	for i := 0; i < 2 && i < len(paragraphs); i++ {
		if utf8.RuneCountInString(paragraphs[i]) > longestTitle {
			continue
		}
		for again := i + 1; again <= i+2 && again < len(paragraphs); again++ {
			if sameWords(paragraphs[i], paragraphs[again]) && (again == i+1 || looksLikeTitle(paragraphs[i])) {
				return i
			}
		}
	}
	return -1
}

// looksLikeTitle tells a headline from a sentence: one short line that does not end in a full stop.
func looksLikeTitle(line string) bool {
	if strings.Contains(line, "\n") || utf8.RuneCountInString(line) > longestTitle {
		return false
	}
	return !strings.HasSuffix(line, ".") && !strings.HasSuffix(line, ".”") && !strings.HasSuffix(line, `."`) &&
		!strings.HasSuffix(line, ":") && !strings.HasSuffix(line, ",") && strings.ContainsFunc(line, unicode.IsLetter)
}

// splitParagraphs splits a text at empty lines and, unless its lines are broken to a width, at every line end.
// Space around a paragraph is left out.
func splitParagraphs(text string) []string {
	lines := strings.Split(text, "\n")
	wrapped := hardWrapped(lines)
	var paragraphs []string
	open := false // the last paragraph may take the next line
	for _, line := range lines {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
			open = false
		case open:
			paragraphs[len(paragraphs)-1] += "\n" + line
		default:
			paragraphs = append(paragraphs, line)
			open = wrapped
		}
	}
	return paragraphs
}

// A text broken to a width has its longest line between these, in code points.
const (
	narrowestLine = 40
	widestLine    = 120
)

// hardWrapped tells whether lines were broken to a width: the longest is as long as such lines are, and nearly each
// that another follows had no room for that one's first word.
func hardWrapped(lines []string) bool {
	width := 0
	for _, line := range lines {
		width = max(width, utf8.RuneCountInString(strings.TrimSpace(line)))
	}
	if width < narrowestLine || width > widestLine {
		return false
	}
	followed, full := 0, 0
	for i := range len(lines) - 1 {
		line, next := strings.TrimSpace(lines[i]), strings.TrimSpace(lines[i+1])
		if line == "" || next == "" {
			continue
		}
		followed++
		word, _, _ := strings.Cut(next, " ")
		// Editors differ by a word or so in where they break.
		if utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width-8 {
			full++
		}
	}
	return followed >= 3 && full*5 >= followed*4
}

// sameWords compares two lines but for case and space.
func sameWords(a, b string) bool { return foldWords(a) == foldWords(b) }

func foldWords(text string) string { return strings.ToLower(strings.Join(strings.Fields(text), " ")) }
