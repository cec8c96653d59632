package db

import (
	"context"
	"database/sql/driver"
	"time"
)

// Ran is a statement that a view has run.
type Ran struct {
	SQL   string // with places for its values, never the values
	Rows  int
	Start time.Time
	Time  time.Duration
}

// Ran lists the statements that the view has run so far, those that begin and end it apart. It lasts as long as the view.
func (v *View) Ran() []Ran { return v.conn.ran }

// Explain says how SQLite would go about a statement that a view has run: a line a step, as EXPLAIN QUERY PLAN has it.
func (r *Reader) Explain(ctx context.Context, sql string) (steps []string, err error) {
	err = r.View(ctx, func(v *View) error {
		return v.conn.query(ctx, "EXPLAIN QUERY PLAN "+sql, nil, func(row []driver.Value) error {
			step, _ := row[3].(string) // id, parent, unused, detail
			steps = append(steps, step)
			return nil
		})
	})
	return steps, err
}
