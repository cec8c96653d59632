// Package db keeps the graph in one SQLite file and holds all SQL of the program.
//
// A Writer stores the catalog (parties, leaders, issues) and articles with their mentions and raises, in
// batches that each leave a whole graph: full-text indexes and the counts of raise_counts move in the same
// transaction. A Reader answers questions over a pool of read-only connections and sees what any process
// commits, with no restart. Check compares everything derived with what it is derived from.
//
// What it is not for: it knows nothing of GraphQL, of seeds' files, or of how text is read; callers hand it
// values and get values, or rows to write out.
package db

import (
	"context"
	"database/sql/driver"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/mattn/go-sqlite3"
)

//go:embed schema.sql
var schema string

const (
	// SchemaVersion is the user_version that this program reads and writes.
	SchemaVersion = 2
	applicationID = 1145918019 // "DMRC", as in schema.sql
)

// conn is one SQLite connection with its prepared statements. It belongs to one goroutine at a time.
type conn struct {
	*sqlite3.SQLiteConn
	path       string
	waiting    func(string) // if set, is told that somebody else writes for long
	statements map[string]*prepared
	arguments  []driver.NamedValue // reused from call to call
}

// maxStatements bounds the prepared statements of a connection; a full cache is emptied.
const maxStatements = 512

func openConn(path, parameters string) (*conn, error) {
	escaped := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	opened, err := (&sqlite3.SQLiteDriver{}).Open("file:" + escaped + "?" + parameters)
	if err != nil {
		return nil, fileError(path, err)
	}
	return &conn{SQLiteConn: opened.(*sqlite3.SQLiteConn), path: path, statements: map[string]*prepared{}}, nil
}

// openReading opens a file that is not written to, and gives the parameters with which that went.
func openReading(ctx context.Context, path, parameters string) (*conn, string, error) {
	open := func(parameters string) (*conn, error) {
		c, err := openConn(path, parameters)
		if err != nil {
			return nil, err
		}
		if _, _, err := c.identity(ctx); err != nil { // the first look into the file
			return nil, errors.Join(fileError(path, err), c.close())
		}
		return c, nil
	}
	c, err := open(parameters)
	if failure := (sqlite3.Error{}); errors.As(err, &failure) && (failure.Code == sqlite3.ErrCantOpen || failure.Code == sqlite3.ErrReadonly) {
		// A read-only medium has no place for the files beside the database that WAL needs, and nobody writes to it.
		parameters += "&immutable=1"
		c, err = open(parameters)
	}
	return c, parameters, err
}

// fileError names the file in what SQLite says of it.
func fileError(path string, err error) error {
	var failure sqlite3.Error
	switch {
	case errors.As(err, &failure) && failure.Code == sqlite3.ErrNotADB:
		return invalidf("%s is no Demarche database: name another file with --db", path)
	case isDamage(err):
		return damageError(path, err)
	}
	return fmt.Errorf("%s: %w", path, err)
}

// failed names the statement in what SQLite says of it, or the file where that is damaged.
func (c *conn) failed(sql string, err error) error {
	if isDamage(err) {
		return damageError(c.path, err)
	}
	return fmt.Errorf("%.120s: %w", sql, err)
}

// anew is what to do about a file that is beyond mending.
const anew = "restore a back-up, or load the articles into a new file"

// damaged is that SQLite found a file to contradict itself.
type damaged struct {
	path string
	err  error
}

func (d *damaged) Error() string {
	return fmt.Sprintf("%s is damaged: %s; `sqlite3 %s .recover` prints what can be saved of it (%v)", d.path, anew, d.path, d.err)
}

func (d *damaged) Unwrap() error { return d.err }

func damageError(path string, err error) error {
	var named *damaged
	if errors.As(err, &named) {
		return err
	}
	return &damaged{path, err}
}

func isDamage(err error) bool {
	var failure sqlite3.Error
	return errors.As(err, &failure) && failure.Code == sqlite3.ErrCorrupt
}

