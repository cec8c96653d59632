package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word, a number or one mark of punctuation. A hyphenated word is one token ("cease-fire") unless
// it begins with a capital ("U.S.-led" is three: the name must be found); so is an abbreviation with its stops
// ("U.S."); a possessive ending is a token of its own ("Japan", "'s").
type token struct {
	start, end int    // bytes of the part
	text       string // as written
	lower      string // lower case, apostrophes straightened, accents kept
	class      tokenClass
	sets       wordSet // that the lower case word is in
}

type tokenClass uint8

const (
	punctuation tokenClass = iota
	number
	lowerWord   // begins with a small letter
	capitalWord // begins with a capital letter
	capsWord    // two letters or more, all capital: "NATO", "U.S."
	possessive  // 's or a bare apostrophe after s
)

// in reports whether the token is in any of some sets of words.
func (t token) in(sets wordSet) bool { return t.sets&sets != 0 }

func (t token) isWord() bool {
	return t.class == lowerWord || t.class == capitalWord || t.class == capsWord
}
func (t token) isCapital() bool {
	return t.class == capitalWord || t.class == capsWord
}

// sentence is a run of tokens of one part.
type sentence struct {
	span   Span
	tokens []token
}

// maxTokens bounds a sentence, so that text without stops costs no more than text with them.
const maxTokens = 150

// split cuts one part into sentences.
func (v vocabulary) split(part Part, text string) []sentence {
	tokens := v.tokenize(text)
	wrapped := hardWrapped(text)
	var sentences []sentence
	begin := 0
	flush := func(end int) {
		if end > begin {
			run := tokens[begin:end]
			sentences = append(sentences, sentence{
				span:   Span{Part: part, Start: run[0].start, End: run[len(run)-1].end},
				tokens: run,
			})
		}
		begin = end
	}
	for i := 0; i < len(tokens); i++ {
		if i > begin {
			if gap := text[tokens[i-1].end:tokens[i].start]; breaksLine(gap, wrapped || tokens[i].class == lowerWord) {
				flush(i)
			}
		}
		switch {
		case i-begin >= maxTokens:
			flush(i + 1)
		case endsSentence(text, tokens, i):
			end := i + 1
			for end < len(tokens) && isCloser(tokens[end].text) && tokens[end].start == tokens[end-1].end {
				end++
			}
			flush(end)
			i = end - 1
		}
	}
	flush(len(tokens))
	return sentences
}

// breaksLine reports whether the white space between two tokens ends a sentence: an empty line always, a
// single line break unless the text is wrapped at a fixed width or goes on in small letters.
func breaksLine(gap string, wrapped bool) bool {
	if !strings.Contains(gap, "\n") {
		return false
	}
	return !wrapped || strings.Count(gap, "\n") > 1 || strings.HasSuffix(gap, "    ")
}

// hardWrapped reports whether the lines of a text were broken at a fixed width, as wires of the 1980s are.
func hardWrapped(text string) bool {
	lines := strings.Split(text, "\n")
	if len(lines) < 3 {
		return false
	}
	full := 0
	for _, line := range lines {
		switch n := len(strings.TrimRight(line, " \r")); {
		case n > 90:
			return false
		case n > 45:
			full++
		}
	}
	return full*2 > len(lines)
}

// teases reports whether a sentence runs into the headline of another story: "Related article …".
func (s *sentence) teases() bool {
	for i, t := range s.tokens {
		if next := at(s.tokens, i+1).lower; t.isCapital() && (t.lower == "related" && (next == "article" || next == "articles") || t.lower == "read" && next == "more") {
			return true
		}
	}
	return false
}

func endsSentence(text string, tokens []token, i int) bool {
	t := tokens[i]
	if i+1 >= len(tokens) {
		return false
	}
	next := tokens[i+1]
	switch t.text {
	case "!", "?", "…":
	case ".":
		if next.start == t.end && !isCloser(next.text) && next.text != "“" && next.class != capitalWord {
			return false
		}
		if i > 0 && tokens[i-1].end == t.start {
			previous := tokens[i-1]
			if previous.in(abbreviations) {
				return false
			}
			initial := utf8.RuneCountInString(previous.text) == 1 && previous.isCapital()
			if (initial && previous.text != "I") || previous.in(softAbbreviations) {
				return next.in(sentenceStarters) && next.isCapital()
			}
		}
	default:
		// An abbreviation that keeps its own stop: "U.S."
		if t.class == capsWord && strings.HasSuffix(t.text, ".") {
			return next.class == capitalWord && next.in(sentenceStarters)
		}
		return false
	}
	// What follows a stop begins a sentence unless it goes on in small letters ("Yahoo! said").
	for j := i + 1; j < len(tokens) && j < i+4; j++ {
		if isCloser(tokens[j].text) || isOpener(tokens[j].text) || tokens[j].text == `"` {
			continue
		}
		return tokens[j].class != lowerWord
	}
	return true
}

func isCloser(s string) bool {
	switch s {
	case `"`, "”", "’", ")", "]", "'", "»":
		return true
	}
	return false
}

