package extract

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// mention is a run of tokens of one sentence that stands for a party: by its own name, by that of somebody
// who speaks for it, or by a word that refers back. A group stands for several parties.
type mention struct {
	first, last int // tokens, last exclusive
	form        form
	party       string   // code, "" where nobody is spoken for
	parties     []string // of a group
	leader      string   // slug, where a leader of the seeds is meant
	person      string   // name as written, where somebody is named
	title       string   // office as written, folded
	former      bool     // "former", "ex-": speaks for nobody
	names       []named  // what stands in the run by name, for the article's list of mentions
}

// addParties adds for whom a mention stands to others, each once.
func (m *mention) addParties(parties []string) []string {
	for _, party := range m.parties {
		if !slices.Contains(parties, party) {
			parties = append(parties, party)
		}
	}
	if m.party != "" && !slices.Contains(parties, m.party) {
		parties = append(parties, m.party)
	}
	return parties
}

// named is a name inside a mention.
type named struct {
	first, last int
	kind        Kind
	key         string
}

// introduced is somebody whom the article itself introduces: "Iran's spokesman Esmaeil Baghaei".
type introduced struct {
	party  string
	leader string
	name   string
	former bool
}

// block is one sentence with what was found in it.
type block struct {
	sentence
	index    int // in the article, the title's first
	mentions []mention
	issues   []issueHit
	cues     []cueHit
	quoted   []bool // by token: inside quotation marks
	shouting bool   // most letters are capitals
	context  context
	groups   []group
	groupOf  []int // by mention
	frames   []frame
	speaker  mention // who says what it quotes or reports
}

// profile is what an article as a whole says of a party.
type profile struct {
	share        float64 // of all mentions
	standing     int     // rank by its mentions
	headline     bool    // the title names it
	speaking     float64 // share of the sentences in which somebody says something for it
	organization bool
	publishes    bool // the article is its own
}

// document is an article being read.
type document struct {
	lexicon     *lexicon
	day         string // of the article, or ""
	blocks      []*block
	known       map[string]introduced // by surname as written
	named       map[string]bool       // parties that stand otherwise than by a bare surname
	title, text string
	topics      [][]topic           // by block: what its own words name
	themes      []topic             // of the whole article, heaviest first
	profiles    map[string]*profile // of its parties
	parties     int                 // that it mentions
	source      string              // party that publishes the article, where it is one: a ministry's own site
	heading     []string            // words of the title, in lower case

	// Room that one sentence leaves to the next.
	space  features  // of what is described, one behind the other
	words  []uint32  // hashed, of the sentence at hand
	shares []float64 // of the issues, by the words of the sentence at hand
	marks  []bool    // by token of the sentence at hand
	tried  relation  // of the pair at hand
}

func (e *Extractor) read(a Article) *document {
	d := &document{lexicon: e.lexicon, day: a.Published, title: a.Title, text: a.Text, known: map[string]introduced{}, named: map[string]bool{}}
	if a.Source != "" {
		d.source = e.lexicon.publisher(a.Source)
	}
	for _, part := range []Part{Title, Text} {
		text := a.Text
		if part == Title {
			text = a.Title
		}
		sentences := e.lexicon.words.split(part, text)
		blocks := make([]block, len(sentences))
		open := false
		for i, s := range sentences {
			b := &blocks[i]
			b.sentence, b.index, b.shouting = s, len(d.blocks), shouts(s.tokens)
			b.quoted, open = quotes(s.tokens, open)
			d.blocks = append(d.blocks, b)
		}
	}
	// A headline names whom the text introduces, and its capitals tell no name from a verb: it is read last.
	for _, part := range []Part{Text, Title} {
		for _, b := range d.blocks {
			if b.span.Part == part {
				d.findNamed(b)
			}
		}
	}
	for _, b := range d.blocks {
		for _, m := range b.mentions {
			if m.party != "" {
				d.named[m.party] = true
			}
		}
	}
	for _, b := range d.blocks {
		d.findSurnames(b)
		b.joinApart()
		d.lexicon.dissolve(b)
		b.issues = d.lexicon.findIssues(b.tokens)
		b.cues = slices.DeleteFunc(d.lexicon.findCues(b.tokens), b.isInName)
	}
	return d
}

