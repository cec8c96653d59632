package loader

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// readHTML reads a page: its article, without what stands around it.
func readHTML(s *source) error {
	text, ok, err := s.text(htmlCharset)
	if err != nil || !ok {
		return err
	}
	a, err := readPage(text)
	if err != nil {
		s.reject(s.path, err.Error())
		return nil
	}
	if a.URL == "" && isURL(s.path) {
		a.URL = s.path
	}
	s.give(a, s.id)
	return nil
}

// pageElements is how many elements a page may have: with more, finding its article takes minutes.
const pageElements = 100_000

func readPage(text string) (a Article, err error) {
	defer func() {
		if failure := recover(); failure != nil {
			err = fmt.Errorf("the page cannot be understood: %v", failure)
		}
	}()
	document, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return a, fmt.Errorf("the page cannot be parsed: %w", err)
	}
	parser := readability.NewParser()
	parser.MaxElemsToParse = pageElements
	a.URL = canonicalURL(document)
	base, err := url.Parse(a.URL)
	if err != nil || base.Host == "" {
		base = &url.URL{}
	}
	page, err := parser.ParseAndMutate(document, base)
	if err != nil {
		return a, fmt.Errorf("no article found in the page: %w", err)
	}
	a.Title, a.Source, a.Language = strings.TrimSpace(page.Title()), page.SiteName(), page.Language()
	if page.Node != nil {
		a.Text = nodeText(page.Node)
	}
	if a.Text == "" {
		return a, errors.New("no readable text in the page")
	}
	if excerpt := strings.TrimSpace(page.Excerpt()); !strings.HasPrefix(a.Text, strings.TrimRight(excerpt, ".…")) {
		a.Summary = excerpt
	}
	if published, err := page.PublishedTime(); err == nil {
		a.Published = published.Format(time.DateOnly)
	}
	return a, nil
}

var charsetAttribute = regexp.MustCompile(`(?i)<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)`)

// htmlCharset gives the encoding that a page declares, or "".
func htmlCharset(start string) string {
	if found := charsetAttribute.FindStringSubmatch(start); found != nil {
		return found[1]
	}
	return xmlCharset(start)
}

// canonicalURL is the address that a page gives itself, or "".
func canonicalURL(document *html.Node) string {
	found := ""
	for n := range document.Descendants() {
		switch n.DataAtom {
		case atom.Link:
			if strings.EqualFold(attribute(n, "rel"), "canonical") {
				return absoluteURL(attribute(n, "href"))
			}
		case atom.Meta:
			if attribute(n, "property") == "og:url" && found == "" {
				found = absoluteURL(attribute(n, "content"))
			}
		case atom.Body:
			return found
		}
	}
	return found
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

// textOfHTML gives the text of a piece of HTML, as feeds hold it.
func textOfHTML(piece string) string {
	if !strings.ContainsAny(piece, "<&") {
		return strings.TrimSpace(piece)
	}
	document, err := html.Parse(strings.NewReader(piece))
	if err != nil {
		return ""
	}
	return nodeText(document)
}

// nodeText gives the text below a node, its paragraphs parted by empty lines.
func nodeText(root *html.Node) string {
	var out strings.Builder
	gap, lines := "", 0 // what parts the next word from the last one
	var visit func(n *html.Node)
	visit = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			for i, word := range strings.FieldsFunc(n.Data, isHTMLSpace) {
				if (i > 0 || startsWithSpace(n.Data)) && lines == 0 {
					gap = " "
				}
				if out.Len() > 0 {
					out.WriteString(strings.Repeat("\n", lines))
					out.WriteString(gap)
				}
				out.WriteString(word)
				gap, lines = "", 0
			}
			if lines == 0 && n.Data != "" && isHTMLSpace(rune(n.Data[len(n.Data)-1])) {
				gap = " "
			}
			return
		case n.Type == html.CommentNode:
			return
		}
		part := 0
		switch n.DataAtom {
		case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Svg, atom.Head, atom.Button, atom.Select, atom.Textarea:
			return
		case atom.Br:
			lines, gap = min(lines+1, 2), ""
			return
		case atom.P, atom.Div, atom.Section, atom.Article, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Li, atom.Ul, atom.Ol,
			atom.Blockquote, atom.Tr, atom.Table, atom.Figure, atom.Figcaption, atom.Header, atom.Footer, atom.Main, atom.Pre, atom.Dt, atom.Dd, atom.Hr:
			part = 2
		case atom.Td, atom.Th:
			gap = " "
		}
		if part > 0 {
			lines, gap = part, ""
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			visit(child)
		}
		if part > 0 {
			lines, gap = part, ""
		}
	}
	visit(root)
	return out.String()
}

func isHTMLSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' }

func startsWithSpace(text string) bool { return text != "" && isHTMLSpace(rune(text[0])) }
