// Package seeds holds the tables that people write by hand (countries, organizations, leaders, offices,
// collectives, terms, clashes of names, issues, cues) and the sample articles, embeds them in the binary and parses them
// into Go values.
//
// FORMAT.md describes each table, a line a column. lint.go checks them whole; every `go test` runs it.
// The package knows nothing of extraction or storage: a table's reader decides what a row is good for.
package seeds

// Seeds is every table, each in the order of its file.
type Seeds struct {
	Countries     []Country
	Organizations []Organization
	Collectives   []Collective
	Leaders       []Leader
	Offices       []Office
	Terms         []Term
	Clashes       []Clash
	Issues        []Issue
	IssueCues     []IssueCue
	ActCues       []ActCue

	lines   map[string][]int // by file: the line of each row, for Lint
	overlay string           // version of the tables that Overlay laid over the binary's, "" for none
}

// Country is a row of countries.tsv: a country or territory of ISO 3166-1, or Kosovo (XK).
type Country struct {
	Code       string   // ISO 3166-1 alpha-2, upper case: "JP"
	Alpha3     string   // ISO 3166-1 alpha-3, upper case: "JPN"
	Name       string   // short English name as news writes it: "Japan", "United States"
	Aliases    []string // further names in running text: "U.S.", "USA", "America", "DPRK"
	Adjectives []string // nationality words: "Japanese", "American"
	Demonyms   []string // nouns for the people, singular and plural: "Frenchman", "Frenchmen", "Americans"
	Capitals   []string // seat of government first, in each usual spelling: "Kyiv", "Kiev"
	Seats      []string // buildings and districts that stand for the government: "White House", "Kremlin"
	Region     string   // wider region: "East Asia"
}

// Organization is a row of organizations.tsv: an international organisation that acts for itself.
type Organization struct {
	Code    string   // abbreviation, upper case: "EU", "NATO", "WORLDBANK"
	Name    string   // full English name: "European Union"
	Aliases []string // further names and abbreviations in running text: "E.U.", "World Court"
	Bodies  []string // organs and seats that speak for it: "European Commission", "Security Council"
	Members []string // alpha-2 codes where membership is fixed and of countries, else empty
}

// Collective is a row of collectives.tsv: countries that are named together and are no organisation. What it is said to do, each does.
type Collective struct {
	Names   []string // as running text names them: "E3"; FORMAT.md says what _ at the end stands for: "Baltic _"
	Members []string // alpha-2 codes
}

// Leader is a row of leaders.tsv: a person who holds or held an office of terms.tsv.
type Leader struct {
	Slug    string   // stable, lower-case ASCII: "shigeru-ishiba"
	Name    string   // as news writes it: "Shigeru Ishiba"
	Aliases []string // other spellings of the full name, or a mononym: "Lula", "MBS"
	Surname string   // the word that news uses alone after first mention: "Ishiba", "Xi", "Lula da Silva"
	Pronoun string   // "he" or "she"; empty where not known
	Party   string   // code of the country or organization that the leader speaks or last spoke for
}

// Office is a row of offices.tsv: an office that one party has.
type Office struct {
	ID        string   // unique: "JP/prime-minister"
	Party     string   // country or organization code
	Title     string   // as news writes it: "Prime Minister"
	Aliases   []string // further titles in running text: "premier", "PM"
	Role      Role     // what the office is in its state
	Collegial bool     // several people hold it at once (a presidency of three, co-princes)
}

// Role is what an office is in its state or organization.
type Role string

// The roles that offices.tsv may name.
const (
	HeadOfState        Role = "head-of-state"
	HeadOfGovernment   Role = "head-of-government"
	EffectiveLeader    Role = "effective-leader" // who in fact rules, where sources name only that
	ForeignMinister    Role = "foreign-minister"
	HeadOfOrganization Role = "head-of-organization"
	Minister           Role = "minister" // another minister, envoy or spokesperson
)

// Term is a row of terms.tsv: one stretch of one leader in one office. Half-open: on the day Until the
// successor already holds the office.
type Term struct {
	Office  string // Office.ID
	Leader  string // Leader.Slug
	Since   string // first day, YYYY-MM-DD; empty where not known
	Until   string // day of the handover, YYYY-MM-DD; empty while the term lasts
	Source  string // where the row's facts come from: "factbook", "reign", "article <id>", "well-known"
	Checked string // the day, YYYY-MM-DD, to which the row was checked
}

// Clash is a row of clashes.tsv: what a name stands for that two rows of the other tables bear, or that
// mostly means something outside of them. A name that no table holds is there to shield a shorter one inside
// it: "New Mexico" names nobody.
type Clash struct {
	Name    string   // as text writes it, letter case included: "Georgia"
	Choose  string   // code of the party that it stands for by itself; empty for nobody
	Context []string // words; an article that holds one of them means Instead
	Instead string   // code of the party that it stands for in such an article; empty for nobody
	Why     string   // a few words for whoever reads the table
}

// Issue is a row of issues.tsv.
type Issue struct {
	Slug        string // "tariffs"
	Name        string // "Tariffs"
	Area        string // wider area: "trade"
	Description string // a sentence on what it covers
}

// IssueCue is a row of issue_cues.tsv: a phrase that signals an issue.
type IssueCue struct {
	Issue  string  // Issue.Slug
	Phrase string  // lower case; FORMAT.md gives the small pattern language
	Weight float64 // 1 for a phrase that names the issue; less for one that merely hints at it
}

// ActCue is a row of act_cues.tsv: a verb or noun that signals a manner of raising (a PLOVER event type).
type ActCue struct {
	Act     string // "REQUEST"
	Lemma   string // base form: "urge", "call on", "express concern"
	Kind    string // "verb" or "noun"
	Pattern string // where `by`, `with` and the issue stand around it: FORMAT.md lists the patterns
}

// SampleArticle is a file of articles/: a short article in the project's own words.
type SampleArticle struct {
	ID        string // file name: "ishiba-trump-agenda.txt"
	Title     string
	Published string // YYYY-MM-DD
	Source    string
	Text      string
}