// prepared is a statement that can be run, with its text.
type prepared struct {
	*sqlite3.SQLiteStmt
	sql string
}

func (c *conn) statement(ctx context.Context, sql string) (*prepared, error) {
	if statement := c.statements[sql]; statement != nil {
		return statement, nil
	}
	if len(c.statements) >= maxStatements {
		for _, statement := range c.statements {
			_ = statement.Close()
		}
		clear(c.statements)
	}
	made, err := c.PrepareContext(ctx, sql)
	if err != nil {
		return nil, c.failed(sql, err)
	}
	statement := &prepared{made.(*sqlite3.SQLiteStmt), sql}
	c.statements[sql] = statement
	return statement, nil
}

// bind numbers the arguments; they may be nil, int64, float64, string or []byte (others panic in the driver).
func (c *conn) bind(arguments []any) []driver.NamedValue {
	c.arguments = c.arguments[:0]
	for i, argument := range arguments {
		switch value := argument.(type) {
		case int:
			argument = int64(value)
		case Date:
			argument = string(value)
		case Part:
			argument = string(value)
		case NodeKind:
			argument = string(value)
		}
		c.arguments = append(c.arguments, driver.NamedValue{Ordinal: i + 1, Value: argument})
	}
	return c.arguments
}

// exec runs one statement and returns how many rows it changed.
func (c *conn) exec(ctx context.Context, sql string, arguments ...any) (int64, error) {
	statement, err := c.statement(ctx, sql)
	if err != nil {
		return 0, err
	}
	result, err := statement.ExecContext(ctx, c.bind(arguments))
	if err != nil {
		return 0, c.failed(sql, err)
	}
	return result.RowsAffected()
}

// query runs one statement and hands each row to visit; row is reused.
func (c *conn) query(ctx context.Context, sql string, arguments []any, visit func(row []driver.Value) error) error {
	statement, err := c.statement(ctx, sql)
	if err != nil {
		return err
	}
	return c.read(ctx, statement, arguments, visit)
}

