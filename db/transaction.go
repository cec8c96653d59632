package db

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/mattn/go-sqlite3"
)

// patience is how long a writer waits for another one to end; after tellWait it says that it does.
const (
	patience = time.Minute
	tellWait = 3 * time.Second
)

// write runs do in one transaction, for which it waits its turn. Once begun it is carried through, whatever becomes of the
// context: a batch takes a moment, and the driver spends a goroutine on every statement that could be cancelled.
func (c *conn) write(ctx context.Context, path string, do func(ctx context.Context) error) error {
	told := c.waiting == nil
	for began := time.Now(); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		begun := false
		inside := context.WithoutCancel(ctx)
		err := c.transaction(inside, "BEGIN IMMEDIATE", func() error {
			begun = true
			return do(inside)
		})
		if busy := (sqlite3.Error{}); begun || !errors.As(err, &busy) || busy.Code != sqlite3.ErrBusy || time.Since(began) > patience {
			return writeError(path, err)
		}
		if !told && time.Since(began) >= tellWait {
			told = true
			c.waiting(fmt.Sprintf("%s is being written to by %s: waiting for it, a minute at most", path, writerOf(path)))
		}
	}
}

// writeError says in the user's words why a file cannot be written to.
func writeError(path string, err error) error {
	var failure sqlite3.Error
	if !errors.As(err, &failure) {
		return err
	}
	switch failure.Code {
	case sqlite3.ErrBusy:
		return fmt.Errorf("%s is being written to by %s: run this again when that is done", path, writerOf(path))
	case sqlite3.ErrFull:
		return fmt.Errorf("no space is left where %s is: what was stored before stays; make room and run this again: %w", path, err)
	case sqlite3.ErrReadonly, sqlite3.ErrPerm, sqlite3.ErrCantOpen:
		if folder := filepath.Dir(path); !isFolder(folder) {
			return invalidf("%s: there is no folder %s: make it, or name another file with --db", path, folder)
		}
		return invalidf("%s or its folder cannot be written to: change who may, or copy it to where it can be and name it with --db", path)
	}
	return err
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// SQLite's lock on the log, while somebody writes, is on this byte of the file beside it.
const writeLockByte = 120

// writerOf names the process that writes to a file, as far as the system tells: Linux does, in its table of locks.
func writerOf(path string) string {
	const unknown = "another process"
	info, err := os.Stat(path + "-shm")
	if err != nil {
		return unknown
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return unknown
	}
	locks, err := os.Open("/proc/locks")
	if err != nil {
		return unknown
	}
	defer locks.Close()
	for lines := bufio.NewScanner(locks); lines.Scan(); {
		// 1: POSIX  ADVISORY  WRITE 4711 fe:00:42 120 120
		fields := strings.Fields(lines.Text())
		if len(fields) != 8 || fields[3] != "WRITE" || !strings.HasSuffix(fields[5], ":"+strconv.FormatUint(stat.Ino, 10)) {
			continue
		}
		first, _ := strconv.Atoi(fields[6])
		last, _ := strconv.Atoi(fields[7])
		if first <= writeLockByte && writeLockByte <= last {
			return "process " + fields[4]
		}
	}
	return unknown
}
