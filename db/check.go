package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
)

// maxFindings bounds what one test of Check names; the rest is only counted.
const maxFindings = 20

// tests compare everything that is derived with what it is derived from; each row is a sentence on what is wrong.
var tests = []string{
	// Quotes.
	`SELECT 'raise ' || r.id || ' of article ' || a.external_id || ': its quote is not ' || r.part || ' ' || e.quote_start || ' to ' || e.quote_end
		FROM raise_evidence e JOIN raises r ON r.id = e.raise_id JOIN articles a ON a.id = r.article_id
		WHERE e.quote_end <= e.quote_start OR e.quote_start < 0 OR e.quote IS NOT
			substr(CASE e.part WHEN 'TITLE' THEN a.title ELSE a.text END, e.quote_start + 1, e.quote_end - e.quote_start)`,
	`SELECT 'article ' || a.external_id || ': a mention lies outside its ' || m.part || ': ' || m.span_start || ' to ' || m.span_end
		FROM mentions m JOIN articles a ON a.id = m.article_id
		WHERE m.span_start < 0 OR m.span_end <= m.span_start
			OR m.span_end > length(CASE m.part WHEN 'TITLE' THEN a.title ELSE a.text END)`,
	// What raises repeat of their articles.
	`SELECT 'raise ' || r.id || ': its source or story is not that of article ' || a.external_id
		FROM raises r JOIN articles a ON a.id = r.article_id WHERE r.source_id IS NOT a.source_id OR r.story <> a.story`,
	`SELECT 'raise ' || id || ': its id is not of article ' || article_id FROM raises WHERE id / 2048 <> article_id`,
	`SELECT 'article ' || external_id || ': it is a foreign one with raises' FROM articles
		WHERE is_foreign AND EXISTS (SELECT 1 FROM raises WHERE article_id = articles.id)`,
	// Stories.
	`SELECT 'article ' || external_id || ': copy_of_id is ' || coalesce(copy_of_id, 'null') || ', not ' || coalesce(original, 'null')
		FROM (SELECT external_id, copy_of_id,
			nullif(first_value(id) OVER (PARTITION BY story ORDER BY published IS NULL, published, external_id), id) AS original FROM articles)
		WHERE copy_of_id IS NOT original`,
	`SELECT 'article ' || external_id || ': its story is ' || story || ', not its earliest article' FROM articles WHERE story <> coalesce(copy_of_id, id)`,
	// What articles are about.
	`WITH about AS (
			SELECT article_id, node_id FROM mentions
			UNION SELECT article_id, by_id FROM raises UNION SELECT article_id, with_id FROM raises
			UNION SELECT article_id, issue_id FROM raises UNION SELECT article_id, speaker_id FROM raises WHERE speaker_id IS NOT NULL)
		SELECT 'article ' || article_id || ': article_nodes ' || what || ' node ' || node_id FROM (
			SELECT article_id, node_id, 'lacks' AS what FROM (SELECT * FROM about EXCEPT SELECT article_id, node_id FROM article_nodes)
			UNION ALL
			SELECT article_id, node_id, 'has too many:' FROM (SELECT article_id, node_id FROM article_nodes EXCEPT SELECT * FROM about))`,
	`SELECT 'article ' || a.external_id || ': article_nodes has another day than it' FROM article_nodes n JOIN articles a ON a.id = n.article_id
		WHERE n.published IS NOT a.published`,
	// Counts. Every raise is counted under the eight choices of its party, counterpart and issue.
	`WITH choices (b, w, i) AS (VALUES (0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1), (1, 0, 0), (1, 0, 1), (1, 1, 0), (1, 1, 1)),
		counts AS (
			SELECT by_id * b AS by_id, with_id * w AS with_id, issue_id * i AS issue_id, count(*), count(DISTINCT story), count(DISTINCT article_id),
				count(DISTINCT source_id), CASE i WHEN 0 THEN count(DISTINCT issue_id) ELSE 0 END, min(said_on), max(said_on)
			FROM raises CROSS JOIN choices GROUP BY by_id * b, with_id * w, issue_id * i)
		SELECT 'raise_counts: ' || what || ' row of ' || by_id || ', ' || with_id || ', ' || issue_id FROM (
			SELECT by_id, with_id, issue_id, 'missing or wrong' AS what FROM (SELECT * FROM counts EXCEPT SELECT * FROM raise_counts)
			UNION ALL
			SELECT by_id, with_id, issue_id, 'wrong or needless' FROM (SELECT * FROM raise_counts EXCEPT SELECT * FROM counts))`,
	`WITH choices (b, w, i) AS (VALUES (0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1), (1, 0, 0), (1, 0, 1), (1, 1, 0), (1, 1, 1)),
		counts AS (SELECT by_id * b AS by_id, with_id * w AS with_id, issue_id * i AS issue_id, source_id, count(*)
			FROM raises CROSS JOIN choices WHERE source_id IS NOT NULL GROUP BY 1, 2, 3, 4)
		SELECT 'raise_sources: ' || what || ' row of ' || by_id || ', ' || with_id || ', ' || issue_id || ', ' || source_id FROM (
			SELECT *, 'missing or wrong' AS what FROM (SELECT * FROM counts EXCEPT SELECT * FROM raise_sources)
			UNION ALL
			SELECT *, 'wrong or needless' FROM (SELECT * FROM raise_sources EXCEPT SELECT * FROM counts))`,
	`WITH counts AS (SELECT speaker_id, by_id, with_id, issue_id, count(*) FROM raises WHERE speaker_id IS NOT NULL GROUP BY 1, 2, 3, 4)
		SELECT 'speaker_counts: ' || what || ' row of ' || speaker_id || ', ' || by_id || ', ' || with_id || ', ' || issue_id FROM (
			SELECT *, 'missing or wrong' AS what FROM (SELECT * FROM counts EXCEPT SELECT * FROM speaker_counts)
			UNION ALL
			SELECT *, 'wrong or needless' FROM (SELECT * FROM speaker_counts EXCEPT SELECT * FROM counts))`,
}