// read is query of a statement that is prepared.
func (c *conn) read(ctx context.Context, statement *prepared, arguments []any, visit func(row []driver.Value) error) (err error) {
	rows, err := statement.QueryContext(ctx, c.bind(arguments))
	if err != nil {
		return c.failed(statement.sql, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	row := make([]driver.Value, len(rows.Columns()))
	for {
		switch err := rows.Next(row); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return c.failed(statement.sql, err)
		}
		if err := visit(row); err != nil {
			return err
		}
	}
}

// one returns the first column of the first row, or nil where there is none.
func (c *conn) one(ctx context.Context, sql string, arguments ...any) (value driver.Value, err error) {
	err = c.query(ctx, sql, arguments, func(row []driver.Value) error {
		value = row[0]
		return nil
	})
	return value, err
}

// transaction runs do between begin ("BEGIN", "BEGIN IMMEDIATE") and COMMIT, or rolls back, even in a panic: the
// connection will be used again.
func (c *conn) transaction(ctx context.Context, begin string, do func() error) (err error) {
	if _, err := c.exec(ctx, begin); err != nil {
		return err
	}
	defer func() {
		if !c.AutoCommit() {
			// The context may be over, which is no reason to stay inside the transaction.
			_, rollback := c.exec(context.WithoutCancel(ctx), "ROLLBACK")
			err = errors.Join(err, rollback)
		}
	}()
	if err := do(); err != nil {
		return err
	}
	_, err = c.exec(ctx, "COMMIT")
	return err
}

func (c *conn) close() error {
	var failures []error
	for _, statement := range c.statements {
		failures = append(failures, statement.Close())
	}
	return errors.Join(append(failures, c.Close())...)
}

// verify says what keeps the file at path from being read: that it is another program's, of another schema, or not whole.
func (c *conn) verify(ctx context.Context, path string) error {
	application, version, err := c.identity(ctx)
	if err != nil {
		return fileError(path, err)
	}
	switch {
	case application != applicationID:
		return invalidf("%s is no Demarche database: name another file with --db", path)
	case version < SchemaVersion:
		return invalidf("%s has schema %d, this program reads %d: run `demarche upgrade --db %s`", path, version, SchemaVersion, path)
	case version > SchemaVersion:
		return invalidf("%s has schema %d, this program reads %d: use the newer demarche that wrote it", path, version, SchemaVersion)
	}
	return c.verifyTables(ctx, path)
}

// verifyTables says which table of the schema is not in the file.
func (c *conn) verifyTables(ctx context.Context, path string) error {
	found := map[string]bool{}
	err := c.query(ctx, "SELECT name FROM sqlite_schema WHERE type = 'table'", nil, func(row []driver.Value) error {
		found[row[0].(string)] = true
		return nil
	})
	if err != nil {
		return fileError(path, err)
	}
	for _, name := range tableNames {
		if !found[name] {
			return invalidf("%s says that it has schema %d, but has no table %s: %s", path, SchemaVersion, name, anew)
		}
	}
	return nil
}

// tableNames are the tables of the schema, the full-text indexes among them.
var tableNames = func() (names []string) {
	for _, description := range Describe() {
		if description.Kind != ViewDescribed {
			names = append(names, description.Name)
		}
	}
	return names
}()

func (c *conn) identity(ctx context.Context) (application, version int64, err error) {
	value, err := c.one(ctx, "SELECT application_id FROM pragma_application_id")
	if err != nil {
		return 0, 0, err
	}
	application, _ = value.(int64)
	value, err = c.one(ctx, "SELECT user_version FROM pragma_user_version")
	version, _ = value.(int64)
	return application, version, err
}

// statFile says in a sentence what is wrong with a path that should be a database file.
func statFile(path string) (os.FileInfo, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, &NotFound{fmt.Sprintf("%s does not exist: `demarche load --db %s PATH…` creates it", path, path)}
	case err != nil:
		return nil, fmt.Errorf("open database: %w", err)
	case info.IsDir():
		return nil, invalidf("%s is a folder: name a database file with --db", path)
	}
	return info, nil
}

// openWriting opens the file at path, which must hold a database of this schema unless it is new or empty.
func openWriting(ctx context.Context, path string) (*conn, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, invalidf("%s is a folder: name a database file with --db", path)
	}
	c, err := openConn(path, "mode=rwc&_foreign_keys=1&_busy_timeout=1000&_synchronous=NORMAL&_cache_size=-131072")
	if err != nil {
		return nil, writeError(path, err)
	}
	err = c.create(ctx, path)
	if err == nil {
		// Batches touch pages all over the file: the fewer times the log is written back to it, the fewer pages are written twice.
		_, err = c.one(ctx, "PRAGMA wal_autocheckpoint = 16384")
	}
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

func (c *conn) create(ctx context.Context, path string) error {
	tables, err := c.one(ctx, "SELECT count(*) FROM sqlite_schema")
	if err != nil {
		return writeError(path, fileError(path, err))
	}
	if tables == int64(0) {
		if _, err := c.one(ctx, "PRAGMA journal_mode = WAL"); err != nil {
			return writeError(path, fileError(path, err))
		}
		err := c.write(ctx, path, func(ctx context.Context) error {
			// Another process may have created it meanwhile.
			if tables, err := c.one(ctx, "SELECT count(*) FROM sqlite_schema"); err != nil || tables != int64(0) {
				return err
			}
			_, err := c.ExecContext(ctx, schema, nil)
			return err
		})
		if err != nil {
			return fmt.Errorf("create %s: %w", path, err)
		}
	}
	return c.verify(ctx, path)
}

// EngineVersion is that of the SQLite compiled into the program.
func EngineVersion() string {
	version, _, _ := sqlite3.Version()
	return version
}
