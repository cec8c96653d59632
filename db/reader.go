package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mattn/go-sqlite3"
)

// Reader answers questions about one file over a pool of read-only connections. It is for concurrent use,
// and sees what any process commits.
type Reader struct {
	path, parameters string
	free             chan *readConn // open connections that nobody uses; nil entries may be opened
	size             int
	statements       atomic.Int64
	reading          chan struct{} // holds one while the ties are read

	mutex     sync.Mutex // guards what follows; values behind the pointers never change
	directory *Directory
	ties      *ties
}

// readConn is a connection with what it last saw of the file.
type readConn struct {
	*conn
	scratch     statement // what is being rendered
	spare, lent []*Rows   // answers of past views, to be filled again; those of the present one
	ran         []Ran     // by the present view
	dataVersion int64
	meta        map[string]string
	batch       int64 // the last that brought raises
	directory   *Directory
}

// OpenReader opens the file at path for reading. A file that is no Demarche database, or has another schema,
// is refused with Invalid; a missing one is NotFound.
func OpenReader(ctx context.Context, path string) (*Reader, error) {
	if _, err := statFile(path); err != nil {
		return nil, err
	}
	size := max(4, 2*runtime.GOMAXPROCS(0))
	opened, parameters, err := openReading(ctx, path, "mode=ro&_query_only=1&_busy_timeout=10000&_cache_size=-16384&_mutex=no")
	if err != nil {
		return nil, err
	}
	r := &Reader{path: path, parameters: parameters, size: size, free: make(chan *readConn, size), reading: make(chan struct{}, 1)}
	c, err := r.prepare(ctx, opened)
	if err != nil {
		return nil, err
	}
	r.free <- c
	for range size - 1 {
		r.free <- nil
	}
	return r, r.Ping(ctx)
}

func (r *Reader) open(ctx context.Context) (*readConn, error) {
	c, err := openConn(r.path, r.parameters)
	if err != nil {
		return nil, err
	}
	return r.prepare(ctx, c)
}

// prepare makes of a connection one that answers, or closes it.
func (r *Reader) prepare(ctx context.Context, c *conn) (*readConn, error) {
	err := c.verify(ctx, r.path)
	if err == nil {
		// Pages are read where they are mapped instead of being copied, as far as SQLite maps a file (2 GiB).
		_, err = c.one(ctx, "PRAGMA mmap_size = 2147418112")
	}
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return &readConn{conn: c, dataVersion: -1}, nil
}

// openAnother opens one more connection. That the file is no good any more is not the fault of whoever asks: such an error is no
// Invalid, which he would be told with the file's path.
func (r *Reader) openAnother(ctx context.Context) (*readConn, error) {
	opened, err := r.open(ctx)
	if err != nil && ctx.Err() == nil {
		return nil, errors.New("open another connection: " + err.Error())
	}
	return opened, err
}

// Close closes the connections once nobody uses them any more.
func (r *Reader) Close() error {
	var failures []error
	for range r.size {
		if c := <-r.free; c != nil {
			failures = append(failures, c.close())
		}
	}
	return errors.Join(failures...)
}

// Ping reports whether the graph can be read.
func (r *Reader) Ping(ctx context.Context) error {
	return r.View(ctx, func(*View) error { return nil })
}

// Statements counts the SQL statements that views have run, those that begin and end them apart.
func (r *Reader) Statements() int64 { return r.statements.Load() }

// View is one snapshot of the graph: all that is read through it belongs together. It is for one goroutine,
// and only inside the function that it was handed to.
type View struct {
	*Directory
	reader  *Reader
	conn    *readConn
	literal map[fullText]bool // conditions that are no valid queries
}

// LiteralText reports that a full-text condition was no valid query and was searched for word by word.
func (v *View) LiteralText() bool { return len(v.literal) > 0 }

