package graph

import "bytes"

// weigh refuses a request's JSON that holds more than it may, before any of it is decoded: looking through it takes a fiftieth of
// the time. What is no JSON passes, as decoding will say so. Lengths count each escape as one byte, so that nothing is
// refused that would be within bounds once it is decoded.
func (o *Options) weigh(body []byte) error {
	var (
		name   []byte // the last text that stands in the request itself: of a value there, its name
		depth  int
		values int  // inside of variables and extensions
		empty  bool // an object or list has begun, and nothing of it has come yet
	)
	for i := 0; i < len(body); i++ {
		b := body[i]
		switch b {
		case ' ', '\t', '\n', '\r':
			continue
		case '}', ']':
			depth--
			empty = false
			continue
		}
		if (empty || b == ',') && depth > 1 {
			if values++; values > o.MaxValues+maxExtensions {
				return o.valuesError()
			}
		}
		empty = false
		switch b {
		case '{', '[':
			depth++
			empty = true
		case '"':
			text := body[i+1:]
			text = text[:endOfText(text)]
			i += len(text) + 1
			switch {
			case depth > 1 && longer(text, o.MaxLiteral):
				return o.literalError()
			case depth == 1 && longer(text, o.MaxDocument) && string(name) == "query":
				return o.documentError()
			case depth == 1 && longer(text, o.MaxDocument):
				return limitf("%.60q of the request has more than %d bytes", name, o.MaxDocument)
			case depth == 1:
				name = text
			}
		}
	}
	return nil
}

// maxExtensions is how many values a request's extensions may have beside those of its variables, while nobody has told them apart.
const maxExtensions = 50

// endOfText is where a JSON text ends whose beginning has been read: at its quotation mark, else at the end.
func endOfText(text []byte) int {
	for end := 0; ; end++ {
		next := bytes.IndexByte(text[end:], '"')
		if next < 0 {
			return len(text)
		}
		end += next
		escapes := 0
		for escapes < end && text[end-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return end
		}
	}
}

// longer reports whether a JSON text has more bytes than most, each escape counted as one.
func longer(text []byte, most int) bool {
	if len(text) <= most {
		return false
	}
	count := 0
	for i := 0; i < len(text) && count <= most; i++ {
		count++
		if text[i] == '\\' {
			if i++; i < len(text) && text[i] == 'u' {
				i += 4
			}
		}
	}
	return count > most
}
