package extract

import "strings"

// wordSet is one of the sets of words that the extractor goes by, or several: a bit each. A token carries those that its word is in, so
// that a word is looked up once, however often it is asked about.
type wordSet uint64

const (
	// abbreviations never end a sentence: they stand before a name or a number.
	abbreviations wordSet = 1 << iota
	// softAbbreviations, of months and firms, end one only where a word of sentenceStarters follows.
	softAbbreviations
	// sentenceStarters are words that, capitalised after an abbreviation, begin a sentence rather than a name.
	sentenceStarters
	// alsoGivenNames are names of places that people bear too: "Michael Jordan", "George Washington".
	alsoGivenNames
	// institutionWords after a place's name make it part of the name of something that speaks for no state.
	institutionWords
	// detachedWords after a hyphen cut the tie between a name and its government: "London-based".
	detachedWords
	// modifiers may stand between a party's name and an office: "Japan's new prime minister".
	modifiers
	// particles join the words of a person's name.
	particles
	// calendar words are capitalised and name nobody.
	calendar
	// commonWords are surnames of leaders that are English words or given names too: alone, without a title or a
	// full name before, they name nobody.
	commonWords
	// bothVerbs may follow a "both" that stands for two who were named.
	bothVerbs
	// sayVerbs introduce or follow what somebody says.
	sayVerbs
	// blocNouns stand for an organisation of states.
	blocNouns
	// toBe, before a verb, makes a passive of it.
	toBe
	// talkWords tell that those named together talk with each other.
	talkWords
	// officialNouns, behind a party's name, are those who speak or act for it.
	officialNouns
	// whenWords say when something was said, between the verb and its "that".
	whenWords
	prepositions
	// timeWords tell when, whether and whether perhaps.
	timeWords
	// auxiliaries tell whether something is done, will be, or is refused.
	auxiliaries
	// empty words say nothing of what is done.
	empty
	// pronouns are the personal ones, and what they own with.
	pronouns
	// speechNouns, before "by" or "from" and a name, say whose words a text is: "Remarks by President Biden".
	speechNouns

	// nounLeads stand right before a noun.
	nounLeads
	// seldomVerbs are spelled as verbs that are cues and are more often something else: "member states", "close friends".
	seldomVerbs
	// verbLeads stand right before a verb.
	verbLeads
	// adverbs may stand between these and the verb.
	adverbs
	// circumstances lead to what tells when or why something is done.
	circumstances

	// Words with which a phrase of the lexicon begins.
	beginsName
	beginsIssue
	beginsAct
	beginsTitle
	beginsGroup
	beginsThey
	beginsState
)