// View runs do on a snapshot.
func (r *Reader) View(ctx context.Context, do func(*View) error) error {
	var c *readConn
	select {
	case c = <-r.free:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { r.free <- c }()
	if c == nil {
		opened, err := r.openAnother(ctx)
		if err != nil {
			return err
		}
		c = opened
	}
	return r.look(ctx, c, do)
}

// LongView is View on a connection of its own, for what takes long: it keeps nobody waiting who asks in the meantime.
func (r *Reader) LongView(ctx context.Context, do func(*View) error) (err error) {
	c, err := r.openAnother(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	return r.look(ctx, c, do)
}

// look runs do on a snapshot of one connection.
func (r *Reader) look(ctx context.Context, c *readConn, do func(*View) error) error {
	if err := ctx.Err(); err != nil {
		return err // nobody waits any more
	}
	// The driver watches contexts that may be over with a goroutine for each statement; these never take long.
	whole := context.WithoutCancel(ctx)
	defer c.reclaim()
	return c.transaction(whole, "BEGIN", func() error {
		if err := r.refresh(whole, c); err != nil {
			return fmt.Errorf("%s: %w", r.path, err)
		}
		return do(&View{Directory: c.directory, reader: r, conn: c})
	})
}

// refresh reads again what the connection holds in memory, where another one has committed since.
func (r *Reader) refresh(ctx context.Context, c *readConn) error {
	value, err := c.one(ctx, "PRAGMA data_version")
	if err != nil || value == c.dataVersion {
		return err
	}
	meta, batch := map[string]string{}, int64(0)
	err = c.query(ctx, "SELECT key, value FROM meta UNION ALL SELECT '', coalesce(max(batch), 0) FROM arrivals", nil, func(row []driver.Value) error {
		if text, isText := row[1].(string); isText {
			meta[row[0].(string)] = text
		} else {
			batch = row[1].(int64)
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.directory == nil || r.directory.version != meta["catalog"] {
		if r.directory, err = readDirectory(ctx, c.conn, meta["catalog"]); err != nil {
			return err
		}
	}
	c.meta, c.batch, c.directory, c.dataVersion = meta, batch, r.directory, value.(int64)
	return nil
}

// rows runs one statement of a view and keeps what it returns.
func (v *View) rows(ctx context.Context, sql string, arguments []any) (*Rows, error) {
	statement, err := v.conn.statement(ctx, sql)
	if err != nil {
		return nil, err
	}
	return v.read(ctx, statement, arguments)
}

// read is rows of a statement that is prepared.
func (v *View) read(ctx context.Context, statement *prepared, arguments []any) (*Rows, error) {
	v.reader.statements.Add(1)
	found := v.conn.lend()
	start := time.Now()
	err := v.conn.read(ctx, statement, arguments, func(row []driver.Value) error {
		found.Width = len(row)
		found.Values = append(found.Values, row...)
		return nil
	})
	v.conn.ran = append(v.conn.ran, Ran{SQL: statement.sql, Rows: found.Len(), Start: start, Time: time.Since(start)})
	return found, err
}

// maxSpare bounds the values that an answer has room for while nobody uses it.
const maxSpare = 16384

// lend takes an answer without rows for the present view.
func (c *readConn) lend() *Rows {
	var rows *Rows
	if last := len(c.spare) - 1; last >= 0 {
		rows, c.spare = c.spare[last], c.spare[:last]
	} else {
		rows = &Rows{}
	}
	c.lent = append(c.lent, rows)
	return rows
}

// reclaim takes back what was lent to a view, for the next one.
func (c *readConn) reclaim() {
	for _, rows := range c.lent {
		if cap(rows.Values) <= maxSpare {
			clear(rows.Values) // the texts are let go
			c.spare = append(c.spare, &Rows{Values: rows.Values[:0]})
		}
	}
	clear(c.lent)
	clear(c.ran)
	c.lent, c.ran = c.lent[:0], c.ran[:0]
}

// Rows is the answer of one statement: Values holds Len times Width values, row after row. It lasts as long as the view.
type Rows struct {
	Values []driver.Value // nil, int64, float64 or string
	Width  int
}

// Len is the number of rows.
func (r *Rows) Len() int {
	if r.Width == 0 {
		return 0
	}
	return len(r.Values) / r.Width
}

// Row is the row at index i, not to be changed.
func (r *Rows) Row(i int) []driver.Value { return r.Values[i*r.Width : (i+1)*r.Width] }

// isTextSyntax recognises what SQLite says of a full-text query that it cannot read.
func isTextSyntax(err error) bool {
	if err == nil {
		return false // as always but for full-text conditions
	}
	var failure sqlite3.Error
	if !errors.As(err, &failure) || failure.Code != sqlite3.ErrError {
		return false
	}
	message := failure.Error()
	return strings.Contains(message, "fts5:") || strings.Contains(message, "no such column") ||
		strings.Contains(message, "unterminated string") || strings.Contains(message, "unknown special query")
}
