package extract

// kind is the name of a feature, hashed. Those that are asked for in every sentence are hashed once, here; their values are hashed on from
// them.
type kind uint64

func kindOf(name string) kind { return kind(hashed(fnvOffset, name)) }

// The kinds of features of words, of a sentence, of a pair, of an issue, and of a pair with an issue.
var (
	kindWord      = kindOf("word")
	kindTitleWord = kindOf("title.word")

	kindBlockPart    = kindOf("block.part")
	kindBlockPlace   = kindOf("block.place")
	kindBlockLength  = kindOf("block.length")
	kindBlockSlots   = kindOf("block.slots")
	kindBlockTopics  = kindOf("block.topics")
	kindBlockParties = kindOf("block.parties")
	kindBlockOwn     = kindOf("block.own")
	kindBlockCue     = kindOf("block.cue")
	kindBlockSilent  = kindOf("block.silent")
	kindBlockSays    = kindOf("block.says")

	kindRule            = kindOf("rule")
	kindSure            = kindOf("sure")
	kindSureAct         = kindOf("sure.act")
	kindSureCue         = kindOf("sure.cue")
	kindSureState       = kindOf("sure.state")
	kindRulePart        = kindOf("rule.part")
	kindPairOrder       = kindOf("pair.order")
	kindPairBetween     = kindOf("pair.between")
	kindPairStanding    = kindOf("pair.standing")
	kindPairHeadline    = kindOf("pair.headline")
	kindPairCarried     = kindOf("pair.carried")
	kindPairForms       = kindOf("pair.forms")
	kindPairQuoted      = kindOf("pair.quoted")
	kindFit             = kindOf("fit")
	kindByMain          = kindOf("by.main")
	kindBySpeaking      = kindOf("by.speaking")
	kindWithSpeaking    = kindOf("with.speaking")
	kindFitForms        = kindOf("fit.forms")
	kindSaidQuoted      = kindOf("said.quoted")
	kindCueGapBy        = kindOf("cue.gap.by")
	kindCueGapWith      = kindOf("cue.gap.with")
	kindFitActWith      = kindOf("fit.act.with")
	kindFitActMain      = kindOf("fit.act.main")
	kindRuleAct         = kindOf("rule.act")
	kindRuleCue         = kindOf("rule.cue")
	kindFitAct          = kindOf("fit.act")
	kindFitCue          = kindOf("fit.cue")
	kindCueState        = kindOf("cue.state")
	kindCueForm         = kindOf("cue.form")
	kindCueOwned        = kindOf("cue.owned")
	kindCueVerbsBetween = kindOf("cue.verbs.between")
	kindWithPreposition = kindOf("with.preposition")
	kindBound           = kindOf("pair.bound")
	kindWithAfter       = kindOf("with.after")
	kindSaid            = kindOf("said")
	kindBetweenWord     = kindOf("between.word")
	kindBetweenWords    = kindOf("between.words")
	kindBetweenAll      = kindOf("between.all")

	kindTopic            = kindOf("topic")
	kindTopicOrigin      = kindOf("topic.origin")
	kindTopicWeight      = kindOf("topic.weight")
	kindTopicRank        = kindOf("topic.rank")
	kindTopicShare       = kindOf("topic.share")
	kindTopicShareOrigin = kindOf("topic.share.origin")
	kindTopicSharePlace  = kindOf("topic.share.place")
	kindTopicShareIssue  = kindOf("topic.share.issue")
	kindTopicHits        = kindOf("topic.hits")
	kindTopicTheme       = kindOf("topic.theme")
	kindTopicThemeWeight = kindOf("topic.theme.weight")
	kindTopicHeavier     = kindOf("topic.heavier")
	kindTopicSibling     = kindOf("topic.sibling")
	kindTopicInside      = kindOf("topic.inside")
	kindTopicHeadline    = kindOf("topic.headline")
	kindTopicMates       = kindOf("topic.mates")
	kindTopicNamed       = kindOf("topic.named")
	kindTopicCue         = kindOf("topic.cue")
	kindTopicPreposition = kindOf("topic.preposition")
	kindTopicQuoted      = kindOf("topic.quoted")
	kindTopicPlace       = kindOf("topic.place")
	kindTopicBefore      = kindOf("topic.before")
	kindTopicAfter       = kindOf("topic.after")
	kindTopicCueBefore   = kindOf("topic.cue.before")
	kindTopicVerbBefore  = kindOf("topic.verb.before")

	kindTripleWith            = kindOf("triple.with")
	kindTripleBy              = kindOf("triple.by")
	kindTripleRule            = kindOf("triple.rule")
	kindTripleAct             = kindOf("triple.act")
	kindTriplePlace           = kindOf("triple.place")
	kindTripleOwnName         = kindOf("triple.own.name")
	kindTripleOwnNameRule     = kindOf("triple.own.name.rule")
	kindTripleDistance        = kindOf("triple.distance")
	kindTripleVerbsBetween    = kindOf("triple.verbs.between")
	kindTripleSubjectsBetween = kindOf("triple.subjects.between")
	kindTripleCueDistance     = kindOf("triple.cue.distance")
)

// roleKinds are the kinds of features of a party in one role.
type roleKinds struct{ party, organization, share, standing, headline, source, carried, form, owner, before, after, official, stands, quoted, title, place kind }

func roleKindsOf(role string) *roleKinds {
	of := func(name string) kind { return kindOf(role + "." + name) }
	return &roleKinds{
		party:        of("party"),
		organization: of("organization"),
		share:        of("share"),
		standing:     of("standing"),
		headline:     of("headline"),
		source:       of("source"),
		carried:      of("carried"),
		form:         of("form"),
		owner:        of("owner"),
		before:       of("before"),
		after:        of("after"),
		official:     of("official"),
		stands:       of("stands"),
		quoted:       of("quoted"),
		title:        of("title"),
		place:        of("place"),
	}
}

// The roles of a party: the one that raises, and the one addressed.
var asBy, asWith = roleKindsOf("by"), roleKindsOf("with")
