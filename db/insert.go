package db

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/mattn/go-sqlite3"
)

// Catalog is what the seeds name: whatever articles are matched with.
type Catalog struct {
	Parties                        []Party
	Leaders                        []Leader
	Issues                         []Issue
	SeedsVersion, ExtractorVersion string
	Precision, Recall              float64 // of raises, measured on articles that the extractor was not built on; 0 where never measured
}

// Party is a country or an organization of the catalog.
type Party struct {
	Kind                                PartyKind
	Code, Alpha3, Name, Capital, Region string // Alpha3, Capital and Region are "" for organizations
	Aliases, Demonyms                   []string
	Members                             []string // codes of countries
}

// Leader is a person who speaks for a party.
type Leader struct {
	Slug, Name, Party string // Party is a code
	Aliases           []string
	Offices           []Office
}

// Office is one term in one office; Since and Until are YYYY-MM-DD or "", Until the day of the handover.
type Office struct {
	Title, Party, Since, Until string
}

// Issue is what can be raised.
type Issue struct {
	Slug, Name, Description, Area string
}

// Article is an article with all that was found in it. Offsets are Unicode code points of their part.
type Article struct {
	ExternalID, Title, Summary, Text, URL, Source, Published, Language string

	Foreign     bool   // in a language that is not extracted
	Fingerprint string // of everything that came in, and of extractor and seeds; equal = nothing to do
	Mentions    []Mention
	Raises      []Raise

	prepared  bool
	signature Signature
}

// Prepare does beforehand what PutArticles need not do on its one goroutine: it signs the article, and says in which way
// it contradicts itself. What is changed afterwards must be prepared again; PutArticles prepares what is not.
func (a *Article) Prepare() error {
	if err := a.verify(); err != nil {
		return err
	}
	a.signature, a.prepared = Sign(a.Title, a.Text), true
	return nil
}

// Mention is a stretch of an article that names a node; Kind is PartyNode, LeaderNode or IssueNode.
type Mention struct {
	Kind       NodeKind
	Key        string // code or slug
	Part       Part
	Start, End int
}

// Raise is one party bringing one issue to another: at most one of an article for each By, With and Issue.
type Raise struct {
	By, With, Issue   string // codes and slug
	Act, Modality     string
	Speaker           string // slug or ""
	On                string // YYYY-MM-DD or ""
	Confidence        float64
	Rule, Explanation string
	Evidence          []Evidence // at least one; the first is the quote
}

// Evidence is a sentence as it stands in a part of the article.
type Evidence struct {
	Part       Part
	Start, End int
	Quote      string
}

// PutResult counts what PutArticles did: articles new and changed, and the raises stored with them.
type PutResult struct {
	New, Changed, Raises int
}

// Writer stores graphs. It holds the one writing connection of its process; it is not for concurrent use.
type Writer struct {
	path string
	conn *conn
	// Internal ids by natural key, as PutCatalog left them.
	parties, leaders, issues map[string]int64
	sources                  map[string]sourceName // by folded name; nil where they must be read anew
}

// sourceName is a row of sources.
type sourceName struct {
	id   int64
	name string
}

// OpenWriter opens the file at path for writing and creates it when absent. A file that is no Demarche
// database, or has another schema, is refused with Invalid.
func OpenWriter(ctx context.Context, path string) (*Writer, error) {
	c, err := openWriting(ctx, path)
	if err != nil {
		return nil, err
	}
	w := &Writer{path: path, conn: c}
	err = w.readNodes(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), c.close())
	}
	return w, nil
}

// OnWait has tell told, in a sentence, whenever the writer has to wait some seconds for another one.
func (w *Writer) OnWait(tell func(string)) { w.conn.waiting = tell }

// Close ends writing; the planner's statistics are refreshed where they have gone stale, unless another one writes, who will
// do the same.
func (w *Writer) Close() error {
	_, err := w.conn.one(context.Background(), "PRAGMA optimize")
	if busy := (sqlite3.Error{}); errors.As(err, &busy) && busy.Code == sqlite3.ErrBusy {
		err = nil
	}
	return errors.Join(err, w.conn.close())
}