// joinApart makes one mention of a person and the party behind ("President Macron of France"), and of a name and its short form in
// brackets ("Republic of Korea (ROK)"), so that lists of them are lists.
func (b *block) joinApart() {
	kept := b.mentions[:0]
	for _, m := range b.mentions {
		if n := len(kept); n > 0 && kept[n-1].party == m.party && m.party != "" {
			left := &kept[n-1]
			between := b.tokens[left.last:max(left.last, m.first)]
			switch {
			case len(between) > 0 && len(between) <= 2 && between[0].lower == "of" && (len(between) == 1 || between[1].lower == "the") && left.person != "":
				left.last, left.names = m.last, append(left.names, m.names...)
				continue
			case len(between) == 1 && between[0].text == "(" && at(b.tokens, m.last).text == ")":
				left.last, left.names = m.last+1, append(left.names, m.names...)
				continue
			}
		}
		kept = append(kept, m)
	}
	b.mentions = kept
}

// isInName reports whether a cue is but part of a name: "United States".
func (b *block) isInName(c cueHit) bool {
	for i := range b.mentions {
		for _, n := range b.mentions[i].names {
			if n.first <= c.first && c.last <= n.last {
				return true
			}
		}
	}
	return false
}

// publisher returns the party whose own organ a source is ("The White House", "Kremlin"), or "".
func (l *lexicon) publisher(source string) string {
	tokens := l.words.tokenize(source)
	for i := range tokens {
		found, _ := l.nameAt(tokens, i, false)
		for _, n := range found {
			switch {
			case n.form == seatForm, n.form == organizationForm:
				return n.party
			case n.form == countryForm && governs(tokens):
				return n.party
			}
		}
	}
	return ""
}

// governs reports whether a source's name is that of a state's own office rather than of a newspaper.
func governs(tokens []token) bool {
	for _, t := range tokens {
		switch t.lower {
		case "office", "ministry", "embassy", "president", "government", "department", "delegation", "cabinet", "consulate", "mission", "parliament":
			return true
		}
	}
	return false
}

func shouts(tokens []token) bool {
	words, caps := 0, 0
	for _, t := range tokens {
		if t.isWord() {
			words++
			if t.class == capsWord {
				caps++
			}
		}
	}
	return words >= 3 && caps*10 >= words*7
}

// quotes marks the tokens inside quotation marks. A quotation may run over several sentences.
func quotes(tokens []token, open bool) ([]bool, bool) {
	marks := make([]bool, len(tokens))
	for i, t := range tokens {
		switch t.text {
		case "“", "«":
			open = true
		case "”", "»":
			open = false
		case `"`:
			open = !open
		default:
			marks[i] = open
		}
	}
	return marks, open
}

// findNamed finds the names of parties and leaders, titles, and the people whom a title introduces.
func (d *document) findNamed(b *block) {
	tokens := b.tokens
	for i := 0; i < len(tokens); {
		if !tokens[i].isWord() || !tokens[i].in(beginsName) && !d.lexicon.titles.mayBegin(&tokens[i]) {
			i++
			continue
		}
		if m, ok := d.nounPhrase(b, i); ok {
			b.mentions = append(b.mentions, m)
			i = max(m.last, i+1)
			continue
		}
		i++
	}
}

// nounPhrase reads the longest name of a party or its speaker that begins at token i: a party, a party and
// an office, an office and a name, or all three.
func (d *document) nounPhrase(b *block, i int) (mention, bool) {
	tokens := b.tokens
	if m, ok := d.partyAt(b, i); ok {
		if m.form == leaderForm {
			return m, true
		}
		j := m.last
		if j < len(tokens) && tokens[j].class == possessive {
			j++
		}
		j, former := skipModifiers(tokens, j)
		former = former || isFormer(at(tokens, i-1).lower)
		if t, n := d.lexicon.titleAt(tokens, j); n > 0 && !d.lexicon.isName(tokens, j) {
			return d.officeHolder(b, m, t, j, j+n, former), true
		}
		// "Japan's Ishiba", "Russian Vladimir Putin": the leader is who speaks.
		if j < len(tokens) && tokens[j].isCapital() {
			if who, ok := d.partyAt(b, j); ok && who.form == leaderForm && d.speaksFor(who.leader, m.party) {
				who.first, who.names = m.first, append(m.names, who.names...)
				return who, true
			}
		}
		return m, true
	}
	if t, n := d.lexicon.titleAt(tokens, i); n > 0 && (tokens[i].isCapital() || at(tokens, i+n).class == capitalWord) {
		former := i > 0 && isFormer(tokens[i-1].lower) || i > 1 && tokens[i-1].text == "-" && isFormer(tokens[i-2].lower)
		m := d.officeHolder(b, mention{first: i, form: titleForm}, t, i, i+n, former)
		if m.party != "" || m.leader != "" {
			return m, true
		}
	} else if n > 0 {
		// "the prime minister of Japan"
		if m := d.officeHolder(b, mention{first: i, form: titleForm}, t, i, i+n, i > 0 && isFormer(tokens[i-1].lower)); m.party != "" {
			return m, true
		}
	}
	return mention{}, false
}

