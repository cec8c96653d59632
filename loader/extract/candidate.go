package extract

import (
	"cmp"
	"slices"
	"strings"
)

// slot is a party that a sentence could set in a raise, with the mentions that stand for it there. A party
// that only the context brings in has none.
type slot struct {
	party    string
	profile  *profile
	mentions []int // indexes of the block's mentions, at most three
	carried  carried
	crowd    bool // brought in as a member of a crowd alone
	first    bool // of the crowd
}

// carried says how the sentences before brought a party in.
type carried uint8

const (
	asSubject carried = 1 << iota
	asPartner
	asParticipant
	asOpening  // one of those that the headline or the first sentences are about
	allCarried = asSubject | asPartner | asParticipant | asOpening
)

// topic is an issue that a sentence could be about.
type topic struct {
	issue  string
	area   string // of the issue
	weight float64
	hits   []issueHit // none where something else than a cue of the sentence brought it in
	origin string     // "here", "before", "title", "article", "words"
	share  float64    // how likely it is by the words of the sentence
	place  int        // how many issues are likelier by them
}

// Bounds on what one sentence is searched for, so that a list of forty states costs no more than a talk of
// seven.
const (
	maxSlots   = 10
	maxCarried = 8 // parties of one talk that the sentences before bring in
	maxTopics  = 7
	minWeight  = 0.2
	maxWorded  = 2   // issues that words alone bring in
	minShare   = 0.2 // of one that they do
)

func (d *document) slotsOf(b *block) []slot {
	var slots []slot
	room, crowded := maxSlots, maxCrowd
	find := func(party string, crowd bool) *slot {
		for i := range slots {
			if slots[i].party == party {
				return &slots[i]
			}
		}
		left := &room
		if crowd {
			left = &crowded
		}
		if *left == 0 {
			return nil
		}
		*left--
		slots = append(slots, slot{party: party, profile: d.profile(party), crowd: crowd})
		return &slots[len(slots)-1]
	}
	for g, own := range b.groups {
		crowd := b.size(g) > maxTalkers
		for i := own.from; i < own.to; i++ {
			for k, party := range b.mentions[i].all() {
				s := find(party, crowd)
				if s == nil {
					continue
				}
				if len(s.mentions) < 3 {
					s.mentions = append(s.mentions, i)
				}
				s.crowd = s.crowd && crowd
				s.first = s.first || crowd && i == own.from && k == 0
			}
		}
	}
	carry := func(how carried, parties ...string) {
		if len(parties) > maxCarried {
			return
		}
		crowd := len(parties) > maxTalkers
		for i, party := range parties {
			if party == "" {
				continue
			}
			if s := find(party, crowd); s != nil {
				s.carried |= how
				s.first = s.first || crowd && i == 0
			}
		}
	}
	carry(asSubject, b.context.subject)
	carry(asPartner, b.context.partner)
	carry(asParticipant, b.context.participants...)
	carry(asOpening, b.context.opening...)
	return slots
}

// topicsOf returns what a sentence could be about, heaviest first. One that names no issue clearly may be
// about those of the sentence before, of the title, or of the article; any may be about what its words as a whole tell.
func (d *document) topicsOf(b *block, w *wording) []topic {
	topics := slices.Clone(d.topics[b.index])
	named := len(topics) > 0 && topics[0].weight >= namesIssue
	add := func(t topic, origin string) {
		for _, have := range topics {
			if have.issue == t.issue {
				return
			}
		}
		if len(topics) < maxTopics {
			topics = append(topics, topic{issue: t.issue, weight: t.weight, origin: origin})
		}
	}
	if !named && b.index > 0 {
		for _, t := range head(d.topics[b.index-1], 2) {
			add(t, "before")
		}
		for _, t := range head(d.topics[0], 2) {
			add(t, "title")
		}
		for _, t := range head(d.themes, 1) {
			add(t, "article")
		}
	}
	d.words = b.words(d.words)
	d.shares = w.shares(d.words, d.shares)
	shares := d.shares
	for _, k := range likeliest(shares, maxWorded) {
		if shares[k] >= minShare {
			add(topic{issue: w.issues[k]}, "words")
		}
	}
	for i := range topics {
		topics[i].area = d.lexicon.area[topics[i].issue]
		if k, ok := slices.BinarySearch(w.issues, topics[i].issue); ok {
			topics[i].share = shares[k]
			for _, share := range shares {
				if share > shares[k] {
					topics[i].place++
				}
			}
		}
	}
	return topics
}

// likeliest returns the places of the n largest shares, the largest first.
func likeliest(shares []float64, n int) []int {
	var best []int
	for range min(n, len(shares)) {
		best = append(best, largest(shares, best...))
	}
	return best
}

func head[T any](list []T, n int) []T { return list[:min(n, len(list))] }

// gather joins the cues of each issue.
func gather(hits []issueHit) []topic {
	var topics []topic
	for _, h := range hits {
		if h.weight < minWeight {
			continue
		}
		known := false
		for i := range topics {
			if topics[i].issue == h.issue {
				known = true
				topics[i].hits = append(topics[i].hits, h)
				topics[i].weight = max(topics[i].weight, h.weight)
			}
		}
		if !known {
			topics = append(topics, topic{issue: h.issue, weight: h.weight, hits: []issueHit{h}, origin: "here"})
		}
	}
	slices.SortStableFunc(topics, func(a, b topic) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.hits[0].first, b.hits[0].first))
	})
	return head(topics, maxTopics)
}

// survey counts what the article as a whole is about: its themes and its parties.
func (d *document) survey() {
	d.topics = make([][]topic, len(d.blocks))
	weight := map[string]float64{}
	share := map[string]float64{}
	total := 0.0
	for i, b := range d.blocks {
		d.topics[i] = gather(b.issues)
		for _, t := range d.topics[i] {
			weight[t.issue] += t.weight
			if i == 0 {
				weight[t.issue] += t.weight
			}
		}
		for _, m := range b.mentions {
			if m.party != "" && m.form != pronounForm {
				share[m.party]++
				total++
			}
		}
	}
	d.profiles, d.parties = map[string]*profile{}, len(share)
	for i, party := range ranked(share) {
		p := d.profile(party)
		p.share, p.standing = share[party]/total, i
	}
	for _, b := range d.blocks {
		if b.speaker.party != "" {
			d.profile(b.speaker.party).speaking += 1 / float64(len(d.blocks))
		}
		if b.span.Part == Title {
			for _, m := range b.mentions {
				if m.party != "" {
					d.profile(m.party).headline = true
				}
			}
			for _, t := range b.tokens {
				if t.isWord() {
					d.heading = append(d.heading, t.lower)
				}
			}
		}
	}
	for _, issue := range ranked(weight) {
		d.themes = append(d.themes, topic{issue: issue, weight: weight[issue]})
	}
}

// profile returns that of a party, a new one where the article has not spoken of it before.
func (d *document) profile(party string) *profile {
	p := d.profiles[party]
	if p == nil {
		p = &profile{organization: d.lexicon.organizations[party], publishes: d.source == party}
		d.profiles[party] = p
	}
	return p
}

// ranked returns keys by falling value, then by name.
func ranked(values map[string]float64) []string {
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(values[b], values[a]), strings.Compare(a, b)) })
	return keys
}