func (w *Writer) readNodes(ctx context.Context) error {
	w.parties, w.leaders, w.issues = map[string]int64{}, map[string]int64{}, map[string]int64{}
	return w.conn.query(ctx, "SELECT id, kind, key FROM nodes", nil, func(row []driver.Value) error {
		w.nodes(NodeKind(row[1].(string)))[row[2].(string)] = row[0].(int64)
		return nil
	})
}

func (w *Writer) nodes(kind NodeKind) map[string]int64 {
	switch kind {
	case LeaderNode:
		return w.leaders
	case IssueNode:
		return w.issues
	default:
		return w.parties
	}
}

// PutCatalog stores the catalog; storing it again changes nothing. Nodes keep their ids; those that the
// catalog no longer names go, unless an article still stands on them.
func (w *Writer) PutCatalog(ctx context.Context, catalog Catalog) error {
	err := w.conn.write(ctx, w.path, func(ctx context.Context) error { return w.putCatalog(ctx, catalog) })
	if err != nil {
		return fmt.Errorf("store catalog: %w", err)
	}
	return w.readNodes(ctx)
}

func (w *Writer) putCatalog(ctx context.Context, catalog Catalog) error {
	c := w.conn
	node := func(kind NodeKind, key, name string, aliases []string, description string) (int64, error) {
		id, err := c.one(ctx, `INSERT INTO nodes (kind, key, name, aliases, description) VALUES (?1, ?2, ?3, ?4, ?5)
			ON CONFLICT DO UPDATE SET kind = ?1, name = ?3, aliases = ?4, description = ?5
			WHERE (kind, name, aliases, description) <> (?1, ?3, ?4, ?5)
			RETURNING id`, kind, key, name, strings.Join(aliases, "\n"), description)
		if err == nil && id == nil {
			id, err = c.one(ctx, `SELECT id FROM nodes WHERE key = ?2 AND CASE kind WHEN 'ORGANIZATION' THEN 'COUNTRY' ELSE kind END
				= CASE ?1 WHEN 'ORGANIZATION' THEN 'COUNTRY' ELSE ?1 END`, kind, key)
		}
		if err != nil {
			return 0, fmt.Errorf("%s %q: %w", strings.ToLower(string(kind)), key, err)
		}
		return id.(int64), nil
	}
	parties, kept := map[string]int64{}, []int64{}
	for _, party := range catalog.Parties {
		id, err := node(party.Kind, party.Code, party.Name, party.Aliases, "")
		if err != nil {
			return err
		}
		parties[party.Code], kept = id, append(kept, id)
		if _, err := c.exec(ctx, `INSERT INTO parties (id, alpha3, demonyms, capital, region) VALUES (?1, ?2, ?3, ?4, ?5)
			ON CONFLICT DO UPDATE SET alpha3 = ?2, demonyms = ?3, capital = ?4, region = ?5`,
			id, null(party.Alpha3), strings.Join(party.Demonyms, "\n"), null(party.Capital), null(party.Region)); err != nil {
			return err
		}
	}
	if _, err := c.exec(ctx, "DELETE FROM memberships"); err != nil {
		return err
	}
	for _, party := range catalog.Parties {
		for _, member := range party.Members {
			if parties[member] == 0 {
				return invalidf("organization %s has the unknown member %q", party.Code, member)
			}
			if _, err := c.exec(ctx, "INSERT INTO memberships (organization_id, country_id) VALUES (?, ?)",
				parties[party.Code], parties[member]); err != nil {
				return err
			}
		}
	}
	for _, leader := range catalog.Leaders {
		id, err := node(LeaderNode, leader.Slug, leader.Name, leader.Aliases, "")
		if err != nil {
			return err
		}
		kept = append(kept, id)
		if parties[leader.Party] == 0 {
			return invalidf("leader %s has the unknown party %q", leader.Slug, leader.Party)
		}
		if _, err := c.exec(ctx, "INSERT INTO leaders (id, party_id) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET party_id = ?2",
			id, parties[leader.Party]); err != nil {
			return err
		}
		if _, err := c.exec(ctx, "DELETE FROM offices WHERE leader_id = ?", id); err != nil {
			return err
		}
		for i, office := range leader.Offices {
			if parties[office.Party] == 0 {
				return invalidf("leader %s has an office of the unknown party %q", leader.Slug, office.Party)
			}
			if _, err := c.exec(ctx, `INSERT INTO offices (leader_id, position, title, party_id, since, until)
				VALUES (?, ?, ?, ?, ?, ?)`,
				id, i, office.Title, parties[office.Party], null(office.Since), null(office.Until)); err != nil {
				return err
			}
		}
	}
	for _, issue := range catalog.Issues {
		id, err := node(IssueNode, issue.Slug, issue.Name, nil, issue.Description)
		if err != nil {
			return err
		}
		kept = append(kept, id)
		if _, err := c.exec(ctx, "INSERT INTO issues (id, area) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET area = ?2",
			id, issue.Area); err != nil {
			return err
		}
	}
	// Leaders first: parties that only they stood on go with the second statement.
	for _, sql := range []string{
		`DELETE FROM nodes WHERE kind = 'LEADER' AND id NOT IN (SELECT value FROM json_each(?))
			AND id NOT IN (SELECT node_id FROM article_nodes)`,
		`DELETE FROM nodes WHERE kind <> 'LEADER' AND id NOT IN (SELECT value FROM json_each(?))
			AND id NOT IN (SELECT node_id FROM article_nodes)
			AND id NOT IN (SELECT party_id FROM leaders) AND id NOT IN (SELECT party_id FROM offices)`,
	} {
		if _, err := c.exec(ctx, sql, list(kept)); err != nil {
			return err
		}
	}
	encoded, err := json.Marshal(catalog)
	if err != nil {
		return err
	}
	return cmp.Or(
		w.setMeta(ctx, "catalog", fmt.Sprintf("%x", sha256.Sum256(encoded))), // readers load it again when it moves
		w.setMeta(ctx, "seeds_version", catalog.SeedsVersion),
		w.setMeta(ctx, "extractor_version", catalog.ExtractorVersion),
		w.setMeta(ctx, "precision", measured(catalog.Precision)),
		w.setMeta(ctx, "recall", measured(catalog.Recall)))
}

