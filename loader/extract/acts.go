package extract

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// Deed is a sentence in which a source does something to a target. Source and Target are copied from the
// sentence; one that does not stand in it ("an actor") is taken as not named.
type Deed struct {
	Sentence, Source, Target string
}

// ActModel tells which act a source does to a target, among the acts that it learned from. It is safe for
// concurrent use.
type ActModel struct {
	lexicon *lexicon
	acts    []string
	learner *learner
}

const (
	deedBits   = 16 // of the weights of each act
	deedPasses = 20
	deedRate   = 0.05
	deedDecay  = 0.02 // strong, for the sentences to learn from are few
)

// LearnActs learns from deeds of which the acts are known: acts[i] is that of deeds[i]. The same deeds in the
// same order give the same model.
func (e *Extractor) LearnActs(deeds []Deed, acts []string) *ActModel {
	m := &ActModel{lexicon: e.lexicon}
	class, size := map[string]int{}, []float64{}
	for _, act := range acts {
		if _, ok := class[act]; !ok {
			class[act] = len(m.acts)
			m.acts, size = append(m.acts, act), append(size, 0)
		}
		size[class[act]]++
	}
	described, order := make([]features, len(deeds)), make([]int, len(deeds))
	for i, d := range deeds {
		described[i], order[i] = e.lexicon.describeDeed(d), i
	}
	// What stands in one sentence alone says nothing of another.
	seen := map[uint32]int{}
	for _, f := range described {
		for _, h := range f {
			seen[h]++
		}
	}
	for i, f := range described {
		described[i] = slices.DeleteFunc(f, func(h uint32) bool { return seen[h] < 2 })
	}
	m.learner = newLearner(len(m.acts), deedBits, deedRate, deedDecay)
	random := rand.New(rand.NewPCG(7, 8))
	for pass := range deedPasses {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			right := class[acts[i]]
			// A rare act counts as much as a frequent one.
			weight := float64(len(deeds)) / float64(len(m.acts)) / size[right]
			for c, share := range m.shares(described[i]) {
				if c == right {
					share--
				}
				m.learner.step(c, described[i], share*weight)
			}
		}
		if pass >= deedPasses/2 {
			m.learner.remember()
		}
	}
	m.learner.weights = m.learner.mean
	return m
}

// Act returns the likeliest act of a deed, "" of a model that learned from nothing.
func (m *ActModel) Act(d Deed) string {
	best, act := 0.0, ""
	for c, share := range m.shares(m.lexicon.describeDeed(d)) {
		if share > best {
			best, act = share, m.acts[c]
		}
	}
	return act
}

// shares returns the probability of each act.
func (m *ActModel) shares(f features) []float64 {
	shares := m.learner.sums(f)
	softmax(shares)
	return shares
}

// run is a stretch of a sentence's tokens, last exclusive; an empty one is not in the sentence.
type run struct{ first, last int }

func (r run) empty() bool      { return r.first >= r.last }
func (r run) holds(i int) bool { return r.first <= i && i < r.last }

// runOf returns the tokens that a phrase of the sentence covers.
func runOf(sentence, phrase string, tokens []token) run {
	start := strings.Index(sentence, phrase)
	if start < 0 || phrase == "" {
		return run{}
	}
	end := start + len(phrase)
	r := run{first: len(tokens)}
	for i, t := range tokens {
		if t.end > start && t.start < end {
			r.first, r.last = min(r.first, i), i+1
		}
	}
	return r
}

// zone says where a token stands to source and target.
func zone(i int, source, target run) string {
	switch {
	case source.holds(i):
		return "source"
	case target.holds(i):
		return "target"
	case !source.empty() && !target.empty() && source.last <= i && i < target.first:
		return "between"
	case !source.empty() && !target.empty() && target.last <= i && i < source.first:
		return "between, target first"
	case !source.empty() && i < source.first:
		return "before source"
	case !source.empty() && target.empty():
		return "behind source"
	case !target.empty() && i >= target.last:
		return "behind target"
	}
	return "outside"
}

