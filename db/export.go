package db

import (
	"context"
	"database/sql/driver"
	"fmt"
)

// FlatRaise is a row of the view raises_flat; texts that are null there are nil.
type FlatRaise struct {
	Article                string // external id
	By, ByName             string // code and name
	With, WithName         string // code and name
	Issue, IssueName, Area string // slug, name, wider area
	Act, Modality          string
	Speaker                *string // full name
	Part                   Part
	Quote                  string
	Start, End             int // code points of the part
	On                     *string
	Confidence             float64
	Title                  string
	URL, Source, Published *string
}

// ExportRaises hands the raises that pass the filter to write, ordered by article, part, start, by, with and
// issue, and stops at its first error.
func (r *Reader) ExportRaises(ctx context.Context, filter RaiseFilter, write func(FlatRaise) error) error {
	err := r.View(ctx, func(v *View) error {
		visit := func(row []driver.Value) error { return write(flatRaise(row)) }
		// A second time nothing has been written yet: all rows are sorted before the first one comes.
		return v.withText(func() error { return v.export(ctx, filter, visit) })
	})
	if err != nil {
		return fmt.Errorf("export raises: %w", err)
	}
	return nil
}

func (v *View) export(ctx context.Context, filter RaiseFilter, visit func(row []driver.Value) error) error {
	s := v.statement()
	// The columns of raises_flat, over raises r that the filter can be put to. LEFT JOIN keeps r outermost.
	s.add(`SELECT a.external_id, b.key, b.name, w.key, w.name, i.key, i.name, issues.area, r.act, r.modality, s.name, r.part, r.quote,
		r.quote_start, r.quote_end, r.said_on, r.confidence, a.title, a.url, a.source, a.published
		FROM raises r
		LEFT JOIN articles a ON a.id = r.article_id
		LEFT JOIN nodes b ON b.id = r.by_id
		LEFT JOIN nodes w ON w.id = r.with_id
		LEFT JOIN nodes i ON i.id = r.issue_id
		LEFT JOIN issues ON issues.id = r.issue_id
		LEFT JOIN nodes s ON s.id = r.speaker_id
		WHERE `)
	where := conditions{statement: s}
	if err := where.raises(&filter); err != nil {
		return err
	}
	if !where.joined {
		s.add("TRUE")
	}
	s.add(" ORDER BY 1, r.part, r.quote_start, 2, 4, 6")
	v.reader.statements.Add(1)
	return v.conn.query(ctx, s.String(), s.arguments, visit)
}

func flatRaise(row []driver.Value) FlatRaise {
	text := func(i int) string { t, _ := row[i].(string); return t }
	optional := func(i int) *string {
		if row[i] == nil {
			return nil
		}
		t := text(i)
		return &t
	}
	number := func(i int) int { n, _ := row[i].(int64); return int(n) }
	confidence, _ := row[16].(float64)
	return FlatRaise{
		Article: text(0), By: text(1), ByName: text(2), With: text(3), WithName: text(4), Issue: text(5), IssueName: text(6),
		Area: text(7), Act: text(8), Modality: text(9), Speaker: optional(10), Part: Part(text(11)), Quote: text(12),
		Start: number(13), End: number(14), On: optional(15), Confidence: confidence,
		Title: text(17), URL: optional(18), Source: optional(19), Published: optional(20),
	}
}