func isFormer(word string) bool {
	return word == "former" || word == "ex" || word == "ex-" || word == "late" || word == "then"
}

// skipModifiers steps over words between a party and an office, and says whether they end the office's tie.
func skipModifiers(tokens []token, j int) (next int, former bool) {
	start := j
	for k := 0; k < 3 && j < len(tokens); k++ {
		if !tokens[j].in(modifiers) && tokens[j].text != "-" {
			break
		}
		former = former || tokens[j].lower == "former" || tokens[j].lower == "ex" || tokens[j].lower == "ex-"
		j++
	}
	if j == start {
		return start, false
	}
	return j, former
}

func (l *lexicon) titleAt(tokens []token, i int) (t title, n int) {
	if i < 0 || i >= len(tokens) || !tokens[i].isWord() {
		return title{}, 0
	}
	l.titles.at(tokens, i, func(words int, found title) bool {
		if words > n {
			t, n = found, words
		}
		return true
	})
	return t, n
}

// partyAt reads one name of a party, or a leader's full name, at token i.
func (d *document) partyAt(b *block, i int) (mention, bool) {
	tokens := b.tokens
	found, n := d.lexicon.nameAt(tokens, i, b.shouting)
	if n == 0 {
		return mention{}, false
	}
	last := i + n
	var best *name
	for _, candidate := range found {
		if candidate.surname {
			continue
		}
		if best == nil {
			best = candidate
		}
	}
	if best == nil {
		return mention{}, false
	}
	if best.form == leaderForm {
		slug := d.whichLeader(best.leaders)
		m := d.leaderMention(slug, i, last)
		m.person = written(tokens[i:last])
		d.introduce(tokens[last-1].text, introduced{party: m.party, leader: slug, name: m.person, former: m.former})
		return m, true
	}
	if n == 1 {
		next := at(tokens, last)
		if tokens[i].in(alsoGivenNames) && b.span.Part == Text {
			if before := at(tokens, i-1); before.class == capitalWord && i > 1 && !d.lexicon.isName(tokens, i-1) || next.class == capitalWord && best.form == countryForm && !d.lexicon.isName(tokens, last) && best.party != "US" {
				if _, n := d.lexicon.titleAt(tokens, i-1); n == 0 {
					return mention{}, false
				}
			}
		}
		if best.form == capitalForm || best.form == countryForm {
			if next.isCapital() && next.in(institutionWords) {
				return mention{}, false
			}
		}
	}
	party := best.party
	if best.clash != nil && d.holds(best.clash.context) {
		party = best.clash.instead
	}
	m := mention{first: i, last: last, form: best.form, party: party}
	if next := at(tokens, last); next.text == "-" && at(tokens, last+1).in(detachedWords) {
		m.party = ""
	}
	if party != "" {
		m.names = []named{{i, last, PartyKind, party}}
	}
	return m, true
}

// holds reports whether the article has one of these phrases.
func (d *document) holds(phrases []string) bool {
	for _, phrase := range phrases {
		if strings.Contains(d.title, phrase) || strings.Contains(d.text, phrase) {
			return true
		}
	}
	return false
}

func at(tokens []token, i int) token {
	if i < 0 || i >= len(tokens) {
		return token{}
	}
	return tokens[i]
}

// isName reports whether the name of a party, or the full name of a leader, begins at token i.
func (l *lexicon) isName(tokens []token, i int) bool {
	if i < 0 || i >= len(tokens) {
		return false
	}
	found, _ := l.nameAt(tokens, i, false)
	for _, n := range found {
		if !n.surname {
			return true
		}
	}
	return false
}

// written joins tokens as they stood, with single spaces.
func written(tokens []token) string {
	if len(tokens) == 1 {
		return tokens[0].text
	}
	var b strings.Builder
	if n := len(tokens); n > 0 {
		b.Grow(tokens[n-1].end - tokens[0].start)
	}
	for i, t := range tokens {
		if i > 0 && t.start > tokens[i-1].end {
			b.WriteByte(' ')
		}
		b.WriteString(t.text)
	}
	return b.String()
}