func isOpener(s string) bool {
	switch s {
	case "“", "‘", "(", "[", "«", "-", "–", "—", "•", "*":
		return true
	}
	return false
}

// tokenize cuts a text into tokens.
func (v vocabulary) tokenize(text string) []token {
	tokens := make([]token, 0, len(text)/5+1)
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u00ad' || r == '\ufeff':
			i += size
		case unicode.IsLetter(r):
			end := wordEnd(text, i)
			tokens = append(tokens, v.word(text, i, end))
			i = end
			if n := possessiveLength(text, i); n > 0 {
				tokens = append(tokens, token{start: i, end: i + n, text: text[i : i+n], lower: "'s", class: possessive, sets: v["'s"]})
				i += n
			}
		case unicode.IsDigit(r):
			end := numberEnd(text, i)
			lower := strings.ToLower(text[i:end])
			tokens = append(tokens, token{start: i, end: end, text: text[i:end], lower: lower, class: number, sets: v[lower]})
			i = end
		default:
			mark := text[i : i+size]
			tokens = append(tokens, token{start: i, end: i + size, text: mark, lower: mark, class: punctuation, sets: v[mark]})
			i += size
		}
	}
	return tokens
}

// wordEnd returns where the word that begins at i ends.
func wordEnd(text string, i int) int {
	if end := abbreviationEnd(text, i); end > 0 {
		return end
	}
	first, _ := utf8.DecodeRuneInString(text[i:])
	capital := unicode.IsUpper(first)
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if capital && (r == '-' || r == '‑') {
			return i
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) {
			i += size
			continue
		}
		// A hyphen or an apostrophe joins if a letter or digit follows, and it is no possessive.
		if (r == '-' || r == '‑' || r == '&' || r == '\'' || r == '’') && i+size < len(text) && possessiveLength(text, i) == 0 {
			if next, _ := utf8.DecodeRuneInString(text[i+size:]); unicode.IsLetter(next) || unicode.IsDigit(next) {
				i += size
				continue
			}
		}
		return i
	}
	return i
}

// abbreviationEnd returns the end of letters each followed by a stop ("U.S."), or 0.
func abbreviationEnd(text string, i int) int {
	stops := 0
	j := i
	for j+1 < len(text) && isASCIILetter(text[j]) && text[j+1] == '.' {
		stops++
		j += 2
	}
	if stops < 2 {
		return 0
	}
	return j
}

func isASCIILetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// possessiveLength returns the length of the possessive ending at i, or 0.
func possessiveLength(text string, i int) int {
	r, size := utf8.DecodeRuneInString(text[i:])
	if i >= len(text) || (r != '\'' && r != '’') {
		return 0
	}
	rest := text[i+size:]
	if rest != "" && (rest[0] == 's' || rest[0] == 'S') {
		if next, _ := utf8.DecodeRuneInString(rest[1:]); len(rest) == 1 || !unicode.IsLetter(next) && !unicode.IsDigit(next) {
			return size + 1
		}
		return 0
	}
	next, _ := utf8.DecodeRuneInString(rest)
	if i > 0 && (text[i-1] == 's' || text[i-1] == 'S') && rest != "" && unicode.IsSpace(next) {
		return size
	}
	return 0
}

func numberEnd(text string, i int) int {
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if unicode.IsDigit(r) || unicode.IsLetter(r) {
			i += size
			continue
		}
		if (r == '.' || r == ',' || r == '-' || r == ':' || r == '/') && i+size < len(text) && text[i+size] >= '0' && text[i+size] <= '9' {
			i += size
			continue
		}
		if r == '-' && i+size < len(text) && isASCIILetter(text[i+size]) {
			i += size
			continue
		}
		return i
	}
	return i
}

func (v vocabulary) word(text string, start, end int) token {
	word := text[start:end]
	lower := fold(word)
	t := token{start: start, end: end, text: word, lower: lower, class: lowerWord, sets: v[lower]}
	first, _ := utf8.DecodeRuneInString(word)
	if unicode.IsUpper(first) {
		t.class = capitalWord
		letters, upper := 0, 0
		for _, r := range word {
			if unicode.IsLetter(r) {
				letters++
				if unicode.IsUpper(r) {
					upper++
				}
			}
		}
		if letters > 1 && upper == letters {
			t.class = capsWord
		}
	}
	return t
}

// fold returns a word in lower case with straight apostrophes and plain hyphens.
func fold(word string) string {
	word = strings.ToLower(word)
	for i := range len(word) {
		if word[i] >= utf8.RuneSelf {
			return straight.Replace(word)
		}
	}
	return word
}

var straight = strings.NewReplacer("’", "'", "‑", "-")

// Splitter returns what cuts a text into sentences of words' hashes: vectors of words are learned from these.
func Splitter() func(text string) [][]uint32 {
	v := newVocabulary()
	return func(text string) [][]uint32 {
		var sentences [][]uint32
		for _, s := range v.split(Text, text) {
			words := make([]uint32, len(s.tokens))
			for i := range s.tokens {
				words[i] = s.tokens[i].hash()
			}
			sentences = append(sentences, words)
		}
		return sentences
	}
}
