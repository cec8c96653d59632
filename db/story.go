package db

import (
	"cmp"
	"context"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Near-copies of a story (wire copy that many papers print, cut and headed anew) are found by MinHash: every run of
// three words of an article is hashed in as many ways as a Signature has bytes, and a byte of the least hash of each is
// kept, so that the share of bytes that two signatures have in common is about the share of runs that the texts have in
// common. Two articles are near-copies where that is likeness or more; a story is all articles that are linked by
// near-copies. Only such pairs are compared as share a story key, which is a stretch of the signature: of two texts that
// have nine runs of ten in common 99.9 in a hundred do, of those that have three of ten 2.4. All this is a property of
// the pair, so that stories do not depend on the order in which articles come or go.

// Signature tells near-copies of an article: about as many bytes are equal as three-word runs are.
type Signature [64]byte

const (
	runWords   = 3  // words of a run
	likeness   = 45 // equal bytes from which two articles are near-copies: seven runs of ten
	keyBytes   = 5  // bytes of a signature that make a story key
	storyKeys  = 10 // keys of a signature
	keyPlace   = 40 // bits of a key below its place
	firstMixer = 0x9e3779b97f4a7c15
)

// Sign makes the signature of an article's words: letters and digits, case folded; what is written without blanks counts
// character by character.
func Sign(title, text string) Signature {
	var least [len(Signature{})]uint64
	for i := range least {
		least[i] = math.MaxUint64
	}
	take := func(run uint64) {
		for i := range least {
			least[i] = min(least[i], (run^mixers[i][0])*mixers[i][1])
		}
	}
	var window [runWords]uint64
	count := 0
	word := func(hash uint64) {
		copy(window[:], window[1:])
		window[runWords-1] = hash
		if count++; count >= runWords {
			take(mix(window[0] + 3*window[1] + 5*window[2]))
		}
	}
	for _, part := range [...]string{title, text} {
		hashWords(part, word)
	}
	if count < runWords { // too short for a run: all of it is one
		run := mix(window[0] + 3*window[1] + 5*window[2])
		if count == 0 {
			for _, b := range []byte(strings.TrimSpace(title) + "\n" + strings.TrimSpace(text)) {
				run = (run ^ uint64(b)) * fnvPrime
			}
		}
		take(mix(run + uint64(count)))
	}
	var s Signature
	for i := range least {
		s[i] = byte(mix(least[i]))
	}
	return s
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// hashWords hands the hash of each word to visit.
func hashWords(text string, visit func(uint64)) {
	hash, inside := uint64(fnvOffset), false
	end := func() {
		if inside {
			visit(mix(hash))
			hash, inside = fnvOffset, false
		}
	}
	for i := 0; i < len(text); {
		if b := text[i]; b < utf8.RuneSelf {
			i++
			switch {
			case 'a' <= b && b <= 'z', '0' <= b && b <= '9':
				hash, inside = (hash^uint64(b))*fnvPrime, true
			case 'A' <= b && b <= 'Z':
				hash, inside = (hash^uint64(b|0x20))*fnvPrime, true
			case b == '\'': // stays out of the word, whichever sign it is written with
			default:
				end()
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		switch {
		case r == '’' || unicode.Is(unicode.Mn, r):
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
			end()
			visit(mix(uint64(r)))
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			hash, inside = (hash^uint64(unicode.ToLower(r)))*fnvPrime, true
		default:
			end()
		}
	}
	end()
}

// mix spreads a number's bits over all of its bits.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// mixers make as many hashes of one.
var mixers = makeMixers()

func makeMixers() (mixers [len(Signature{})][2]uint64) {
	state := uint64(0)
	next := func() uint64 { state += firstMixer; return mix(state) }
	for i := range mixers {
		mixers[i] = [2]uint64{next(), next() | 1}
	}
	return mixers
}

// Keys are the story keys of a signature, rising.
func (s *Signature) Keys() (keys [storyKeys]int64) {
	for place := range keys {
		var stretch [8]byte
		copy(stretch[8-keyBytes:], s[place*keyBytes:])
		keys[place] = int64(place)<<keyPlace | int64(binary.BigEndian.Uint64(stretch[:]))
	}
	return keys
}

// near tells whether two signatures are those of near-copies.
func (s *Signature) near(other *Signature) bool {
	equal := 0
	for i := range s {
		if s[i] == other[i] {
			equal++
		}
	}
	return equal >= likeness
}

// storied is an article as far as stories go.
type storied struct {
	id, story             int64 // story is 0 while not known
	signature             Signature
	published, externalID string
}

// compareStoried puts the earliest first: by day, undated last, then external id.
func compareStoried(a, b *storied) int {
	undated := func(s *storied) int {
		if s.published == "" {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(undated(a), undated(b)), cmp.Compare(a.published, b.published), cmp.Compare(a.externalID, b.externalID))
}

// storyMove is what a change does to stories.
type storyMove struct {
	before []int64         // stories of which an article comes, goes or changes, as they are now
	after  []int64         // what they become
	story  map[int64]int64 // by article: its story from now on, of every article of these
	moved  []*storied      // articles that are in the graph and stay as they are, but for their story
}

// moveStories finds what becomes of stories where articles are put (with the story that they have now, 0 for a new one)
// and others removed. Nothing is changed.
func (w *Writer) moveStories(ctx context.Context, put []storied, resigned map[int64]bool, removed map[int64]int64) (storyMove, error) {
	move := storyMove{story: map[int64]int64{}}
	changed := make(map[int64]*storied, len(put))
	// Stories that lose an article may fall apart: their articles are linked anew. Others stay whole.
	dissolved, whole := map[int64]bool{}, map[int64]bool{}
	for _, story := range removed {
		dissolved[story] = true
	}
	for i := range put {
		changed[put[i].id] = &put[i]
		if put[i].story != 0 && resigned[put[i].id] {
			dissolved[put[i].story] = true
		}
	}
	loose := map[int64]*storied{}
	for i := range put {
		switch a := &put[i]; {
		case a.story == 0 || dissolved[a.story]:
			loose[a.id] = a
		default:
			whole[a.story] = true
		}
	}
	members, err := w.storiedWhere(ctx, "story", sortedKeys(dissolved))
	if err != nil {
		return move, err
	}
	for i := range members {
		if _, gone := removed[members[i].id]; !gone && changed[members[i].id] == nil {
			loose[members[i].id] = &members[i]
		}
	}

	groups, err := w.linkStories(ctx, loose, removed)
	if err != nil {
		return move, err
	}
	for story := range whole {
		groups.find(-story)
	}
	joined := map[int64]bool{}
	for node := range groups {
		if node < 0 {
			joined[-node] = true
		}
	}
	members, err = w.storiedWhere(ctx, "story", sortedKeys(joined))
	if err != nil {
		return move, err
	}
	parts := map[int64][]*storied{}
	for id, a := range loose {
		root := groups.find(id)
		parts[root] = append(parts[root], a)
	}
	for i := range members {
		a := &members[i]
		if now := changed[a.id]; now != nil {
			a = now
		}
		root := groups.find(-members[i].story)
		parts[root] = append(parts[root], a)
	}
	for _, part := range parts {
		earliest := slices.MinFunc(part, compareStoried)
		move.after = append(move.after, earliest.id)
		for _, a := range part {
			move.story[a.id] = earliest.id
			if changed[a.id] == nil && a.story != earliest.id {
				move.moved = append(move.moved, a)
			}
		}
	}
	for story := range dissolved {
		joined[story] = true
	}
	move.before = sortedKeys(joined)
	slices.Sort(move.after)
	slices.SortFunc(move.moved, func(a, b *storied) int { return cmp.Compare(a.id, b.id) })
	return move, nil
}

// linkStories groups loose articles with each other and with the stories that others of the graph make up. In the groups an
// article stands under its id, a story under its id with a minus.
func (w *Writer) linkStories(ctx context.Context, loose map[int64]*storied, removed map[int64]int64) (groups, error) {
	found := groups{}
	byKey := make(map[int64][]*storied, len(loose)*storyKeys)
	for _, id := range sortedKeys(loose) {
		for _, key := range loose[id].signature.Keys() {
			byKey[key] = append(byKey[key], loose[id])
		}
		found.find(id)
	}
	keys := sortedKeys(byKey)
	outside := map[int64][]int64{} // by key
	others := map[int64]bool{}
	err := w.conn.query(ctx, "SELECT key, article_id FROM story_keys WHERE key IN (SELECT value FROM json_each(?))",
		[]any{list(keys)}, func(row []driver.Value) error {
			key, id := row[0].(int64), row[1].(int64)
			if _, gone := removed[id]; !gone && loose[id] == nil {
				outside[key], others[id] = append(outside[key], id), true
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	rows, err := w.storiedWhere(ctx, "id", sortedKeys(others))
	if err != nil {
		return nil, err
	}
	other := make(map[int64]*storied, len(rows))
	for i := range rows {
		other[rows[i].id] = &rows[i]
	}
	for _, key := range keys {
		for i, a := range byKey[key] {
			for _, b := range byKey[key][:i] {
				found.link(a.id, b.id, &a.signature, &b.signature)
			}
			for _, id := range outside[key] {
				b := other[id]
				found.link(a.id, -b.story, &a.signature, &b.signature)
			}
		}
	}
	return found, nil
}

// storiedWhere reads the articles whose column, "id" or "story", has one of the values.
func (w *Writer) storiedWhere(ctx context.Context, column string, values []int64) ([]storied, error) {
	if len(values) == 0 {
		return nil, nil
	}
	var found []storied
	err := w.conn.query(ctx, "SELECT id, story, signature, published, external_id FROM articles WHERE "+column+
		" IN (SELECT value FROM json_each(?))", []any{list(values)}, func(row []driver.Value) error {
		a := storied{id: row[0].(int64), story: row[1].(int64), externalID: row[4].(string)}
		copy(a.signature[:], row[2].([]byte))
		a.published, _ = row[3].(string)
		found = append(found, a)
		return nil
	})
	return found, err
}

// putKeys stores the story keys of articles, in their order; dropKeys removes them.
func (w *Writer) putKeys(ctx context.Context, articles []storied) error {
	return w.eachKey(ctx, "INSERT INTO story_keys (key, article_id) VALUES (?, ?)", articles)
}

func (w *Writer) dropKeys(ctx context.Context, articles []storied) error {
	return w.eachKey(ctx, "DELETE FROM story_keys WHERE key = ? AND article_id = ?", articles)
}

func (w *Writer) eachKey(ctx context.Context, sql string, articles []storied) error {
	rows := make([][2]int64, 0, len(articles)*storyKeys)
	for i := range articles {
		for _, key := range articles[i].signature.Keys() {
			rows = append(rows, [2]int64{key, articles[i].id})
		}
	}
	slices.SortFunc(rows, func(a, b [2]int64) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	for _, row := range rows {
		if _, err := w.conn.exec(ctx, sql, row[0], row[1]); err != nil {
			return err
		}
	}
	return nil
}

// checkStories compares stories with the signatures that they are made of: every article has its story keys, near-copies
// that share one are of one story, and every story is held together by such pairs.
func checkStories(ctx context.Context, c *conn) (findings []string, err error) {
	report := func(format string, arguments ...any) {
		if len(findings) < maxFindings {
			findings = append(findings, fmt.Sprintf(format, arguments...))
		}
	}
	linked := groups{}
	var bucket []storied // articles of one key
	key, rows := int64(-1), int64(0)
	err = c.query(ctx, `SELECT k.key, k.article_id, a.story, a.signature, a.external_id FROM story_keys k LEFT JOIN articles a ON a.id = k.article_id
		ORDER BY k.key, k.article_id`, nil, func(row []driver.Value) error {
		rows++
		if row[2] == nil {
			report("story_keys: key %d is that of article %d, which is not there", row[0], row[1])
			return nil
		}
		a := storied{id: row[1].(int64), story: row[2].(int64), externalID: row[4].(string)}
		if copy(a.signature[:], row[3].([]byte)) != len(a.signature) || !slices.Contains(keysOf(&a.signature), row[0].(int64)) {
			report("article %s: story key %d is not that of its signature", a.externalID, row[0])
			return nil
		}
		if row[0] != key {
			key, bucket = row[0].(int64), bucket[:0]
		}
		for i := range bucket {
			b := &bucket[i]
			if a.story == b.story {
				linked.link(a.id, b.id, &a.signature, &b.signature)
			} else if a.signature.near(&b.signature) {
				report("articles %s and %s are near-copies, but not of one story", a.externalID, b.externalID)
			}
		}
		bucket = append(bucket, a)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = c.query(ctx, "SELECT id, story, external_id, (SELECT count(*) FROM articles) FROM articles WHERE id <> story OR id = (SELECT min(id) FROM articles)",
		nil, func(row []driver.Value) error {
			if id, story := row[0].(int64), row[1].(int64); linked.find(id) != linked.find(story) {
				report("article %s: no near-copies link it with the story %d", row[2], story)
			}
			if want := row[3].(int64) * storyKeys; rows != want {
				report("story_keys: %d rows, not %d for each article, which are %d", rows, storyKeys, want)
				rows = want
			}
			return nil
		})
	return findings, err
}

func keysOf(s *Signature) []int64 {
	keys := s.Keys()
	return keys[:]
}

// groups are sets that only ever join: every node points towards the one that stands for its set.
type groups map[int64]int64

func (g groups) find(node int64) int64 {
	parent, known := g[node]
	switch {
	case !known:
		g[node] = node
		return node
	case parent == node:
		return node
	}
	root := g.find(parent)
	g[node] = root
	return root
}

// link joins the sets of two nodes whose signatures are near-copies'.
func (g groups) link(a, b int64, first, second *Signature) {
	if a, b = g.find(a), g.find(b); a != b && first.near(second) {
		g[max(a, b)] = min(a, b)
	}
}

func sortedKeys[V any](set map[int64]V) []int64 {
	keys := make([]int64, 0, len(set))
	for key := range set {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