func (w *Writer) setMeta(ctx context.Context, key, value string) error {
	_, err := w.conn.exec(ctx, `INSERT INTO meta (key, value) VALUES (?1, ?2)
		ON CONFLICT DO UPDATE SET value = ?2 WHERE value <> ?2`, key, value)
	return err
}

// null turns an absent text into SQL's null.
func null(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// list turns ids, texts or keys into one argument for json_each.
func list[T int64 | string | [4]int64](values []T) string {
	encoded, _ := json.Marshal(values) // numbers and texts always encode
	return string(encoded)
}

// Fingerprints returns those that the articles with the given external ids were stored with; articles that
// are not in the graph have none.
func (w *Writer) Fingerprints(ctx context.Context, externalIDs []string) (map[string]string, error) {
	found := map[string]string{}
	err := w.conn.query(ctx, `SELECT external_id, fingerprint FROM articles
		WHERE external_id IN (SELECT value FROM json_each(?))`, []any{list(externalIDs)}, func(row []driver.Value) error {
		found[row[0].(string)] = row[1].(string)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look articles up: %w", err)
	}
	return found, nil
}

// stored is what the graph holds of an article that is put again.
type stored struct {
	storied
	fingerprint string
}

// PutArticles stores articles in one transaction: with each its mentions and raises, in place of those it
// had. Articles whose fingerprint the graph already holds are left alone. An article that contradicts itself
// (a quote that is not its slice of the text, an unknown party, a raise twice) is Invalid and nothing of the
// batch is stored.
func (w *Writer) PutArticles(ctx context.Context, articles []Article) (PutResult, error) {
	var result PutResult
	for i := range articles {
		article := &articles[i]
		if !article.prepared {
			if err := article.Prepare(); err != nil {
				return result, err
			}
		}
		if err := w.verifyNames(article); err != nil {
			return result, err
		}
	}
	err := w.change(ctx, func(ctx context.Context) (err error) {
		result, err = w.putArticles(ctx, articles)
		return err
	})
	if err != nil {
		return PutResult{}, fmt.Errorf("store articles: %w", err)
	}
	return result, nil
}

// RemoveArticles takes the articles with these external ids away, with all that rests on them, in one transaction. It
// returns those ids that no article has.
func (w *Writer) RemoveArticles(ctx context.Context, externalIDs []string) (unknown []string, err error) {
	err = w.change(ctx, func(ctx context.Context) error {
		known, err := w.known(ctx, externalIDs)
		if err != nil {
			return err
		}
		unknown = nil
		removed := map[int64]int64{}
		keyed := make([]storied, 0, len(known))
		var content uint64
		for _, externalID := range externalIDs {
			article, found := known[externalID]
			switch _, twice := removed[article.id]; {
			case !found:
				unknown = append(unknown, externalID)
				continue
			case twice:
				continue
			}
			removed[article.id] = article.story
			keyed = append(keyed, article.storied)
			content -= digest(externalID, article.fingerprint)
		}
		if len(removed) == 0 {
			return nil
		}
		move, err := w.moveStories(ctx, nil, nil, removed)
		if err != nil {
			return err
		}
		return w.rewrite(ctx, move, content, func() error {
			if err := w.dropKeys(ctx, keyed); err != nil {
				return err
			}
			for _, article := range keyed { // mentions, raises and evidence go with it
				if _, err := w.conn.exec(ctx, "DELETE FROM articles WHERE id = ?", article.id); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("remove articles: %w", err)
	}
	return unknown, nil
}

// change runs one transaction that changes articles.
func (w *Writer) change(ctx context.Context, do func(ctx context.Context) error) error {
	err := w.conn.write(ctx, w.path, func(ctx context.Context) error {
		// An article may come before the one that it copies.
		if _, err := w.conn.exec(ctx, "PRAGMA defer_foreign_keys = ON"); err != nil {
			return err
		}
		return do(ctx)
	})
	if err != nil {
		w.sources = nil // some may not be there
	}
	return err
}

// rewrite moves stories, counts and the digest along with what write does to articles.
func (w *Writer) rewrite(ctx context.Context, move storyMove, content uint64, write func() error) error {
	before, err := w.contribution(ctx, move.before)
	if err != nil {
		return err
	}
	if err := write(); err != nil {
		return err
	}
	for _, article := range move.moved {
		story := move.story[article.id]
		if _, err := w.conn.exec(ctx, "UPDATE articles SET story = ?1, copy_of_id = nullif(?1, id) WHERE id = ?2", story, article.id); err != nil {
			return err
		}
		if _, err := w.conn.exec(ctx, "UPDATE raises SET story = ? WHERE article_id = ?", story, article.id); err != nil {
			return err
		}
	}
	after, err := w.contribution(ctx, move.after)
	if err != nil {
		return err
	}
	if err := w.moveCounts(ctx, before.keys, after.keys); err != nil {
		return err
	}
	if err := w.moveSpeakers(ctx, before.speakers, after.speakers); err != nil {
		return err
	}
	return w.addContent(ctx, content)
}

func (w *Writer) putArticles(ctx context.Context, articles []Article) (PutResult, error) {
	var result PutResult
	ids := make([]string, len(articles))
	seen := make(map[string]bool, len(articles))
	for i := range articles {
		ids[i] = articles[i].ExternalID
		if seen[ids[i]] {
			return result, invalidf("article %q stands twice in one batch", ids[i])
		}
		seen[ids[i]] = true
	}
	known, err := w.known(ctx, ids)
	if err != nil {
		return result, err
	}
	pending := make([]*Article, 0, len(articles))
	places := make([]storied, 0, len(articles)) // of those pending
	var resign, signed []storied                // keys that go, keys that come
	resigned := map[int64]bool{}
	taken := map[int64]bool{}
	var content uint64
	for i := range articles {
		article := &articles[i]
		old, exists := known[article.ExternalID]
		if exists && old.fingerprint == article.Fingerprint {
			continue
		}
		place := storied{id: old.id, story: old.story, signature: article.signature, published: article.Published, externalID: article.ExternalID}
		switch {
		case !exists:
			if place.id, err = w.freeID(ctx, article.ExternalID, taken); err != nil {
				return result, err
			}
			taken[place.id] = true
			signed = append(signed, place)
			result.New++
		case old.signature != article.signature:
			resign, signed = append(resign, old.storied), append(signed, place)
			resigned[place.id] = true
			fallthrough
		default:
			content -= digest(article.ExternalID, old.fingerprint)
			result.Changed++
		}
		result.Raises += len(article.Raises)
		content += digest(article.ExternalID, article.Fingerprint)
		pending, places = append(pending, article), append(places, place)
	}
	if len(pending) == 0 {
		return result, nil
	}
	if w.sources == nil {
		if err := w.readSources(ctx); err != nil {
			return result, err
		}
	}
	move, err := w.moveStories(ctx, places, resigned, nil)
	if err != nil {
		return result, err
	}
	// The full-text index takes documents in the order of their ids: each one that comes before the last makes it write out all
	// that it has gathered.
	order := make([]int, len(pending))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(places[a].id, places[b].id) })
	var arrived []int64
	for _, i := range order {
		if len(pending[i].Raises) > 0 {
			arrived = append(arrived, places[i].id)
		}
	}
	return result, w.rewrite(ctx, move, content, func() error {
		if err := w.dropKeys(ctx, resign); err != nil {
			return err
		}
		for _, i := range order {
			if err := w.putArticle(ctx, pending[i], places[i].id, move.story[places[i].id], places[i].story == 0); err != nil {
				return fmt.Errorf("article %q: %w", pending[i].ExternalID, err)
			}
		}
		if err := w.putArrivals(ctx, arrived); err != nil {
			return err
		}
		return w.putKeys(ctx, signed)
	})
}

// known finds which of the articles the graph already holds, by external id.
func (w *Writer) known(ctx context.Context, externalIDs []string) (map[string]stored, error) {
	known := map[string]stored{}
	err := w.conn.query(ctx, `SELECT external_id, id, story, fingerprint, signature, published FROM articles
		WHERE external_id IN (SELECT value FROM json_each(?))`, []any{list(externalIDs)}, func(row []driver.Value) error {
		a := stored{storied{id: row[1].(int64), story: row[2].(int64), externalID: row[0].(string)}, row[3].(string)}
		copy(a.signature[:], row[4].([]byte))
		a.published, _ = row[5].(string)
		known[a.externalID] = a
		return nil
	})
	return known, err
}

// digest is an article's share of the sum that tells graphs apart.
func digest(externalID, fingerprint string) uint64 {
	sum := sha256.Sum256([]byte(strconv.Itoa(len(externalID)) + ":" + externalID + fingerprint))
	return binary.BigEndian.Uint64(sum[:])
}

func (w *Writer) addContent(ctx context.Context, content uint64) error {
	value, err := w.conn.one(ctx, "SELECT value FROM meta WHERE key = 'content'")
	if err != nil {
		return err
	}
	var before uint64
	if text, found := value.(string); found {
		if before, err = strconv.ParseUint(text, 16, 64); err != nil {
			return fmt.Errorf("meta content: %w", err)
		}
	}
	return w.setMeta(ctx, "content", fmt.Sprintf("%016x", before+content))
}

// fold is what sources are compared by: trimmed and case-folded.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		// The smallest rune of the fold's orbit stands for all of them.
		smallest := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			smallest = min(smallest, next)
		}
		return unicode.ToLower(smallest)
	}, strings.TrimSpace(text))
}

