// Floor measures a load against the two rates that bound it: what SQLite takes in when all that is left to do is to insert the same finished
// rows with prepared statements, indexes and full text included, and what the extractor alone does on all cores.
//
//	go run -tags=sqlite_fts5 ./bench/floor [-rounds 3] [-cpuprofile FILE] PATH…
//
// Each round runs all three after one another, as other work on the machine would favour one of them otherwise; the best of
// each counts. The last line is the rate of the whole load over the smaller of the two bounds.
package main

import (
	"context"
	"database/sql/driver"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mattn/go-sqlite3"

	"demarche/db"
	"demarche/loader"
	"demarche/loader/extract"
	"demarche/seeds"
)

func main() {
	rounds := flag.Int("rounds", 3, "how often each is measured")
	profile := flag.String("cpuprofile", "", "file for a profile of the whole loads")
	flag.Parse()
	if err := run(context.Background(), flag.Args(), *rounds, *profile, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, paths []string, rounds int, profile string, out io.Writer) error {
	if len(paths) == 0 {
		return errors.New("name the files to load")
	}
	folder, err := os.MkdirTemp("", "floor")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	tables, err := seeds.Load()
	if err != nil {
		return err
	}
	articles, err := read(ctx, paths)
	if err != nil {
		return err
	}
	bytes := 0
	for i := range articles {
		bytes += len(articles[i].Title) + len(articles[i].Summary) + len(articles[i].Text)
	}
	fmt.Fprintf(out, "%d articles, %.1f MB of text, %d cores\n", len(articles), float64(bytes)/1e6, runtime.GOMAXPROCS(0))
	best := map[string]time.Duration{}
	measure := func(what string, do func() (time.Duration, error)) error {
		runtime.GC()
		took, err := do()
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		if before, found := best[what]; !found || took < before {
			best[what] = took
		}
		fmt.Fprintf(out, "%-10s %6.2f s  %7.0f items/s  %6.2f MB/s\n", what, took.Seconds(),
			float64(len(articles))/took.Seconds(), float64(bytes)/1e6/took.Seconds())
		return nil
	}
	for round := range rounds {
		loaded := filepath.Join(folder, fmt.Sprintf("load%d.db", round))
		err := errors.Join(
			measure("extractor", func() (time.Duration, error) { return extractAll(tables, articles) }),
			measure("load", func() (time.Duration, error) { return load(ctx, tables, paths, loaded, profile) }),
			measure("floor", func() (time.Duration, error) {
				return insertAll(ctx, tables, loaded, filepath.Join(folder, fmt.Sprintf("floor%d.db", round)))
			}),
		)
		if err != nil {
			return err
		}
	}
	bound := max(best["extractor"], best["floor"])
	fmt.Fprintf(out, "load is %.2f of the smaller rate\n", bound.Seconds()/best["load"].Seconds())
	return nil
}

// read holds all articles in memory, for the extractor alone.
func read(ctx context.Context, paths []string) ([]loader.Article, error) {
	sequence, err := loader.Read(ctx, paths, strings.NewReader(""), loader.ReadOptions{})
	if err != nil {
		return nil, err
	}
	var articles []loader.Article
	for a, err := range sequence {
		var reject *loader.Reject
		switch {
		case errors.As(err, &reject):
		case err != nil:
			return nil, err
		default:
			articles = append(articles, a)
		}
	}
	return articles, nil
}

func extractAll(tables *seeds.Seeds, articles []loader.Article) (time.Duration, error) {
	x, err := extract.New(tables)
	if err != nil {
		return 0, err
	}
	start := time.Now()
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(articles)); i = next.Add(1) - 1 {
				loader.Extract(x, &articles[i])
			}
		})
	}
	workers.Wait()
	return time.Since(start), nil
}

func load(ctx context.Context, tables *seeds.Seeds, paths []string, path, profile string) (took time.Duration, err error) {
	if profile != "" {
		file, err := os.Create(profile)
		if err != nil {
			return 0, err
		}
		defer file.Close()
		if err := pprof.StartCPUProfile(file); err != nil {
			return 0, err
		}
		defer pprof.StopCPUProfile()
	}
	start := time.Now()
	articles, err := loader.Read(ctx, paths, strings.NewReader(""), loader.ReadOptions{})
	if err != nil {
		return 0, err
	}
	writer, err := db.OpenWriter(ctx, path)
	if err != nil {
		return 0, err
	}
	_, err = loader.Load(ctx, writer, tables, articles, loader.Options{})
	return time.Since(start), errors.Join(err, writer.Close())
}

