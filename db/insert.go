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
	conn *conn
	// Internal ids by natural key, as PutCatalog left them.
	parties, leaders, issues map[string]int64
}

// OpenWriter opens the file at path for writing and creates it when absent. A file that is no Demarche
// database, or has another schema, is refused with Invalid.
func OpenWriter(ctx context.Context, path string) (*Writer, error) {
	c, err := openWriting(ctx, path)
	if err != nil {
		return nil, err
	}
	w := &Writer{conn: c}
	err = w.readNodes(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), c.close())
	}
	return w, nil
}

// Close ends writing; the planner's statistics are refreshed where they have gone stale.
func (w *Writer) Close() error {
	_, err := w.conn.one(context.Background(), "PRAGMA optimize")
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
	err := w.conn.transaction(ctx, "BEGIN IMMEDIATE", func() error { return w.putCatalog(ctx, catalog) })
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
	id, story   int64
	fingerprint string
}

// PutArticles stores articles in one transaction: with each its mentions and raises, in place of those it
// had. Articles whose fingerprint the graph already holds are left alone. An article that contradicts itself
// (a quote that is not its slice of the text, an unknown party, a raise twice) is Invalid and nothing of the
// batch is stored.
func (w *Writer) PutArticles(ctx context.Context, articles []Article) (PutResult, error) {
	var result PutResult
	for i := range articles {
		if err := w.verifyArticle(&articles[i]); err != nil {
			return result, err
		}
	}
	err := w.conn.transaction(ctx, "BEGIN IMMEDIATE", func() (err error) {
		result, err = w.putArticles(ctx, articles)
		return err
	})
	if err != nil {
		return PutResult{}, fmt.Errorf("store articles: %w", err)
	}
	return result, nil
}

func (w *Writer) putArticles(ctx context.Context, articles []Article) (PutResult, error) {
	var result PutResult
	known, err := w.known(ctx, articles)
	if err != nil {
		return result, err
	}
	pending := make([]*Article, 0, len(articles))
	stories := map[int64]bool{}
	for i := range articles {
		article := &articles[i]
		before, exists := known[article.ExternalID]
		if exists && before.fingerprint == article.Fingerprint {
			continue
		}
		if exists {
			stories[before.story] = true
		}
		stories[storyOf(article)] = true
		pending = append(pending, article)
	}
	if len(pending) == 0 {
		return result, nil
	}
	touched := make([]int64, 0, len(stories))
	for story := range stories {
		touched = append(touched, story)
	}
	slices.Sort(touched)
	before, err := w.contribution(ctx, touched)
	if err != nil {
		return result, err
	}
	var content uint64
	for _, article := range pending {
		old, exists := known[article.ExternalID]
		if exists {
			result.Changed++
			content -= digest(article.ExternalID, old.fingerprint)
		} else {
			result.New++
		}
		result.Raises += len(article.Raises)
		content += digest(article.ExternalID, article.Fingerprint)
		if err := w.putArticle(ctx, article, old.id); err != nil {
			return result, fmt.Errorf("article %q: %w", article.ExternalID, err)
		}
	}
	if err := w.linkCopies(ctx, touched); err != nil {
		return result, err
	}
	after, err := w.contribution(ctx, touched)
	if err != nil {
		return result, err
	}
	if err := w.moveCounts(ctx, before.keys, after.keys); err != nil {
		return result, err
	}
	if err := w.moveSpeakers(ctx, before.speakers, after.speakers); err != nil {
		return result, err
	}
	return result, w.addContent(ctx, content)
}