// officeHolder completes a mention whose office stands at [from, to) with the name that follows it, or with
// whoever held the office on the article's day.
func (d *document) officeHolder(b *block, m mention, t title, from, to int, former bool) mention {
	tokens := b.tokens
	m.title, m.former, m.last = t.text, former, to
	if m.form != titleForm {
		m.form = titleForm
	}
	j := to
	// "Prime Minister of Japan Shigeru Ishiba", "minister for foreign affairs of the Netherlands"
	if word := at(tokens, j).lower; m.party == "" && (word == "of" || word == "for" || word == "to") {
		k := j + 1
		if at(tokens, k).lower == "the" {
			k++
		}
		if k < len(tokens) {
			if of, ok := d.partyAt(b, k); ok && of.form != leaderForm && of.form != adjectiveForm && word != "to" {
				m.party, m.last, j = of.party, of.last, of.last
				m.names = append(m.names, of.names...)
			}
		}
	}
	// A second office: "Foreign Minister and Deputy Prime Minister X" keeps the first.
	if at(tokens, j).lower == "and" {
		if _, n := d.lexicon.titleAt(tokens, j+1); n > 0 && tokens[j+1].isCapital() {
			j += 1 + n
		}
	}
	if at(tokens, j).text == "," && at(tokens, j+1).isCapital() && m.party != "" && t.rank < 2 {
		j++
	}
	if j < len(tokens) && tokens[j].isCapital() && t.rank > 0 {
		if who, ok := d.partyAt(b, j); ok && who.form == leaderForm {
			who.first, who.title, who.former = m.first, m.title, former
			who.names = append(m.names, who.names...)
			if former {
				who.party = ""
			} else if who.party == "" || m.party != "" && who.party != m.party {
				who.party = m.party
			}
			d.introduce(tokens[who.last-1].text, introduced{party: who.party, leader: who.leader, name: who.person, former: former})
			return who
		} else if !ok {
			if end := d.nameEnd(b, j); end > j {
				m.person, m.last, m.form = written(tokens[j:end]), end, personForm
				surname := tokens[end-1].text
				if m.party == "" {
					if known, ok := d.known[surname]; ok {
						m.party, m.leader = known.party, known.leader
					} else if leader := d.bySurname(surname, "", t.text); leader != "" {
						m.leader, m.party, m.form = leader, d.partyOf(leader), leaderForm
					}
				} else if leader := d.bySurname(surname, m.party, t.text); leader != "" {
					m.leader, m.form = leader, leaderForm
				}
				if m.leader != "" {
					m.names = append(m.names, named{j, end, LeaderKind, m.leader})
				}
				if m.party != "" {
					d.introduce(surname, introduced{party: m.party, leader: m.leader, name: m.person, former: former})
				}
				if former {
					m.party = ""
				}
				return m
			}
		}
	}
	if m.party != "" {
		if !former {
			// The whole phrase first: "European Commission president" is one of several presidents of the EU.
			if m.leader = d.holder(m.party, fold(written(tokens[m.first:to]))); m.leader == "" {
				m.leader = d.holder(m.party, t.text)
			}
		}
		if t.rank > 0 {
			d.introduceBefore(tokens, m.first, m.party, m.leader, former)
		}
	}
	if former {
		m.party, m.leader = "", ""
	}
	return m
}

// introduceBefore ties a name to the office that stands behind it: "Esmaeil Baghaei, Iran's spokesman".
func (d *document) introduceBefore(tokens []token, i int, party, leader string, former bool) {
	i--
	for i > 0 && (tokens[i].lower == "the" || tokens[i].lower == "a" || tokens[i].lower == "an" || tokens[i].in(modifiers)) {
		i--
	}
	if i < 1 || tokens[i].text != "," {
		return
	}
	last := i
	for i > 0 && (tokens[i-1].class == capitalWord || tokens[i-1].in(particles) || tokens[i-1].text == "-") && last-i < 5 {
		i--
	}
	if last-i < 2 || tokens[last-1].class != capitalWord {
		return
	}
	if _, n := d.lexicon.nameAt(tokens, last-1, false); n > 0 {
		return
	}
	d.introduce(tokens[last-1].text, introduced{party: party, leader: leader, name: written(tokens[i:last]), former: former})
}

// introduce remembers for whom a surname speaks in this article; the first introduction stands.
func (d *document) introduce(surname string, who introduced) {
	if utf8.RuneCountInString(surname) < 2 {
		return
	}
	if known, ok := d.known[surname]; ok && (known.leader != "" || who.leader == "") {
		return
	}
	d.known[surname] = who
}

