package db

import (
	"context"
	"math"
)

// Arrival is a place in the order in which raises were committed: behind the raise with that internal id, of that
// batch of articles.
type Arrival struct {
	Batch, Raise int64
}

// keptArrivals is how many batches are remembered: a client that is further behind has missed some.
const keptArrivals = 256

// putArrivals notes that the raises of these articles came with the present transaction. Those that an article had
// before are gone, and with them that they came.
func (w *Writer) putArrivals(ctx context.Context, articles []int64) error {
	if len(articles) == 0 {
		return nil
	}
	last, err := w.conn.one(ctx, "SELECT coalesce(max(batch), 0) FROM arrivals")
	if err != nil {
		return err
	}
	batch := last.(int64) + 1
	for _, article := range articles {
		if _, err := w.conn.exec(ctx, `INSERT INTO arrivals (batch, article_id) VALUES (?1, ?2)
			ON CONFLICT (article_id) DO UPDATE SET batch = ?1`, batch, article); err != nil {
			return err
		}
	}
	_, err = w.conn.exec(ctx, "DELETE FROM arrivals WHERE batch <= ?", batch-keptArrivals)
	return err
}

// LastArrival is the place behind all raises that the view shows.
func (v *View) LastArrival() Arrival { return Arrival{v.conn.batch, math.MaxInt64} }

// newRaises renders raises in the order of their commits; they have the further columns id and batch, which make the
// place of the last one. Arrivals are walked in the order of their key and the raises of each in that of theirs: for one article no
// index is better, whatever the filter.
func (s *statement) newRaises(q *Query) error {
	if s.view.conn.batch-q.After.Batch > keptArrivals {
		return invalidf("more than %d batches of articles were stored since the last raise was taken, too many to go back to: subscribe anew", keptArrivals)
	}
	s.columns(q, "0", "r", "arrivals n CROSS JOIN raises r NOT INDEXED")
	s.add(" WHERE (n.batch, n.article_id) >= (?, ?) AND r.id >= n.article_id * 2048 AND r.id < (n.article_id + 1) * 2048 AND (n.batch > ? OR r.id > ?)",
		q.After.Batch, q.After.Raise/raisesPerArticle, q.After.Batch, q.After.Raise)
	where := conditions{statement: s, joined: true}
	rest := q.Raises
	if text := rest.Text; text != nil {
		// Few raises are new: each is looked up in the index, instead of all of the index that matches.
		match, err := s.match(fullText{*text, "raises_fts"})
		if err != nil {
			return err
		}
		rest.Text = nil
		where.and("EXISTS (SELECT 1 FROM raises_fts WHERE rowid = r.id AND raises_fts MATCH ?)", match)
	}
	if err := where.raises(&rest); err != nil {
		return err
	}
	s.add(" ORDER BY n.batch, n.article_id, r.id")
	s.limit(q.Page)
	return nil
}
