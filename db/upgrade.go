package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"github.com/mattn/go-sqlite3"
)

// migration leads from one schema to the next; it runs inside the transaction of Upgrade.
type migration func(ctx context.Context, c *conn) error

// migrations are keyed by the schema that they start from. Schema 1 is the first.
var migrations = map[int64]migration{
	1: func(ctx context.Context, c *conn) error {
		if _, err := c.exec(ctx, createTable("arrivals")); err != nil {
			return err
		}
		return c.createViews(ctx)
	},
}

// createViews makes all views anew, as the schema has them at its end: they hold nothing themselves.
func (c *conn) createViews(ctx context.Context) error {
	var old []string
	err := c.query(ctx, "SELECT name FROM sqlite_schema WHERE type = 'view'", nil, func(row []driver.Value) error {
		old = append(old, row[0].(string))
		return nil
	})
	if err != nil {
		return err
	}
	for _, name := range old {
		if _, err := c.exec(ctx, `DROP VIEW "`+name+`"`); err != nil {
			return err
		}
	}
	_, err = c.ExecContext(ctx, schema[strings.Index(schema, "CREATE VIEW "):], nil)
	return err
}

// createTable is the statement that makes a table, as the schema has it; its comments go along.
func createTable(name string) string {
	_, rest, _ := strings.Cut(schema, "CREATE TABLE "+name+" (")
	body, _, _ := strings.Cut(rest, ";")
	return "CREATE TABLE " + name + " (" + body
}

// Upgrade brings the file at path to SchemaVersion in one transaction, texts kept, and returns the versions before
// and after. A file of this schema is left as it is; one of a newer schema, or of another program, is Invalid.
func Upgrade(ctx context.Context, path string) (from, to int, err error) {
	return upgrade(ctx, path, SchemaVersion, migrations)
}

func upgrade(ctx context.Context, path string, target int64, migrations map[int64]migration) (from, to int, err error) {
	if _, err := statFile(path); err != nil {
		return 0, 0, err
	}
	c, err := openConn(path, "mode=rw&_foreign_keys=1&_busy_timeout=10000")
	if err != nil {
		return 0, 0, writeError(path, err)
	}
	defer func() { err = errors.Join(err, c.close()) }()
	var version int64
	err = c.transaction(ctx, "BEGIN IMMEDIATE", func() error {
		application, found, err := c.identity(ctx)
		if err != nil {
			return fileError(path, err)
		}
		if application != applicationID {
			return invalidf("%s is no Demarche database: name another file with --db", path)
		}
		if found > target {
			return invalidf("%s has schema %d, this program reads %d: use the newer demarche that wrote it", path, found, target)
		}
		for version = found; version < target; version++ {
			step := migrations[version]
			if step == nil {
				return invalidf("%s has schema %d, from which no way leads to %d: %s", path, version, target, anew)
			}
			if err := step(ctx, c); err != nil {
				return upgradeError(path, version, err)
			}
		}
		if err := c.verifyTables(ctx, path); err != nil {
			return err
		}
		from = int(found)
		_, err = c.exec(ctx, fmt.Sprintf("PRAGMA user_version = %d", target))
		return err
	})
	if err != nil {
		return 0, 0, writeError(path, err)
	}
	return from, int(target), nil
}

// upgradeError says why a step of an upgrade failed. Where SQLite could not make sense of the step, the file is not what it
// says it is.
func upgradeError(path string, version int64, err error) error {
	var failure sqlite3.Error
	if errors.As(err, &failure) && failure.Code == sqlite3.ErrError {
		return invalidf("upgrade %s from schema %d: its tables are not those of that schema (%v): %s", path, version, failure, anew)
	}
	return fmt.Errorf("upgrade %s from schema %d: %w", path, version, err)
}