// nameEnd returns the end of the person's name that begins at token i: capitalised words, particles between
// them, initials and hyphens. In a headline, where every word is capitalised, a name is one that the text knows.
func (d *document) nameEnd(b *block, i int) int {
	tokens, end := b.tokens, i
	if b.span.Part == Title {
		for j := i; j < len(tokens) && j < i+4 && tokens[j].isCapital(); j++ {
			if _, ok := d.known[tokens[j].text]; ok {
				return j + 1
			}
		}
		return i
	}
	for j := i; j < len(tokens) && j < i+6; j++ {
		t := tokens[j]
		switch {
		case t.in(calendar):
			return end
		case t.class == capitalWord, t.class == capsWord && len(t.text) > 2 && !strings.Contains(t.text, "."):
			end = j + 1
		case t.class == capsWord, t.text == "." && j > i && len(tokens[j-1].text) == 1, t.text == "-" && t.start == tokens[j-1].end, t.in(particles) && j > i:
		default:
			return end
		}
	}
	return end
}

// taken marks the tokens that stand in mentions; it holds until it is asked for another sentence.
func (d *document) taken(b *block) []bool {
	d.marks = append(d.marks[:0], make([]bool, len(b.tokens))...)
	for i := range b.mentions {
		for k := b.mentions[i].first; k < b.mentions[i].last; k++ {
			d.marks[k] = true
		}
	}
	return d.marks
}

// findSurnames finds people who are named by their surname alone, and sets the mentions in order.
func (d *document) findSurnames(b *block) {
	taken := d.taken(b)
	var all []mention
	if n := len(b.mentions); n > 0 {
		all = make([]mention, 0, n+2)
	}
	next := 0
	for i := 0; i < len(b.tokens); i++ {
		for next < len(b.mentions) && b.mentions[next].first <= i {
			all = append(all, b.mentions[next])
			next++
		}
		if taken[i] || !b.tokens[i].isCapital() {
			continue
		}
		if m, ok := d.surnameAt(b, i); ok {
			all = append(all, m)
			i = m.last - 1
		}
	}
	all = append(all, b.mentions[next:]...)
	kept := all[:0]
	for _, m := range all {
		if m.party != "" || len(m.names) > 0 {
			kept = append(kept, m)
		}
	}
	b.mentions = kept
}

func (d *document) surnameAt(b *block, i int) (mention, bool) {
	tokens := b.tokens
	before := at(tokens, i-1)
	titled := before.lower == "mr" || before.lower == "mrs" || before.lower == "ms" || before.text == "." && i > 1 && (tokens[i-2].lower == "mr" || tokens[i-2].lower == "ms" || tokens[i-2].lower == "mrs")
	if !titled {
		_, n := d.lexicon.titleAt(tokens, i-1)
		titled = n > 0
	}
	first := i
	known, isKnown := d.known[tokens[i].text]
	if isKnown {
		// The whole name again: "Esmaeil Baghaei".
		for words := strings.Fields(known.name); first > 0 && len(words) > 1 && i-first < 4 && slices.Contains(words, tokens[first-1].text); {
			first--
		}
	}
	// Somebody else of that surname: "Melania Trump".
	if first == i && before.class == capitalWord && !before.in(calendar|sentenceStarters) && !titled && !d.lexicon.isName(tokens, i-1) && !(isKnown && b.shouting) {
		return mention{}, false
	}
	if titled {
		first = i - 1
	}
	if isKnown {
		if known.former && known.leader == "" {
			return mention{}, false
		}
		m := mention{first: first, last: i + 1, form: personForm, party: known.party, person: known.name, leader: known.leader}
		if known.leader != "" {
			m = d.leaderMention(known.leader, first, i+1)
			m.names = []named{{i, i + 1, LeaderKind, known.leader}}
			m.party, m.person, m.former = known.party, known.name, known.former
		}
		return m, true
	}
	found, n := d.lexicon.nameAt(tokens, i, b.shouting)
	for _, candidate := range found {
		if !candidate.surname {
			continue
		}
		if n == 1 && tokens[i].in(commonWords|calendar) && !titled {
			return mention{}, false
		}
		// Somebody's given name: "Rosa Weber".
		if next := at(tokens, i+n); next.class == capitalWord && !titled && !b.shouting && b.span.Part == Text && !next.in(calendar) && !d.lexicon.isName(tokens, i+n) {
			return mention{}, false
		}
		slug := d.choose(d.expected(candidate.leaders), "", titled)
		if slug == "" {
			return mention{}, false
		}
		m := d.leaderMention(slug, first, i+n)
		m.names = []named{{i, i + n, LeaderKind, slug}}
		m.person = written(tokens[i : i+n])
		return m, m.party != ""
	}
	return mention{}, false
}