// wordLists are the words of each set, in lower case.
var wordLists = map[wordSet]string{
	abbreviations: `mr mrs ms dr prof rev hon gen lt col maj capt cmdr adm sgt sen rep gov pres st vs no
	fig messrs`,
	softAbbreviations: `jan feb mar apr jun jul aug sep sept oct nov dec inc corp co ltd jr sr etc est dept univ
	a.m p.m`,
	sentenceStarters: `the a an in on at for from by with but and or as if when while after before since this
	that these those it he she they we i his her their its our there here however meanwhile also earlier later both
	asked according under during despite although though so not what who how why last next some many most all`,
	alsoGivenNames: `jordan georgia chad israel kenya washington paris london lincoln victoria sydney santiago florence
	austin charlotte madison india china lourdes`,
	institutionWords: `post times university institute airport street review journal herald tribune stock marathon
	school college hospital hotel club united fc city county dc daily news newspaper bank-based accords agreement convention
	protocol treaty principles declaration process`,
	detachedWords: `based born style educated listed`,
	modifiers: `new newly former acting interim current then outgoing incoming late deputy senior top chief elected designate
	first permanent special visiting caretaker hard-line right-wing left-wing far-right populist conservative veteran longtime long-serving
	ex ex- senior-most high-ranking unnamed newly-elected newly-appointed embattled transitional democratically`,
	particles: `al bin ibn von van der de da di del la le bint abu el ben dos du ter zu`,
	calendar: `monday tuesday wednesday thursday friday saturday sunday january february march april may june july
	august september october november december`,
	commonWords: `may will park brown major bush rice king long young white black snow best moon carter ford hope grant
	wade kay day price bishop cook baker mason cameron hill wood stone power miller johnson james martin thomas
	george paul david john peter charles francis felipe albert henry philip robert daniel michael joseph samuel simon
	alexander victor gordon clark thompson wilson anderson christian abdullah salman ali hassan hussein khan kim lee li
	singh chan sultan emir president minister east west north south august march april june july sunday monday
	bali costa cross church bell marsh rose lane love hunt fox wolf berry moss ng de la`,
	bothVerbs: `are were have had will would should could may might can must did do also then now again of and`,
	sayVerbs: `said says told tells added adds stated states stressed noted notes declared announced wrote writes warned
	insisted explained argued emphasized emphasised underlined underscored remarked reiterated claimed replied responded
	continued commented concluded asked tweeted posted acknowledged confirmed recalled pointed according vowed urged`,
	blocNouns: `bloc alliance union`,
	toBe:      `was were been be being is are`,
	talkWords: `met meet meets meeting meetings talks talk call phone phoned summit discussed discuss negotiations negotiation
	agreed agree agreement conversation visit visited visits visiting hosted hosts dialogue consultations counterpart signed joint bilateral readout spoke
	between trilateral welcomed`,
	officialNouns: `government governments officials official ministry ministries authorities leader leaders leadership minister ministers president
	administration side delegation delegations diplomat diplomats forces military army troops parliament lawmakers cabinet spokesman
	spokeswoman spokesperson negotiator negotiators envoy ambassador embassy counterpart counterparts state regime foreign defence defense
	prime premier chancellor navy officials' presidency mission commission council senate congress court supreme treasury central bank media
	party team security intelligence police king queen monarch people public representative representatives head chief statement`,
	whenWords: `on in at last this week month year earlier later again also today yesterday repeatedly`,
	prepositions: `of in on to with by from for against at over between into toward towards about upon after among alongside
	within amid under via regarding concerning despite without before behind beyond through than as like across onto`,
	timeWords: `will 'll shall would should may might could can must set due expected expects scheduled poised slated likely planning plans
	plan planned preparing prepares prepare going hoping hopes hope meant aimed aims aim intends intend seeks seek wants want looking upcoming
	next tomorrow soon later ahead before after if unless whether possible possibly perhaps potential potentially proposed
	had has have been was were is are being did not n't never no without refused refuses declined ago earlier previous previously since last past
	former once already then during year years month months week decade decades until long history historically traditionally first second
	anniversary recent recently yesterday today now currently continues ongoing today's to agenda prospect ready`,
	auxiliaries: `will would could may might should must not n't never no to ready set expected if unless been was were be being is are
	can shall plans`,
	empty:     `has have had is are was were be been being will would the a an its his their her also it he they on to that and of in`,
	pronouns:  `he him his she her i my we our us ours me you your it its`,
	nounLeads: `the a an his her its their our my your no any this these those some all every each both many of in for several other`,
	seldomVerbs: `state states place places close closes free frees order orders board boards value values press presses share shares back backs
	phone phones host hosts approach approaches task tasks sign signs arm arms mass masses initial ship ships target targets brief briefs present presents
	deliberate note notes voice voices finance finances fund funds honor honors honour honours champion champions brand brands station stations flag flags
	train trains bar bars object objects storm storms fault cut cuts block blocks drop drops advance advances travel hit hits blast blasts launch launches
	claim claims partner partners welcome conduct march marches attack attacks strike strikes bomb bombs shell shells need needs fight fights help charge charges
	question questions suspect suspects`,
	verbLeads:     `to will would shall should can could may might must 'll 'd we they you i he she it who which that and or let cannot don't doesn't didn't`,
	circumstances: `throughout during after since amid despite before until over following through about regarding concerning`,
	adverbs:       `not n't also now still then further again never always`,
	speechNouns: `address remarks speech statement statements message letter declaration comments interview briefing toast greetings opening
	conference readout press`,
}

// vocabulary holds the words that are in any set, each with its sets.
type vocabulary map[string]wordSet

func newVocabulary() vocabulary {
	v := vocabulary{}
	for set, words := range wordLists {
		for _, word := range strings.Fields(words) {
			v[word] |= set
		}
	}
	return v
}