// inserted are the tables that a load fills, each with the articles' ids that say which batch a row goes with.
var inserted = []struct{ table, article string }{
	{"articles", "id"}, {"story_keys", "article_id"}, {"mentions", "article_id"}, {"article_nodes", "article_id"}, {"raises", "article_id"},
	{"evidence", "raise_id / 2048"},
}

// batchArticles is how many articles go into one transaction, as in a load.
const batchArticles = 2000

// statement inserts rows of one table; order holds their values, batch by batch.
type statement struct {
	sql     string
	batches [][][]driver.NamedValue
}

// insertAll inserts the rows of the loaded file into a new one with the same catalog, schema and settings.
func insertAll(ctx context.Context, tables *seeds.Seeds, loaded, path string) (time.Duration, error) {
	writer, err := db.OpenWriter(ctx, path)
	if err != nil {
		return 0, err
	}
	if err := errors.Join(writer.PutCatalog(ctx, loader.Catalog(tables)), writer.Close()); err != nil {
		return 0, err
	}
	opened, err := (&sqlite3.SQLiteDriver{}).Open("file:" + path + "?mode=rw&_synchronous=NORMAL&_cache_size=-131072&_foreign_keys=0")
	if err != nil {
		return 0, err
	}
	conn := opened.(*sqlite3.SQLiteConn)
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "ATTACH '"+loaded+"' AS loaded", nil); err != nil {
		return 0, err
	}
	if _, err := conn.ExecContext(ctx, "INSERT INTO sources SELECT * FROM loaded.sources", nil); err != nil {
		return 0, err
	}
	// Batches are of articles in the order in which they were stored, which their full-text index does not tell: of their ids.
	statements := make([]statement, len(inserted))
	batches := 0
	for i, table := range inserted {
		rows, err := conn.QueryContext(ctx, fmt.Sprintf(`SELECT t.*, b.batch FROM loaded.%s t JOIN
			(SELECT id, (row_number() OVER (ORDER BY substr(fingerprint, 1, 8)) - 1) / %d AS batch FROM loaded.articles) b ON b.id = t.%s`,
			table.table, batchArticles, table.article), nil)
		if err != nil {
			return 0, err
		}
		width := len(rows.Columns()) - 1
		statements[i].sql = "INSERT INTO " + table.table + " VALUES (?" + strings.Repeat(", ?", width-1) + ")"
		row := make([]driver.Value, width+1)
		for {
			if err := rows.Next(row); err == io.EOF {
				break
			} else if err != nil {
				return 0, errors.Join(err, rows.Close())
			}
			batch := int(row[width].(int64))
			for len(statements[i].batches) <= batch {
				statements[i].batches = append(statements[i].batches, nil)
			}
			batches = max(batches, batch+1)
			values := make([]driver.NamedValue, width)
			for j := range values {
				if bytes, isBytes := row[j].([]byte); isBytes {
					row[j] = append([]byte(nil), bytes...)
				}
				values[j] = driver.NamedValue{Ordinal: j + 1, Value: row[j]}
			}
			statements[i].batches[batch] = append(statements[i].batches[batch], values)
		}
		if err := rows.Close(); err != nil {
			return 0, err
		}
	}
	if _, err := conn.ExecContext(ctx, "DETACH loaded", nil); err != nil {
		return 0, err
	}
	if _, err := conn.ExecContext(ctx, "PRAGMA wal_autocheckpoint = 16384", nil); err != nil {
		return 0, err
	}
	start := time.Now()
	prepared := make([]*sqlite3.SQLiteStmt, len(statements))
	for i := range statements {
		one, err := conn.PrepareContext(ctx, statements[i].sql)
		if err != nil {
			return 0, err
		}
		defer one.Close()
		prepared[i] = one.(*sqlite3.SQLiteStmt)
	}
	for batch := range batches {
		if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE", nil); err != nil {
			return 0, err
		}
		for i := range statements {
			if batch >= len(statements[i].batches) {
				continue
			}
			for _, row := range statements[i].batches[batch] {
				if _, err := prepared[i].ExecContext(ctx, row); err != nil {
					return 0, fmt.Errorf("%s: %w", statements[i].sql, err)
				}
			}
		}
		if _, err := conn.ExecContext(ctx, "COMMIT", nil); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}
