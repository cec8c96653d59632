package bench

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	_ "github.com/mattn/go-sqlite3" // for what db has no quick way to do

	"demarche/db"
)

// Write makes the graph of that size and seed in a new file at path.
//
// db's Writer keeps indexes and counts in step article by article, which takes a quarter of an hour a million raises.
// Here db makes the file and stores the catalog; then the rows go into the bare tables in the order of their keys,
// counts are made once over all of them, and the schema's own indexes and triggers are put back. The last article goes
// through db again. A test holds that the tables are the Writer's.
//
// This SQL stands here and not in db as it is good for nothing but Generate's articles: it counts on their order (ids that
// grow, copies one after another), and leaves a broken file where it is broken off. The program must not have such a way.
func Write(ctx context.Context, path string, size Size, seed uint64) error {
	catalog, articles, err := Generate(size, seed)
	if err != nil {
		return err
	}
	put := func(articles ...db.Article) error {
		writer, err := db.OpenWriter(ctx, path)
		if err != nil {
			return err
		}
		if err = writer.PutCatalog(ctx, catalog); err == nil {
			_, err = writer.PutArticles(ctx, articles)
		}
		return errors.Join(err, writer.Close())
	}
	if err := put(); err != nil {
		return err
	}
	// The journal can be done without: a file whose making was broken off is made again.
	file, err := sql.Open("sqlite3", "file:"+path+"?_journal_mode=OFF&_synchronous=OFF&_locking_mode=EXCLUSIVE&_cache_size=-1048576")
	if err != nil {
		return err
	}
	file.SetMaxOpenConns(1)
	last, err := fill(ctx, file, articles)
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return put(last)
}

// fill stores all articles but the last one, which it returns.
func fill(ctx context.Context, file *sql.DB, articles func(func(db.Article) bool)) (db.Article, error) {
	var last db.Article
	restore, err := strip(ctx, file)
	if err != nil {
		return last, err
	}
	tx, err := file.BeginTx(ctx, nil)
	if err != nil {
		return last, err
	}
	rows, err := newRows(ctx, tx)
	if err != nil {
		return last, errors.Join(err, tx.Rollback())
	}
	pending := false
	for article := range articles {
		if pending {
			if err := rows.put(&last); err != nil {
				return last, errors.Join(err, tx.Rollback())
			}
		}
		last, pending = article, true
	}
	if err := tx.Commit(); err != nil {
		return last, err
	}
	for _, statement := range slices.Concat(countingStatements(), restore, []string{
		"INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')",
		"INSERT INTO raises_fts (raises_fts) VALUES ('rebuild')",
		"ANALYZE", "PRAGMA journal_mode = WAL"}) {
		if _, err := file.ExecContext(ctx, statement); err != nil {
			return last, fmt.Errorf("%.80s: %w", statement, err)
		}
	}
	return last, nil
}

