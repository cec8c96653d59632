package extract

import (
	"slices"
	"sort"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"demarche/seeds"
)

// lexicon is the seeds' words compiled for matching. It does not change once it is made.
type lexicon struct {
	words         vocabulary
	names         map[string][]name // by first word, folded; longest first
	offices       map[string][]*office
	people        map[string]*person // leaders by slug
	issues        *phrases[issueCue]
	acts          *phrases[actCue]
	titles        *phrases[title]
	referents     referents
	area          map[string]string // issue slug → area
	organizations map[string]bool
	formats       map[string][]string // members of what is but their meeting or their region, by its code
}

// form is how a mention names a party.
type form uint8

const (
	countryForm form = iota
	adjectiveForm
	demonymForm
	capitalForm
	seatForm
	organizationForm
	leaderForm // a leader of the seeds
	personForm // somebody whom the article introduces with a party and a title
	titleForm  // an office without a name: "the Japanese prime minister"
	pronounForm
	groupForm // "the two leaders", "both sides"
	theyForm  // "they", which may be many others
	forms     // how many there are
)

var formNames = [forms]string{"country", "adjective", "demonym", "capital", "seat", "organization", "leader", "person", "title", "pronoun", "group", "they"}

// name is a phrase of written words that names a party or a leader.
type name struct {
	words   []string // tokens as written
	form    form
	party   string   // party code
	leaders []string // slugs that bear the name
	surname bool     // the name is a leader's surname alone
	clash   *clash   // set where the name stands for something else in some articles
}

// clash is the rule by which a name that several bear is read.
type clash struct {
	context []string // words of which one in the article changes the meaning
	instead string   // the party that is then meant, "" for none
}

// person is a leader with the terms that say for whom he or she speaks on a day.
type person struct {
	slug, surname, party string
	female               bool
	terms                []term
}

type term struct {
	period
	party  string
	office *office
	top    bool // head of state or government, or of an organization
}

// period is half-open; "" is open.
type period struct{ since, until string }

func (p period) covers(day string) bool {
	return (p.since == "" || p.since <= day) && (p.until == "" || day < p.until)
}

// office is one office of one party.
type office struct {
	party  string
	titles []string // folded
	role   seeds.Role
	terms  []officeTerm // by since
}

type officeTerm struct {
	period
	slug string
}

type issueCue struct {
	issue  string
	weight float64
}

type actCue struct {
	act     string
	class   int // place of the act in acts
	lemma   string
	form    verbForm
	mutual  bool
	objects bool     // the counterpart is its direct object
	after   []string // prepositions that bring the counterpart in
}

// title is a word for an office or a function that speaks for a party.
type title struct {
	text string
	rank int // 2 leads a state, 1 speaks for it, 0 is no person
}

func newLexicon(s *seeds.Seeds) *lexicon {
	words := newVocabulary()
	l := &lexicon{
		words: words, names: map[string][]name{}, offices: map[string][]*office{}, people: map[string]*person{},
		issues: newPhrases[issueCue](words, beginsIssue), acts: newPhrases[actCue](words, beginsAct), titles: newPhrases[title](words, beginsTitle),
		referents: newReferents(words),
		area:      map[string]string{}, organizations: map[string]bool{}, formats: map[string][]string{},
	}
	l.addParties(s)
	l.addCollectives(s)
	l.addClashes(s)
	l.addLeaders(s)
	for first, list := range l.names {
		words[first] |= beginsName
		sort.SliceStable(list, func(i, j int) bool { return len(list[i].words) > len(list[j].words) })
	}
	for _, issue := range s.Issues {
		l.area[issue.Slug] = issue.Area
	}
	for _, cue := range s.IssueCues {
		l.issues.add(cue.Phrase, issueCue{issue: cue.Issue, weight: cue.Weight})
	}
	for _, cue := range s.ActCues {
		l.addActCue(cue)
	}
	for _, row := range titleWords {
		for _, word := range strings.Split(row.words, ",") {
			word = strings.TrimSpace(word)
			l.titles.add(word, title{text: word, rank: row.rank})
			if row.rank < 2 {
				l.titles.add(plural(word), title{text: word, rank: row.rank})
			}
		}
	}
	l.issues.done()
	l.acts.done()
	l.titles.done()
	return l
}