// sourceID gives the row of a source, made or renamed where need be.
func (w *Writer) sourceID(ctx context.Context, source string) (any, error) {
	folded := fold(source)
	if folded == "" {
		return nil, nil
	}
	name := strings.TrimSpace(source)
	known, found := w.sources[folded]
	if found && known.name <= name {
		return known.id, nil
	}
	id, err := w.conn.one(ctx, `INSERT INTO sources (folded, name) VALUES (?1, ?2)
		ON CONFLICT DO UPDATE SET name = min(name, ?2) RETURNING id`, folded, name)
	if err != nil {
		return nil, err
	}
	w.sources[folded] = sourceName{id.(int64), name}
	return id, nil
}

func (w *Writer) readSources(ctx context.Context) error {
	w.sources = map[string]sourceName{}
	return w.conn.query(ctx, "SELECT id, folded, name FROM sources", nil, func(row []driver.Value) error {
		w.sources[row[1].(string)] = sourceName{row[0].(int64), row[2].(string)}
		return nil
	})
}

// verify says in which way an article contradicts itself.
func (a *Article) verify() error {
	fail := func(format string, args ...any) error {
		return invalidf("article %q: %s", a.ExternalID, fmt.Sprintf(format, args...))
	}
	if a.ExternalID == "" {
		return invalidf("an article without an external id cannot be stored")
	}
	if a.Published != "" {
		if _, err := ParseDate(a.Published); err != nil {
			return fail("published %v", err)
		}
	}
	if len(a.Raises) > raisesPerArticle {
		return fail("%d raises; at most %d can be stored", len(a.Raises), raisesPerArticle)
	}
	if len(a.Mentions) == 0 && len(a.Raises) == 0 {
		return nil
	}
	parts := map[Part][]rune{Text: []rune(a.Text), Title: []rune(a.Title)}
	inside := func(part Part, start, end int) bool {
		runes, found := parts[part]
		return found && 0 <= start && start < end && end <= len(runes)
	}
	for _, mention := range a.Mentions {
		if !inside(mention.Part, mention.Start, mention.End) {
			return fail("mention of %q at %d to %d is outside its %s", mention.Key, mention.Start, mention.End, mention.Part)
		}
	}
	seen := map[[3]string]bool{}
	for _, raise := range a.Raises {
		name := raise.By + "→" + raise.With + " " + raise.Issue
		switch {
		case raise.By == raise.With:
			return fail("raise %s: a party raises nothing with itself", name)
		case len(raise.Evidence) == 0:
			return fail("raise %s has no evidence", name)
		case seen[[3]string{raise.By, raise.With, raise.Issue}]:
			return fail("raise %s stands twice", name)
		}
		seen[[3]string{raise.By, raise.With, raise.Issue}] = true
		if raise.On != "" {
			if _, err := ParseDate(raise.On); err != nil {
				return fail("raise %s: %v", name, err)
			}
		}
		for _, evidence := range raise.Evidence {
			if !inside(evidence.Part, evidence.Start, evidence.End) ||
				string(parts[evidence.Part][evidence.Start:evidence.End]) != evidence.Quote {
				return fail("raise %s: %s %d to %d is not the quote %q", name, evidence.Part, evidence.Start, evidence.End, evidence.Quote)
			}
		}
	}
	return nil
}