// known finds which of the articles the graph already holds, by external id.
func (w *Writer) known(ctx context.Context, articles []Article) (map[string]stored, error) {
	ids := make([]string, len(articles))
	seen := make(map[string]bool, len(articles))
	for i := range articles {
		ids[i] = articles[i].ExternalID
		if seen[ids[i]] {
			return nil, invalidf("article %q stands twice in one batch", ids[i])
		}
		seen[ids[i]] = true
	}
	known := map[string]stored{}
	err := w.conn.query(ctx, `SELECT external_id, id, story, fingerprint FROM articles
		WHERE external_id IN (SELECT value FROM json_each(?))`, []any{list(ids)}, func(row []driver.Value) error {
		known[row[0].(string)] = stored{row[1].(int64), row[2].(int64), row[3].(string)}
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

// storyOf tells stories apart: articles whose title and text are equal but for case and blanks are one.
func storyOf(article *Article) int64 {
	hash := sha256.New()
	blank := true // blanks are folded into one and trimmed
	buffer := make([]byte, 0, 4096)
	for _, part := range [...]string{article.Title, "\n", article.Text} {
		for _, r := range part {
			if unicode.IsSpace(r) {
				blank = true
				continue
			}
			if blank {
				buffer, blank = append(buffer, ' '), false
			}
			buffer = append(buffer, string(unicode.ToLower(r))...)
			if len(buffer) > 4000 {
				hash.Write(buffer)
				buffer = buffer[:0]
			}
		}
	}
	hash.Write(buffer)
	return int64(binary.BigEndian.Uint64(hash.Sum(nil)) >> 1)
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

func (w *Writer) sourceID(ctx context.Context, source string) (any, error) {
	folded := fold(source)
	if folded == "" {
		return nil, nil
	}
	name := strings.TrimSpace(source)
	id, err := w.conn.one(ctx, `INSERT INTO sources (folded, name) VALUES (?1, ?2)
		ON CONFLICT DO UPDATE SET name = min(name, ?2) RETURNING id`, folded, name)
	return id, err
}

// verifyArticle says in which way an article contradicts itself or the catalog.
func (w *Writer) verifyArticle(article *Article) error {
	fail := func(format string, args ...any) error {
		return invalidf("article %q: %s", article.ExternalID, fmt.Sprintf(format, args...))
	}
	if article.ExternalID == "" {
		return invalidf("an article without an external id cannot be stored")
	}
	if article.Published != "" {
		if _, err := ParseDate(article.Published); err != nil {
			return fail("published %v", err)
		}
	}
	if len(article.Raises) > raisesPerArticle {
		return fail("%d raises; at most %d can be stored", len(article.Raises), raisesPerArticle)
	}
	if len(article.Mentions) == 0 && len(article.Raises) == 0 {
		return nil
	}
	parts := map[Part][]rune{Text: []rune(article.Text), Title: []rune(article.Title)}
	inside := func(part Part, start, end int) bool {
		runes, found := parts[part]
		return found && 0 <= start && start < end && end <= len(runes)
	}
	for _, mention := range article.Mentions {
		if w.nodes(mention.Kind)[mention.Key] == 0 {
			return fail("mentions the unknown %s %q", strings.ToLower(string(mention.Kind)), mention.Key)
		}
		if !inside(mention.Part, mention.Start, mention.End) {
			return fail("mention of %q at %d to %d is outside its %s", mention.Key, mention.Start, mention.End, mention.Part)
		}
	}
	seen := map[[3]string]bool{}
	for _, raise := range article.Raises {
		name := raise.By + "→" + raise.With + " " + raise.Issue
		switch {
		case w.parties[raise.By] == 0 || w.parties[raise.With] == 0:
			return fail("raise %s names an unknown party", name)
		case raise.By == raise.With:
			return fail("raise %s: a party raises nothing with itself", name)
		case w.issues[raise.Issue] == 0:
			return fail("raise %s names an unknown issue", name)
		case raise.Speaker != "" && w.leaders[raise.Speaker] == 0:
			return fail("raise %s names the unknown leader %q", name, raise.Speaker)
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

// putArticle stores one article under id, or under a new one where id is 0.
func (w *Writer) putArticle(ctx context.Context, article *Article, id int64) error {
	c := w.conn
	source, err := w.sourceID(ctx, article.Source)
	if err != nil {
		return err
	}
	values := []any{article.ExternalID, null(article.Published), source, storyOf(article), flag(article.Foreign),
		null(article.Language), article.Fingerprint, null(article.Source), null(article.URL),
		article.Title, null(article.Summary), article.Text}
	if id == 0 {
		if id, err = w.freeID(ctx, article.ExternalID); err != nil {
			return err
		}
		_, err = c.exec(ctx, `INSERT INTO articles (external_id, published, source_id, story, is_foreign, language,
			fingerprint, source, url, title, summary, text, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, append(values, id)...)
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
		_, err = c.exec(ctx, `UPDATE articles SET external_id = ?, published = ?, source_id = ?, story = ?, is_foreign = ?,
			language = ?, fingerprint = ?, source = ?, url = ?, title = ?, summary = ?, text = ? WHERE id = ?`, append(values, id)...)
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
		if err := w.putRaise(ctx, article, raise, id, id*raisesPerArticle+int64(place), source, values[3].(int64)); err != nil {
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

// freeID is the id that an external id hashes to, or the next one that no other article has: in a graph of
// ten million articles about one pair is expected to meet.
func (w *Writer) freeID(ctx context.Context, externalID string) (int64, error) {
	for id := max(1, articleID(externalID)); ; id++ {
		taken, err := w.conn.one(ctx, "SELECT 1 FROM articles WHERE id = ?", id)
		if err != nil || taken == nil {
			return id, err
		}
	}
}

// linkCopies points the articles of each story to its earliest one: by day, undated last, then external id.
func (w *Writer) linkCopies(ctx context.Context, stories []int64) error {
	_, err := w.conn.exec(ctx, `
		WITH originals AS MATERIALIZED (
			SELECT id, nullif(first_value(id) OVER (PARTITION BY story ORDER BY published IS NULL, published, external_id), id) AS original
			FROM articles WHERE story IN (SELECT value FROM json_each(?))
		)
		UPDATE articles SET copy_of_id = original FROM originals
		WHERE articles.id = originals.id AND copy_of_id IS NOT original`, list(stories))
	return err
}

// measured writes a share for the table meta, "" where it was never measured.
func measured(share float64) string {
	if share == 0 {
		return ""
	}
	return strconv.FormatFloat(share, 'g', -1, 64)
}