func (l *lexicon) addParties(s *seeds.Seeds) {
	for _, c := range s.Countries {
		l.addName(name{form: countryForm, party: c.Code}, c.Name)
		l.addNames(name{form: countryForm, party: c.Code}, c.Aliases)
		l.addNames(name{form: adjectiveForm, party: c.Code}, c.Adjectives)
		for _, demonym := range c.Demonyms {
			if !slices.Contains(c.Adjectives, demonym) {
				l.addName(name{form: demonymForm, party: c.Code}, demonym)
			}
		}
		for _, capital := range c.Capitals {
			if capital != c.Name {
				l.addName(name{form: capitalForm, party: c.Code}, capital)
			}
		}
		l.addNames(name{form: seatForm, party: c.Code}, c.Seats)
	}
	for _, o := range s.Organizations {
		l.organizations[o.Code] = true
		if meetsOnly[o.Code] {
			l.formats[o.Code] = o.Members
		}
		l.addName(name{form: organizationForm, party: o.Code}, o.Name)
		l.addNames(name{form: organizationForm, party: o.Code}, o.Aliases)
		l.addNames(name{form: organizationForm, party: o.Code}, o.Bodies)
	}
}

// addClashes puts what clashes.tsv says of a name in the place of all else that the name could mean.
func (l *lexicon) addClashes(s *seeds.Seeds) {
	for _, row := range s.Clashes {
		words := l.wordsOf(row.Name)
		key := fold(words[0])
		ruled := name{words: words, form: countryForm, party: row.Choose, clash: &clash{row.Context, row.Instead}}
		var kept []name
		for _, n := range l.names[key] {
			if slices.Equal(n.words, words) {
				ruled.form = n.form
			} else {
				kept = append(kept, n)
			}
		}
		l.names[key] = append(kept, ruled)
	}
}

func (l *lexicon) addLeaders(s *seeds.Seeds) {
	offices := map[string]*office{}
	for _, row := range s.Offices {
		o := &office{party: row.Party, role: row.Role, titles: []string{fold(row.Title)}}
		for _, alias := range row.Aliases {
			o.titles = append(o.titles, fold(alias))
		}
		offices[row.ID] = o
		l.offices[row.Party] = append(l.offices[row.Party], o)
	}
	for _, row := range s.Leaders {
		l.people[row.Slug] = &person{slug: row.Slug, surname: row.Surname, party: row.Party, female: row.Pronoun == "she"}
	}
	for _, row := range s.Terms {
		o := offices[row.Office]
		o.terms = append(o.terms, officeTerm{period{row.Since, row.Until}, row.Leader})
		top := o.role != seeds.Minister && o.role != seeds.ForeignMinister
		p := l.people[row.Leader]
		p.terms = append(p.terms, term{period: period{row.Since, row.Until}, party: o.party, office: o, top: top})
	}
	for _, o := range offices {
		sort.SliceStable(o.terms, func(i, j int) bool { return o.terms[i].since < o.terms[j].since })
	}
	for _, row := range s.Leaders {
		full := map[string]bool{}
		for _, alias := range append([]string{row.Name}, row.Aliases...) {
			full[alias] = true
			// A name of one word ("Lula") is read with the care that surnames need.
			l.addLeaderName(alias, row.Slug, !strings.Contains(alias, " "))
		}
		if row.Surname == "" {
			continue
		}
		// Many outlets leave the article out: "Sharaa" for "al-Sharaa".
		for _, surname := range []string{row.Surname, strings.TrimPrefix(strings.TrimPrefix(row.Surname, "al-"), "Al-")} {
			if !full[surname] {
				full[surname] = true
				l.addLeaderName(surname, row.Slug, true)
			}
		}
	}
}

// addLeaderName adds a name that several leaders may bear.
func (l *lexicon) addLeaderName(text, slug string, surname bool) {
	for _, spelling := range spellings(text) {
		words := l.wordsOf(spelling)
		if len(words) == 0 {
			continue
		}
		key := fold(words[0])
		merged := false
		for i, n := range l.names[key] {
			if n.form == leaderForm && n.surname == surname && slices.Equal(n.words, words) {
				if !slices.Contains(n.leaders, slug) {
					l.names[key][i].leaders = append(n.leaders, slug)
				}
				merged = true
			}
		}
		if !merged {
			l.names[key] = append(l.names[key], name{words: words, form: leaderForm, leaders: []string{slug}, surname: surname})
		}
	}
}

func (l *lexicon) addNames(n name, texts []string) {
	for _, text := range texts {
		l.addName(n, text)
	}
}

func (l *lexicon) addName(n name, text string) {
	for _, spelling := range spellings(text) {
		n.words = l.wordsOf(spelling)
		if len(n.words) == 0 {
			continue
		}
		key := fold(n.words[0])
		l.names[key] = append(l.names[key], n)
	}
}