// verifyNames says which node an article names that is not in the catalog.
func (w *Writer) verifyNames(a *Article) error {
	for _, mention := range a.Mentions {
		if w.nodes(mention.Kind)[mention.Key] == 0 {
			return invalidf("article %q: mentions the unknown %s %q", a.ExternalID, strings.ToLower(string(mention.Kind)), mention.Key)
		}
	}
	for _, raise := range a.Raises {
		name := raise.By + "→" + raise.With + " " + raise.Issue
		switch {
		case w.parties[raise.By] == 0 || w.parties[raise.With] == 0:
			return invalidf("article %q: raise %s names an unknown party", a.ExternalID, name)
		case w.issues[raise.Issue] == 0:
			return invalidf("article %q: raise %s names an unknown issue", a.ExternalID, name)
		case raise.Speaker != "" && w.leaders[raise.Speaker] == 0:
			return invalidf("article %q: raise %s names the unknown leader %q", a.ExternalID, name, raise.Speaker)
		}
	}
	return nil
}

// putArticle stores one article under its id, as part of a story.
func (w *Writer) putArticle(ctx context.Context, article *Article, id, story int64, isNew bool) error {
	c := w.conn
	source, err := w.sourceID(ctx, article.Source)
	if err != nil {
		return err
	}
	var original any
	if story != id {
		original = story
	}
	values := []any{article.ExternalID, null(article.Published), source, story, original, flag(article.Foreign),
		null(article.Language), article.Fingerprint, article.signature[:], null(article.Source), null(article.URL),
		article.Title, null(article.Summary), article.Text, id}
	if isNew {
		_, err = c.exec(ctx, `INSERT INTO articles (external_id, published, source_id, story, copy_of_id, is_foreign, language,
			fingerprint, signature, source, url, title, summary, text, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, values...)
	} else {
		for _, sql := range []string{
			"DELETE FROM mentions WHERE article_id = ?",
			"DELETE FROM article_nodes WHERE article_id = ?",
			"DELETE FROM raises WHERE article_id = ?", // its evidence goes with it
		} {
			if _, err := c.exec(ctx, sql, id); err != nil {
				return err
			}
		}
		_, err = c.exec(ctx, `UPDATE articles SET external_id = ?, published = ?, source_id = ?, story = ?, copy_of_id = ?, is_foreign = ?,
			language = ?, fingerprint = ?, signature = ?, source = ?, url = ?, title = ?, summary = ?, text = ? WHERE id = ?`, values...)
	}
	if err != nil {
		return err
	}
	about := map[int64]bool{}
	for _, mention := range article.Mentions {
		node := w.nodes(mention.Kind)[mention.Key]
		about[node] = true
		// One stretch may be found twice as the same node, which says nothing more.
		if _, err := c.exec(ctx, `INSERT OR IGNORE INTO mentions (article_id, part, span_start, span_end, node_id)
			VALUES (?, ?, ?, ?, ?)`, id, mention.Part, mention.Start, mention.End, node); err != nil {
			return err
		}
	}
	// The place of a raise in its article, and so its id, must not depend on the order it was found in.
	raises := slices.SortedFunc(slices.Values(article.Raises), func(a, b Raise) int {
		return cmp.Or(cmp.Compare(a.By, b.By), cmp.Compare(a.With, b.With), cmp.Compare(a.Issue, b.Issue))
	})
	for place, raise := range raises {
		for _, node := range []int64{w.parties[raise.By], w.parties[raise.With], w.issues[raise.Issue], w.leaders[raise.Speaker]} {
			about[node] = true
		}
		if err := w.putRaise(ctx, article, raise, id, id*raisesPerArticle+int64(place), source, story); err != nil {
			return err
		}
	}
	for node := range about {
		if node == 0 { // no speaker
			continue
		}
		if _, err := c.exec(ctx, "INSERT INTO article_nodes (article_id, node_id, published) VALUES (?, ?, ?)",
			id, node, null(article.Published)); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) putRaise(ctx context.Context, article *Article, raise Raise, articleID, id int64, source any, story int64) error {
	var speaker any
	if raise.Speaker != "" {
		speaker = w.leaders[raise.Speaker]
	}
	quote := raise.Evidence[0]
	_, err := w.conn.exec(ctx, `INSERT INTO raises (id, article_id, by_id, with_id, issue_id, speaker_id, source_id, story,
		said_on, confidence, act, modality, part, quote_start, quote_end, rule, quote, explanation)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, articleID, w.parties[raise.By], w.parties[raise.With], w.issues[raise.Issue], speaker, source, story,
		null(raise.On), raise.Confidence, raise.Act, raise.Modality, quote.Part, quote.Start, quote.End, raise.Rule,
		quote.Quote, raise.Explanation)
	for i, evidence := range raise.Evidence[1:] {
		if err != nil {
			break
		}
		_, err = w.conn.exec(ctx, `INSERT INTO evidence (raise_id, position, part, quote_start, quote_end, quote)
			VALUES (?, ?, ?, ?, ?, ?)`, id, i+1, evidence.Part, evidence.Start, evidence.End, evidence.Quote)
	}
	return err
}

func flag(set bool) int {
	if set {
		return 1
	}
	return 0
}

// freeID is the id that an external id hashes to, or the next one that no other article has or has just taken: in a
// graph of ten million articles about one pair is expected to meet.
func (w *Writer) freeID(ctx context.Context, externalID string, taken map[int64]bool) (int64, error) {
	for id := max(1, articleID(externalID)); ; id++ {
		if taken[id] {
			continue
		}
		found, err := w.conn.one(ctx, "SELECT 1 FROM articles WHERE id = ?", id)
		if err != nil || found == nil {
			return id, err
		}
	}
}

// measured writes a share for the table meta, "" where it was never measured.
func measured(share float64) string {
	if share == 0 {
		return ""
	}
	return strconv.FormatFloat(share, 'g', -1, 64)
}