// Check verifies the file at path and returns a sentence for everything that is wrong: SQLite's own integrity,
// references, every quote against its slice of the text, full-text indexes, stories and counts against the rows
// that they are made of. It sees one snapshot, keeps nobody from writing, and writes nothing itself but temporary files. The
// error says that it could not be checked at all.
func Check(ctx context.Context, path string) (findings []string, err error) {
	if _, err := statFile(path); err != nil {
		return nil, err
	}
	c, _, err := openReading(ctx, path, "mode=ro&_busy_timeout=10000&_cache_size=-65536")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	// A load that was ended before it stored anything leaves a file without tables, in which nothing is wrong.
	if tables, err := c.one(ctx, "SELECT count(*) FROM sqlite_schema"); err == nil && tables == int64(0) {
		return nil, nil
	}
	if err := c.verify(ctx, path); err != nil {
		return nil, err
	}
	err = c.transaction(ctx, "BEGIN", func() (err error) {
		findings, err = c.check(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("check %s: %w", path, err)
	}
	return findings, nil
}

// check is Check inside a transaction.
func (c *conn) check(ctx context.Context) (findings []string, err error) {
	collect := func(sql string) error {
		count := 0
		err := c.query(ctx, sql, nil, func(row []driver.Value) error {
			if count++; count <= maxFindings {
				findings = append(findings, fmt.Sprint(row[0]))
			}
			return nil
		})
		if count > maxFindings {
			findings = append(findings, fmt.Sprintf("… and %d more like the last one", count-maxFindings))
		}
		return err
	}
	for _, sql := range append([]string{
		"SELECT 'SQLite: ' || integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
		`SELECT 'row ' || coalesce(rowid, '?') || ' of ' || "table" || ' names a row of ' || parent || ' that is not there' FROM pragma_foreign_key_check`,
	}, tests...) {
		if err := collect(sql); isDamage(err) && len(findings) > 0 {
			return findings, nil // which say where, and nothing behind them can be read for sure
		} else if err != nil {
			return nil, err
		}
	}
	wrong, err := checkStories(ctx, c)
	if err != nil {
		return nil, err
	}
	findings = append(findings, wrong...)
	for _, table := range []string{"articles", "raises", "nodes"} {
		if err := c.checkIndex(ctx, table); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			finding := table + "_fts is not in step with its table"
			if !isDamage(err) { // as SQLite calls that, too
				finding += ": " + err.Error()
			}
			findings = append(findings, finding)
		}
	}
	return findings, nil
}

// checkIndex compares a full-text index with the table whose texts it holds. To SQLite that is a write, for which a medium may
// be closed and which keeps others waiting: so a copy of the index is compared, in a temporary file.
func (c *conn) checkIndex(ctx context.Context, table string) error {
	index := table + "_fts"
	_, definition, _ := strings.Cut(schema, "CREATE VIRTUAL TABLE "+index+" ")
	definition, _, _ = strings.Cut(definition, ";")
	statements := []string{
		"CREATE VIRTUAL TABLE temp." + index + " " + definition,
		"CREATE TEMP VIEW " + table + " AS SELECT * FROM main." + table, // where the copy looks for its texts
	}
	for _, part := range []string{"data", "idx", "docsize", "config"} {
		copied := index + "_" + part
		statements = append(statements, "DELETE FROM temp."+copied, "INSERT INTO temp."+copied+" SELECT * FROM main."+copied)
	}
	for _, statement := range append(statements,
		"INSERT INTO temp."+index+" ("+index+", rank) VALUES ('integrity-check', 1)", // rank 1 looks at the texts, too
		"DROP VIEW temp."+table, "DROP TABLE temp."+index) {
		if _, err := c.exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