// strip drops the triggers and indexes that slow the filling down, and returns the statements that make them again.
func strip(ctx context.Context, file *sql.DB) (restore []string, err error) {
	rows, err := file.QueryContext(ctx, `SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL
		AND tbl_name IN ('articles', 'article_nodes', 'raises', 'raise_counts')`)
	if err != nil {
		return nil, err
	}
	var drop []string
	for rows.Next() {
		var kind, name, statement string
		if err := rows.Scan(&kind, &name, &statement); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		drop = append(drop, "DROP "+kind+" "+name)
		restore = append(restore, statement)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	for _, statement := range drop {
		if _, err := file.ExecContext(ctx, statement); err != nil {
			return nil, err
		}
	}
	return restore, nil
}

// countingStatements fill the tables of counts from raises: once for every choice of party, counterpart and issue.
func countingStatements() []string {
	var statements []string
	for mask := range 8 {
		key, group, issues := []string{"by_id", "with_id", "issue_id"}, []string{}, "0"
		for i := range key {
			if mask>>i&1 == 1 {
				key[i] = "0"
			} else {
				group = append(group, key[i])
			}
		}
		if key[2] == "0" {
			issues = "count(DISTINCT issue_id)"
		}
		grouped := ""
		if len(group) > 0 {
			grouped = " GROUP BY " + strings.Join(group, ", ")
		}
		statements = append(statements,
			`INSERT INTO raise_counts (by_id, with_id, issue_id, raise_count, story_count, article_count, source_count, issue_count, first_on, last_on)
				SELECT `+strings.Join(key, ", ")+`, count(*), count(DISTINCT story), count(DISTINCT article_id), count(DISTINCT source_id), `+issues+`,
				min(said_on), max(said_on) FROM raises`+grouped+" HAVING count(*) > 0",
			`INSERT INTO raise_sources (by_id, with_id, issue_id, source_id, raise_count)
				SELECT `+strings.Join(key, ", ")+", source_id, count(*) FROM raises WHERE source_id IS NOT NULL GROUP BY "+
				strings.Join(append(group, "source_id"), ", "))
	}
	return append(statements, `INSERT INTO speaker_counts (speaker_id, by_id, with_id, issue_id, raise_count)
		SELECT speaker_id, by_id, with_id, issue_id, count(*) FROM raises WHERE speaker_id IS NOT NULL GROUP BY 1, 2, 3, 4`)
}

// rows stores articles row by row.
type rows struct {
	nodes   map[db.NodeKind]map[string]int64
	sources map[string]int64

	insertSource, insertArticle, insertMention, insertNode, insertRaise *sql.Stmt

	insertKey       *sql.Stmt
	link, linkRaise *sql.Stmt

	id    int64     // of the article before
	story []storied // articles of its story
}

// storied is an article of a story.
type storied struct {
	id                    int64
	signature             db.Signature
	published, externalID string
}

func newRows(ctx context.Context, tx *sql.Tx) (*rows, error) {
	r := &rows{nodes: map[db.NodeKind]map[string]int64{db.PartyNode: {}, db.LeaderNode: {}, db.IssueNode: {}}, sources: map[string]int64{}}
	found, err := tx.QueryContext(ctx, "SELECT id, kind, key FROM nodes")
	if err != nil {
		return nil, err
	}
	for found.Next() {
		var id int64
		var kind db.NodeKind
		var key string
		if err := found.Scan(&id, &kind, &key); err != nil {
			return nil, errors.Join(err, found.Close())
		}
		if kind == db.Country || kind == db.Organization {
			kind = db.PartyNode
		}
		r.nodes[kind][key] = id
	}
	if err := errors.Join(found.Err(), found.Close()); err != nil {
		return nil, err
	}
	for _, prepared := range []struct {
		statement **sql.Stmt
		sql       string
	}{
		{&r.insertSource, "INSERT INTO sources (id, folded, name) VALUES (?, ?, ?)"},
		{&r.insertArticle, `INSERT INTO articles (id, external_id, published, source_id, story, is_foreign, language, fingerprint, signature, source, url, title, text)
			VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)`},
		{&r.insertKey, "INSERT INTO story_keys (key, article_id) VALUES (?, ?)"},
		{&r.insertMention, "INSERT INTO mentions (article_id, part, span_start, span_end, node_id) VALUES (?, ?, ?, ?, ?)"},
		{&r.insertNode, "INSERT INTO article_nodes (article_id, node_id, published) VALUES (?, ?, ?)"},
		{&r.insertRaise, `INSERT INTO raises (id, article_id, by_id, with_id, issue_id, speaker_id, source_id, story, said_on, confidence, act, modality,
			part, quote_start, quote_end, rule, quote, explanation) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&r.link, "UPDATE articles SET story = ?1, copy_of_id = nullif(?1, id) WHERE id = ?2"},
		{&r.linkRaise, "UPDATE raises SET story = ? WHERE article_id = ?"},
	} {
		if *prepared.statement, err = tx.PrepareContext(ctx, prepared.sql); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// null is the text, or SQL's null where there is none.
func null(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func (r *rows) put(article *db.Article) error {
	sum := sha256.Sum256([]byte(article.ExternalID))
	id := max(r.id+1, int64(binary.BigEndian.Uint64(sum[:8])>>12)) // as db does; they come in this order
	r.id = id
	source, known := r.sources[article.Source]
	if !known {
		source = int64(len(r.sources) + 1)
		r.sources[article.Source] = source
		if _, err := r.insertSource.Exec(source, strings.ToLower(article.Source), article.Source); err != nil {
			return err
		}
	}
	signature := db.Sign(article.Title, article.Text)
	if _, err := r.insertArticle.Exec(id, article.ExternalID, null(article.Published), source, id, null(article.Language),
		article.Fingerprint, signature[:], article.Source, article.URL, article.Title, article.Text); err != nil {
		return err
	}
	for _, key := range signature.Keys() {
		if _, err := r.insertKey.Exec(key, id); err != nil {
			return err
		}
	}
	about := map[int64]bool{}
	for _, mention := range article.Mentions {
		node := r.nodes[mention.Kind][mention.Key]
		about[node] = true
		if _, err := r.insertMention.Exec(id, string(mention.Part), mention.Start, mention.End, node); err != nil {
			return err
		}
	}
	raises := slices.SortedFunc(slices.Values(article.Raises), func(a, b db.Raise) int {
		return cmp.Or(cmp.Compare(a.By, b.By), cmp.Compare(a.With, b.With), cmp.Compare(a.Issue, b.Issue))
	})
	for place, raise := range raises {
		by, with, issue := r.nodes[db.PartyNode][raise.By], r.nodes[db.PartyNode][raise.With], r.nodes[db.IssueNode][raise.Issue]
		about[by], about[with], about[issue] = true, true, true
		var speaker any
		if raise.Speaker != "" {
			leader := r.nodes[db.LeaderNode][raise.Speaker]
			about[leader], speaker = true, leader
		}
		quote := raise.Evidence[0]
		if _, err := r.insertRaise.Exec(id*2048+int64(place), id, by, with, issue, speaker, source, id, null(raise.On), raise.Confidence,
			raise.Act, raise.Modality, string(quote.Part), quote.Start, quote.End, raise.Rule, quote.Quote, raise.Explanation); err != nil {
			return err
		}
	}
	for node := range about {
		if _, err := r.insertNode.Exec(id, node, null(article.Published)); err != nil {
			return err
		}
	}
	return r.linkCopies(storied{id, signature, article.Published, article.ExternalID})
}

// linkCopies points the articles of a story to its earliest one. Those of one story come one after another.
func (r *rows) linkCopies(article storied) error {
	if len(r.story) > 0 && r.story[0].signature != article.signature {
		r.story = r.story[:0]
	}
	r.story = append(r.story, article)
	earliest := slices.MinFunc(r.story, func(a, b storied) int {
		undated := func(s storied) int { return len("2016-01-01") - len(s.published) }
		return cmp.Or(cmp.Compare(undated(a), undated(b)), cmp.Compare(a.published, b.published), cmp.Compare(a.externalID, b.externalID))
	})
	if len(r.story) == 1 {
		return nil
	}
	for _, member := range r.story {
		if _, err := r.link.Exec(earliest.id, member.id); err != nil {
			return err
		}
		if _, err := r.linkRaise.Exec(earliest.id, member.id); err != nil {
			return err
		}
	}
	return nil
}
