package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
)

// OpenExisting opens a file for writing as OpenWriter does, but a missing one is NotFound.
func OpenExisting(ctx context.Context, path string) (*Writer, error) {
	if _, err := statFile(path); err != nil {
		return nil, err
	}
	return OpenWriter(ctx, path)
}

// pageBytes is the size of texts from which a page of stored articles is full.
const pageBytes = 4 << 20

var errPageFull = errors.New("the page is full")

// StoredArticles reads a page of articles as they came in, without what was found in them: those whose ids follow after,
// in the order of ids, until there are limit of them or some megabytes. It returns the last id; a page without articles is
// the end. No snapshot is held between pages.
func (r *Reader) StoredArticles(ctx context.Context, after int64, limit int) (page []Article, last int64, err error) {
	last, bytes := after, 0
	err = r.View(ctx, func(v *View) error {
		r.statements.Add(1)
		return v.conn.query(ctx, `SELECT id, external_id, title, summary, text, url, source, published, language, fingerprint, is_foreign
			FROM articles WHERE id > ? ORDER BY id LIMIT ?`, []any{after, limit}, func(row []driver.Value) error {
			text := func(i int) string { t, _ := row[i].(string); return t }
			page = append(page, Article{
				ExternalID: text(1), Title: text(2), Summary: text(3), Text: text(4), URL: text(5), Source: text(6), Published: text(7),
				Language: text(8), Fingerprint: text(9), Foreign: row[10] == int64(1),
			})
			last = row[0].(int64)
			if bytes += len(text(2)) + len(text(4)); bytes >= pageBytes {
				return errPageFull
			}
			return nil
		})
	})
	if err != nil && !errors.Is(err, errPageFull) {
		return nil, after, fmt.Errorf("read stored articles: %w", err)
	}
	return page, last, nil
}

// CountArticles is the number of articles in the graph.
func (r *Reader) CountArticles(ctx context.Context) (count int64, err error) {
	err = r.View(ctx, func(v *View) error {
		r.statements.Add(1)
		value, err := v.conn.one(ctx, "SELECT count(*) FROM articles")
		if err == nil {
			count = value.(int64)
		}
		return err
	})
	return count, err
}
