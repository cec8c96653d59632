package extract

import (
	"sort"
	"strings"
)

// phrases finds phrases of folded words in a run of tokens. A word of a phrase that ends in * stands for any
// word with that beginning, _ for any one word, a/b for either (FORMAT.md of seeds has the language).
type phrases[V any] struct {
	exact    map[string][]phrase[V] // by first word
	prefixed map[string][]phrase[V] // by beginning of the first word
	words    vocabulary
	begins   wordSet // the set of the first words of exact
	shortest int     // length of the shortest key of prefixed
}

type phrase[V any] struct {
	words []string
	value V
}

// newPhrases returns none yet. The first words of those that are added go into a set of the vocabulary.
func newPhrases[V any](words vocabulary, begins wordSet) *phrases[V] {
	return &phrases[V]{words: words, begins: begins, exact: map[string][]phrase[V]{}, prefixed: map[string][]phrase[V]{}, shortest: 1 << 30}
}

func (p *phrases[V]) add(pattern string, value V) {
	// A word with a hyphen is three tokens where it is capitalised: both ways are looked for.
	if split := strings.ReplaceAll(pattern, "-", " - "); split != pattern {
		p.addWords(split, value)
	}
	p.addWords(pattern, value)
}

func (p *phrases[V]) addWords(pattern string, value V) {
	for _, words := range alternatives(strings.Fields(pattern)) {
		first := words[0]
		if beginning, ok := strings.CutSuffix(first, "*"); ok {
			p.prefixed[beginning] = append(p.prefixed[beginning], phrase[V]{words, value})
			p.shortest = min(p.shortest, len(beginning))
		} else {
			p.exact[first] = append(p.exact[first], phrase[V]{words, value})
			p.words[first] |= p.begins
		}
	}
}

// done sorts the phrases of each first word, longest first.
func (p *phrases[V]) done() {
	for _, index := range []map[string][]phrase[V]{p.exact, p.prefixed} {
		for _, list := range index {
			sort.SliceStable(list, func(i, j int) bool { return len(list[i].words) > len(list[j].words) })
		}
	}
}

// mayBegin reports whether a phrase may begin with a token.
func (p *phrases[V]) mayBegin(t *token) bool { return t.in(p.begins) || len(t.lower) >= p.shortest }

// at calls found for each phrase that begins at token i, with the number of its words; longer phrases of one
// first word come first. found returns false to stop.
func (p *phrases[V]) at(tokens []token, i int, found func(n int, value V) bool) {
	word := tokens[i].lower
	if tokens[i].in(p.begins) {
		for _, candidate := range p.exact[word] {
			if matches(candidate.words[1:], tokens[i+1:]) && !found(len(candidate.words), candidate.value) {
				return
			}
		}
	}
	for n := p.shortest; n <= len(word); n++ {
		for _, candidate := range p.prefixed[word[:n]] {
			if matches(candidate.words[1:], tokens[i+1:]) && !found(len(candidate.words), candidate.value) {
				return
			}
		}
	}
}

func matches(words []string, tokens []token) bool {
	if len(words) > len(tokens) {
		return false
	}
	for i, word := range words {
		switch t := &tokens[i]; {
		case word == "_":
			if !t.isWord() {
				return false
			}
		case word[len(word)-1] == '*':
			if !strings.HasPrefix(t.lower, word[:len(word)-1]) {
				return false
			}
		case t.lower != word:
			return false
		}
	}
	return true
}

// alternatives expands a/b in each position.
func alternatives(words []string) [][]string {
	lists := [][]string{nil}
	for _, word := range words {
		var next [][]string
		for _, choice := range strings.Split(word, "/") {
			for _, list := range lists {
				next = append(next, append(list[:len(list):len(list)], choice))
			}
		}
		lists = next
	}
	return lists
}

