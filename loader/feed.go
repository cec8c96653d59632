package loader

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/mmcdole/gofeed"
)

// readFeed reads the entries of an RSS or Atom feed.
func readFeed(s *source) error {
	text, ok, err := s.text(xmlCharset)
	if err != nil || !ok {
		return err
	}
	if strings.TrimSpace(text) == "" {
		s.reject(s.path, "empty")
		return nil
	}
	feed, err := parseFeed(text)
	switch {
	case err != nil:
		s.reject(s.path, err.Error())
		return nil
	case len(feed.Items) == 0:
		s.reject(s.path, "no entry in the feed")
		return nil
	}
	for _, item := range feed.Items {
		a := Article{
			ID: item.GUID, Title: textOfHTML(item.Title), URL: item.Link, Text: textOfHTML(item.Content), Published: item.Published,
			Source: textOfHTML(feed.Title), Language: feed.Language,
		}
		description := textOfHTML(item.Description)
		switch {
		case a.Text == "":
			a.Text = description
		case !strings.HasPrefix(a.Text, strings.TrimRight(description, ".… ")):
			a.Summary = description
		}
		if a.Published == "" {
			a.Published = item.Updated
		}
		if !s.give(a, "") {
			return nil
		}
	}
	return nil
}

func parseFeed(text string) (feed *gofeed.Feed, err error) {
	defer func() {
		if failure := recover(); failure != nil {
			err = fmt.Errorf("the feed cannot be understood: %v", failure)
		}
	}()
	if err := tooDeep(text); err != nil {
		return nil, err
	}
	// The text is UTF-8 by now, whatever its declaration says.
	text = xmlDeclaration.ReplaceAllString(text, "")
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' { // XML knows no such characters, feeds have them
			return -1
		}
		return r
	}, text)
	feed, err = gofeed.NewParser().ParseString(text)
	switch {
	case errors.Is(err, gofeed.ErrFeedTypeNotDetected):
		return nil, errors.New("neither RSS nor Atom")
	case err != nil:
		return nil, fmt.Errorf("broken feed: %w", err)
	}
	return feed, nil
}

var (
	xmlDeclaration = regexp.MustCompile(`^\s*<\?xml[^>]*\?>`)
	xmlEncoding    = regexp.MustCompile(`^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']`)
)

// xmlCharset gives the encoding that an XML declaration names, or "".
func xmlCharset(start string) string {
	if found := xmlEncoding.FindStringSubmatch(start); found != nil {
		return found[1]
	}
	return ""
}

// deepest is how far elements of a feed may be nested: the parser calls itself for each.
const deepest = 500

// tooDeep says so of XML whose elements nest further.
func tooDeep(text string) error {
	depth := 0
	for {
		_, rest, found := strings.Cut(text, "<")
		if !found || rest == "" {
			return nil
		}
		text = rest
		switch {
		case strings.HasPrefix(text, "!--"):
			_, text, _ = strings.Cut(text, "-->")
		case strings.HasPrefix(text, "![CDATA["):
			_, text, _ = strings.Cut(text, "]]>")
		case text[0] == '/':
			depth = max(depth-1, 0)
		case unicode.IsLetter(rune(text[0])) || text[0] == '_' || text[0] >= 0x80:
			if end := strings.IndexByte(text, '>'); end < 1 || text[end-1] != '/' {
				depth++
			}
		}
		if depth > deepest {
			return fmt.Errorf("elements are nested more than %d deep", deepest)
		}
	}
}