// describeDeed says what stands around source and target, and between them.
func (l *lexicon) describeDeed(d Deed) features {
	tokens := l.words.tokenize(d.Sentence)
	source, target := runOf(d.Sentence, d.Source, tokens), runOf(d.Sentence, d.Target, tokens)
	var f features
	f.add(kindOf("named"), yes(!source.empty()), yes(!target.empty()), yes(source.first < target.first))
	seen := map[uint32]bool{}
	// once adds what counts the same however often the sentence has it.
	once := func(kind string, values ...string) {
		var one features
		one.add(kindOf(kind), values...)
		if !seen[one[0]] {
			seen[one[0]] = true
			f = append(f, one[0])
		}
	}
	before := ""
	for i, t := range tokens {
		if !t.isWord() {
			before = ""
			continue
		}
		word, where := stem(t.lower), zone(i, source, target)
		if where == "source" || where == "target" {
			once("party", where, word)
			before = ""
			continue
		}
		once("word", word)
		once("zone", where, word)
		if before != "" {
			once("words", before, word)
		}
		before = word
	}
	if !source.empty() {
		// What goes with the first verb of the source: "will", "has not", "refused to".
		for i := source.last; i < min(source.last+8, len(tokens)); i++ {
			if tokens[i].in(auxiliaries) {
				once("auxiliary", tokens[i].lower)
			}
		}
		f.describeSide("behind source", tokens, source.last, 1)
		f.describeSide("before source", tokens, source.first-1, -1)
	}
	if !target.empty() {
		f.describeSide("before target", tokens, target.first-1, -1)
		f.describeSide("behind target", tokens, target.last, 1)
		f.add(kindOf("target.head"), stem(tokens[target.last-1].lower))
	}
	first, last := "", ""
	for _, c := range l.findCues(tokens) {
		where := zone(c.first, source, target)
		once("cue", c.cue.act)
		once("cue.zone", where, c.cue.act, yes(c.cue.form == nounForm))
		if where == "between" || where == "between, target first" || source.empty() && where != "target" {
			if first == "" {
				first = c.cue.act
				f.add(kindOf("cue.first"), first, yes(c.negated), yes(c.future || c.hypothetical))
				f.add(kindOf("cue.lemma"), c.cue.lemma)
			}
			last = c.cue.act
		}
	}
	f.add(kindOf("cue.last"), last)
	return f
}

// describeSide adds the first words that tell something from token i on, in steps of 1 or -1.
func (f *features) describeSide(side string, tokens []token, i, step int) {
	first := ""
	for n := 0; i >= 0 && i < len(tokens) && n < 5; i += step {
		t := tokens[i]
		if !t.isWord() || t.in(empty|calendar) || strings.HasSuffix(t.lower, "ly") {
			continue
		}
		n++
		word := stem(t.lower)
		f.add(kindOf(side), word)
		if n == 1 {
			f.add(kindOf(side+", first"), word)
			f.add(kindOf(side+", beginning"), word[:min(len(word), 4)])
			first = word
		} else {
			f.add(kindOf(side+", two"), first, word)
		}
	}
}

// stem cuts the endings of inflected words, so that "warned", "warns" and "warning" are one.
func stem(word string) string {
	if base, ok := bases[word]; ok {
		word = base
	}
	for _, ending := range []string{"ing", "ed", "es", "s", "e"} {
		rest, ok := strings.CutSuffix(word, ending)
		n := len(rest)
		if !ok || n < 3 {
			continue
		}
		if n > 3 && rest[n-1] == rest[n-2] && (ending == "ing" || ending == "ed" || ending == "es") {
			rest = rest[:n-1] // "banned"
		}
		if y, ok := strings.CutSuffix(rest, "i"); ok {
			rest = y + "y" // "denied"
		}
		return strings.TrimSuffix(rest, "e")
	}
	return word
}

// bases are the verbs of irregular past forms.
var bases = basesOf(irregularVerbs)

func basesOf(irregular map[string]string) map[string]string {
	bases := map[string]string{}
	for verb, forms := range irregular {
		for _, form := range strings.Fields(forms) {
			bases[form] = verb
		}
	}
	return bases
}