// inflections returns the forms of a verb phrase, whose first word is the verb, each with its form.
func inflections(lemma string) map[string]verbForm {
	verb, rest, _ := strings.Cut(lemma, " ")
	if rest != "" {
		rest = " " + rest
	}
	forms := map[string]verbForm{}
	set := func(word string, form verbForm) {
		if _, taken := forms[word+rest]; !taken {
			forms[word+rest] = form
		}
	}
	set(verb, baseForm)
	set(thirdPerson(verb), presentForm)
	if irregular, ok := irregularVerbs[verb]; ok {
		for _, word := range strings.Fields(irregular) {
			set(word, pastForm)
		}
	} else {
		set(suffixed(verb, "ed"), pastForm)
	}
	set(suffixed(verb, "ing"), gerundForm)
	return forms
}

type verbForm uint8

const (
	nounForm verbForm = iota
	baseForm
	presentForm
	pastForm // past tense and past participle
	gerundForm
)

var irregularVerbs = map[string]string{
	"meet": "met", "hold": "held", "speak": "spoke spoken", "tell": "told", "say": "said", "write": "wrote written",
	"send": "sent", "sit": "sat", "bring": "brought", "take": "took taken", "put": "put", "seek": "sought", "give": "gave given",
	"strike": "struck", "understand": "understood", "stand": "stood", "withdraw": "withdrew withdrawn", "hit": "hit", "cut": "cut",
	"set": "set", "shoot": "shot", "fight": "fought", "shut": "shut", "beg": "begged", "fly": "flew flown", "lend": "lent",
	"swear": "swore sworn", "lead": "led", "leave": "left", "make": "made", "undertake": "undertook undertaken", "forgive": "forgave",
	"uphold": "upheld", "ban": "banned", "bar": "barred", "drop": "dropped", "snap": "snapped", "lay": "laid", "spurn": "spurned",
	"slap": "slapped", "equip": "equipped", "ship": "shipped", "plan": "planned", "commit": "committed", "prod": "prodded",
	"snub": "snubbed", "scrap": "scrapped", "rebut": "rebutted", "refer": "referred", "kidnap": "kidnapped", "jam": "jammed",
	"slam": "slammed", "transfer": "transferred", "veto": "vetoed", "compel": "compelled", "expel": "expelled", "confer": "conferred",
	"rule": "ruled", "team": "teamed", "regret": "regretted", "sever": "severed", "brief": "briefed",
}

func thirdPerson(verb string) string {
	switch {
	case strings.HasSuffix(verb, "s"), strings.HasSuffix(verb, "sh"), strings.HasSuffix(verb, "ch"), strings.HasSuffix(verb, "x"), strings.HasSuffix(verb, "z"), verb == "veto", verb == "go":
		return verb + "es"
	case strings.HasSuffix(verb, "y") && !vowelBefore(verb, 1):
		return verb[:len(verb)-1] + "ies"
	}
	return verb + "s"
}

func suffixed(verb, ending string) string {
	if past, ok := irregularVerbs[verb]; ok && ending == "ing" {
		// A doubled consonant in the past is doubled here too: banned, banning.
		if n := len(verb); len(past) > n && past[:n] == verb && past[n] == verb[n-1] && strings.HasSuffix(past, "ed") && len(past) == n+3 {
			return past[:n+1] + "ing"
		}
		switch verb {
		case "hit", "cut", "set", "put", "shut", "sit":
			return verb + verb[len(verb)-1:] + "ing"
		}
	}
	switch {
	case strings.HasSuffix(verb, "ee"):
		return verb + strings.TrimPrefix(ending, map[string]string{"ed": "e"}[ending])
	case strings.HasSuffix(verb, "e"):
		return verb[:len(verb)-1] + ending
	case strings.HasSuffix(verb, "y") && ending == "ed" && !vowelBefore(verb, 1):
		return verb[:len(verb)-1] + "ied"
	}
	return verb + ending
}

// vowelBefore reports whether a vowel stands before the last n letters.
func vowelBefore(word string, n int) bool {
	i := len(word) - n - 1
	return i >= 0 && strings.ContainsRune("aeiou", rune(word[i]))
}

func plural(noun string) string {
	switch {
	case strings.HasSuffix(noun, "s"):
		return noun
	case strings.HasSuffix(noun, "y") && !vowelBefore(noun, 1):
		return noun[:len(noun)-1] + "ies"
	case strings.HasSuffix(noun, "h") || strings.HasSuffix(noun, "x"):
		return noun + "es"
	}
	return noun + "s"
}
