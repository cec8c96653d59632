package graph

import "strings"

// maxNesting is how deep the brackets of a document may stand in one another, whatever they are for. It is below what the parser bears
// and far above what a document can mean: fields are bounded by MaxDepth.
const maxNesting = 200

// nestsDeeper reports whether brackets of a document stand in one another deeper than bound. It is asked before the document is
// parsed, which takes long for brackets by the thousand; strings and comments are passed over.
func nestsDeeper(text string, bound int) bool {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{', '[', '(':
			if depth++; depth > bound {
				return true
			}
		case '}', ']', ')':
			depth--
		case '#':
			i = endOf(text, i, "\n")
		case '"':
			if strings.HasPrefix(text[i:], `"""`) {
				i = endOf(text, i+3, `"""`)
			} else {
				i = endOf(text, i+1, `"`)
			}
		}
	}
	return false
}

// endOf returns where what begins at i ends: the last byte of the first end that no backslash escapes, or of the text.
func endOf(text string, i int, end string) int {
	for ; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], end):
			return i + len(end) - 1
		case text[i] == '\\' && end != "\n":
			i++
		}
	}
	return len(text)
}