// spellings returns a name as written and, where it has accents, without them.
func spellings(text string) []string {
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(text))
	if plain == text {
		return []string{text}
	}
	return []string{text, plain}
}

// wordsOf returns the words of a name as they are written.
func (l *lexicon) wordsOf(text string) []string {
	var words []string
	for _, t := range l.words.tokenize(text) {
		words = append(words, strings.ReplaceAll(t.text, "’", "'"))
	}
	return words
}

func (l *lexicon) addActCue(row seeds.ActCue) {
	cue := actCue{act: row.Act, class: index(acts[:], row.Act), lemma: row.Lemma}
	for _, place := range strings.Split(row.Pattern, "/") {
		switch place {
		case "mutual":
			cue.mutual = true
			cue.after = append(cue.after, "with")
		case "object":
			cue.objects = true
		case "issue":
		case "issue-with":
			cue.after = append(cue.after, "with")
		default:
			cue.after = append(cue.after, place)
		}
	}
	if row.Kind == "noun" {
		l.acts.add(row.Lemma, cue)
		if p := plural(row.Lemma); p != row.Lemma {
			l.acts.add(p, cue)
		}
		return
	}
	for words, form := range inflections(row.Lemma) {
		cue.form = form
		l.acts.add(words, cue)
	}
}

// titleWords are the words for offices and functions whose holders speak for a party.
var titleWords = []struct {
	rank  int
	words string
}{
	{2, `president, prime minister, premier, pm, chancellor, king, queen, emir, sultan, crown prince, supreme leader, pope, taoiseach,
		monarch, emperor, head of state, head of government, prime minister-designate, interim president, acting president`},
	{1, `vice president, vice-president, deputy prime minister, foreign minister, foreign secretary, secretary of state, minister of foreign affairs,
		minister for foreign affairs, external affairs minister, foreign affairs minister, defence minister, defense minister, defence secretary,
		defense secretary, secretary of defense, minister of defence, minister of defense, war secretary, finance minister, treasury secretary, secretary of the treasury,
		trade minister, commerce minister, commerce secretary, energy minister, energy secretary, interior minister, home secretary, economy minister,
		oil minister, justice minister, attorney general, agriculture minister, health minister, environment minister, transport minister, trade representative, security minister,
		industry minister, minister, deputy minister, deputy foreign minister, vice foreign minister, first lady,
		ambassador, envoy, special envoy, special representative, representative, permanent representative, high representative, charge d'affaires,
		national security adviser, national security advisor, security adviser, adviser, advisor, aide, spokesman, spokeswoman, spokesperson,
		secretary-general, secretary general, secretary, director general, director-general, commissioner, trade commissioner, foreign policy chief,
		leader, official, diplomat, negotiator, chief negotiator, delegate, army chief, defence chief, defense chief, military chief, commander, general, admiral,
		chief of staff, press secretary, governor, central bank governor, speaker, parliament speaker, head of the office, deputy head of the office, chief, head, chairman, chair,
		senator, lawmaker, mp, congressman, deputy, undersecretary, under secretary, assistant secretary, deputy secretary, state secretary, minister of state`},
	{0, `administration, government, prime minister's office`},
}

// nameAt returns the names that begin at token i, those of most words only, and how many words they have.
// In a run that is all capitals the case of letters tells nothing, and is not looked at.
func (l *lexicon) nameAt(tokens []token, i int, shouting bool) (found []*name, words int) {
	if !tokens[i].in(beginsName) {
		return nil, 0
	}
	list := l.names[tokens[i].lower]
	for k := range list {
		n := &list[k]
		if len(n.words) < words {
			break
		}
		if i+len(n.words) > len(tokens) {
			continue
		}
		if nameMatches(n.words, tokens[i:], shouting) {
			found, words = append(found, n), len(n.words)
		}
	}
	return found, words
}

func nameMatches(words []string, tokens []token, shouting bool) bool {
	for j, word := range words {
		t := &tokens[j]
		if t.text == word {
			continue
		}
		// A straight apostrophe has fewer bytes than a curly one.
		if len(t.text) > len(word) && strings.ReplaceAll(t.text, "’", "'") == word {
			continue
		}
		// Names in capitals: "TRUMP" in a heading, "XI Jinping" in some wires; not "US" for "us".
		if t.class == capsWord && len(word) > 2 && (shouting || len(words) > 1) && strings.ToUpper(word) == t.text {
			continue
		}
		return false
	}
	return true
}
