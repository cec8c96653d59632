package main

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"unicode/utf8"

	"github.com/mattn/go-sqlite3"
)

// The best SQL that we know for each question: one statement, answered in the order that it is written out in.
const (
	// Q1 counts raises; Q1 with the table of counts is the second.
	countRaises = `SELECT n.key, n.name, i.area, c.raises, c.first_on, c.last_on
		FROM (SELECT issue_id, count(*) AS raises, min(said_on) AS first_on, max(said_on) AS last_on
			FROM raises WHERE by_id = (SELECT id FROM nodes WHERE CASE kind WHEN 'ORGANIZATION' THEN 'COUNTRY' ELSE kind END = 'COUNTRY' AND key = ?1)
			AND with_id = (SELECT id FROM nodes WHERE CASE kind WHEN 'ORGANIZATION' THEN 'COUNTRY' ELSE kind END = 'COUNTRY' AND key = ?2)
			GROUP BY issue_id) c
		JOIN nodes n ON n.id = c.issue_id JOIN issues i ON i.id = c.issue_id ORDER BY c.raises DESC, n.key LIMIT 100`
	readCounts = `SELECT n.key, n.name, i.area, c.raise_count, c.first_on, c.last_on
		FROM raise_counts c JOIN nodes n ON n.id = c.issue_id JOIN issues i ON i.id = c.issue_id
		WHERE c.by_id = (SELECT id FROM nodes WHERE CASE kind WHEN 'ORGANIZATION' THEN 'COUNTRY' ELSE kind END = 'COUNTRY' AND key = ?1)
		AND c.with_id = (SELECT id FROM nodes WHERE CASE kind WHEN 'ORGANIZATION' THEN 'COUNTRY' ELSE kind END = 'COUNTRY' AND key = ?2)
		ORDER BY c.raise_count DESC, n.key LIMIT 100`
	newestRaises = `SELECT r.quote, r.said_on, i.key, i.name, s.name, a.title, a.published
		FROM raises r JOIN nodes i ON i.id = r.issue_id LEFT JOIN nodes s ON s.id = r.speaker_id JOIN articles a ON a.id = r.article_id
		WHERE r.by_id = (SELECT id FROM nodes WHERE CASE kind WHEN 'ORGANIZATION' THEN 'COUNTRY' ELSE kind END = 'COUNTRY' AND key = ?1)
		AND r.with_id = (SELECT id FROM nodes WHERE CASE kind WHEN 'ORGANIZATION' THEN 'COUNTRY' ELSE kind END = 'COUNTRY' AND key = ?2)
		ORDER BY r.said_on DESC, r.id DESC LIMIT 50`
	// The article itself, then its raises, then its nodes.
	wholeArticle = `SELECT 0, title, text, published, source, NULL, NULL, NULL FROM articles WHERE external_id = ?1
		UNION ALL
		SELECT * FROM (SELECT 1, r.quote, b.key, b.name, w.key, w.name, i.key, i.name
			FROM raises r JOIN nodes b ON b.id = r.by_id JOIN nodes w ON w.id = r.with_id JOIN nodes i ON i.id = r.issue_id
			WHERE r.article_id = (SELECT id FROM articles WHERE external_id = ?1) ORDER BY r.said_on DESC, r.id DESC LIMIT 50)
		UNION ALL
		SELECT * FROM (SELECT CASE n.kind WHEN 'COUNTRY' THEN 2 WHEN 'ORGANIZATION' THEN 3 ELSE 4 END, n.key, n.name, NULL, NULL, NULL, NULL, NULL
			FROM article_nodes x JOIN nodes n ON n.id = x.node_id
			WHERE x.article_id = (SELECT id FROM articles WHERE external_id = ?1) AND n.kind <> 'LEADER' ORDER BY 1, n.key)`
)

// errNone says that there is no such article.
var errNone = errors.New("no such article")

// pool holds open connections, each with its statements prepared.
type pool chan map[string]*sqlite3.SQLiteStmt

// newPool opens the file at path. Statements and connections last as long as the program.
func newPool(path string) (pool, error) {
	size := max(4, 2*runtime.GOMAXPROCS(0))
	p := make(pool, size)
	for range size {
		opened, err := (&sqlite3.SQLiteDriver{}).Open("file:" + path + "?mode=ro&_query_only=1&_cache_size=-16384")
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", path, err)
		}
		conn := opened.(*sqlite3.SQLiteConn)
		if _, err := conn.ExecContext(context.Background(), "PRAGMA mmap_size = 1099511627776", nil); err != nil {
			return nil, err
		}
		statements := map[string]*sqlite3.SQLiteStmt{}
		for _, text := range []string{countRaises, readCounts, newestRaises, wholeArticle} {
			prepared, err := conn.Prepare(text)
			if err != nil {
				return nil, fmt.Errorf("prepare %.60s: %w", text, err)
			}
			statements[text] = prepared.(*sqlite3.SQLiteStmt)
		}
		p <- statements
	}
	return p, nil
}

// query hands each row of a statement to write, which appends to the answer.
func (p pool) query(text string, out []byte, write func([]byte, []driver.Value) []byte, arguments ...driver.Value) ([]byte, error) {
	statements := <-p
	defer func() { p <- statements }()
	rows, err := statements[text].Query(arguments)
	if err != nil {
		return nil, err
	}
	row := make([]driver.Value, len(rows.Columns()))
	for {
		if err := rows.Next(row); errors.Is(err, io.EOF) {
			return out, rows.Close()
		} else if err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		out = write(out, row)
	}
}

// newHandler answers GET /q1, /q2 (by, with) and /q3 (id) as Demarche answers the same in GraphQL.
// /q1 with counts=1 reads the table of counts.
func newHandler(p pool) http.Handler {
	mux := http.NewServeMux()
	for path, answer := range map[string]func(pool, *http.Request) ([]byte, error){"/q1": issues, "/q2": raises, "/q3": article} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			out, err := answer(p, r)
			switch {
			case errors.Is(err, errNone):
				http.Error(w, err.Error(), http.StatusNotFound)
			case err != nil:
				http.Error(w, err.Error(), http.StatusInternalServerError)
			default:
				w.Header().Set("Content-Type", "application/json; charset=utf-8")
				w.Header().Set("Content-Length", strconv.Itoa(len(out))) // else it would go out in chunks
				_, _ = w.Write(out)                                      // a client that went away is not told
			}
		})
	}
	return mux
}

func issues(p pool, r *http.Request) ([]byte, error) {
	values := r.URL.Query()
	text := countRaises
	if values.Get("counts") != "" {
		text = readCounts
	}
	out := append(make([]byte, 0, 16384), `{"data":{"issues":{"edges":[`...)
	comma := false
	out, err := p.query(text, out, func(out []byte, row []driver.Value) []byte {
		out = separate(out, &comma)
		out = appendValue(append(out, `{"raiseCount":`...), row[3])
		out = appendValue(append(out, `,"firstOn":`...), row[4])
		out = appendValue(append(out, `,"lastOn":`...), row[5])
		out = appendValue(append(out, `,"node":{"slug":`...), row[0])
		out = appendValue(append(out, `,"name":`...), row[1])
		out = appendValue(append(out, `,"area":`...), row[2])
		return append(out, "}}"...)
	}, values.Get("by"), values.Get("with"))
	return append(out, "]}}}\n"...), err
}

func raises(p pool, r *http.Request) ([]byte, error) {
	values := r.URL.Query()
	out := append(make([]byte, 0, 24576), `{"data":{"raises":{"nodes":[`...)
	comma := false
	out, err := p.query(newestRaises, out, func(out []byte, row []driver.Value) []byte {
		out = separate(out, &comma)
		out = appendValue(append(out, `{"quote":`...), row[0])
		out = appendValue(append(out, `,"on":`...), row[1])
		out = appendValue(append(out, `,"issue":{"slug":`...), row[2])
		out = appendValue(append(out, `,"name":`...), row[3])
		out = append(out, `},"speaker":`...)
		if row[4] == nil {
			out = append(out, "null"...)
		} else {
			out = append(appendValue(append(out, `{"name":`...), row[4]), '}')
		}
		out = appendValue(append(out, `,"article":{"title":`...), row[5])
		out = appendValue(append(out, `,"published":`...), row[6])
		return append(out, "}}"...)
	}, values.Get("by"), values.Get("with"))
	return append(out, "]}}}\n"...), err
}

func article(p pool, r *http.Request) ([]byte, error) {
	out := make([]byte, 0, 16384)
	found, comma, list := false, false, int64(0)
	lists := []string{`,"raises":{"nodes":[`, `]},"countries":[`, `],"organizations":[`, `],"issues":[`}
	// begin opens the lists up to the one of a row: those before it may be empty.
	begin := func(out []byte, kind int64) []byte {
		for ; list < kind; list++ {
			out, comma = append(out, lists[list]...), false
		}
		return out
	}
	out, err := p.query(wholeArticle, out, func(out []byte, row []driver.Value) []byte {
		kind := row[0].(int64)
		if kind == 0 {
			found = true
			out = appendValue(append(out, `{"data":{"article":{"title":`...), row[1])
			out = appendValue(append(out, `,"published":`...), row[3])
			out = appendValue(append(out, `,"source":`...), row[4])
			return appendValue(append(out, `,"text":`...), row[2])
		}
		out = separate(begin(out, kind), &comma)
		switch kind {
		case 1:
			out = appendValue(append(out, `{"quote":`...), row[1])
			out = appendPair(append(out, `,"by":{"code":`...), row[2], row[3])
			out = appendPair(append(out, `,"with":{"code":`...), row[4], row[5])
			out = appendPair(append(out, `,"issue":{"slug":`...), row[6], row[7])
			return append(out, '}')
		case 4:
			return appendPair(append(out, `{"slug":`...), row[1], row[2])
		default:
			return appendPair(append(out, `{"code":`...), row[1], row[2])
		}
	}, r.URL.Query().Get("id"))
	if err == nil && !found {
		err = errNone
	}
	return append(begin(out, int64(len(lists))), "]}}}\n"...), err
}

// separate writes a comma, but for the first time.
func separate(out []byte, comma *bool) []byte {
	if *comma {
		out = append(out, ',')
	}
	*comma = true
	return out
}

// appendPair ends an object that a key was written of: its value, and the name.
func appendPair(out []byte, key, name driver.Value) []byte {
	out = appendValue(append(appendValue(out, key), `,"name":`...), name)
	return append(out, '}')
}

func appendValue(out []byte, value driver.Value) []byte {
	switch value := value.(type) {
	case string:
		return appendText(out, value)
	case int64:
		return strconv.AppendInt(out, value, 10)
	default:
		return append(out, "null"...)
	}
}

// appendText appends a text as JSON. Stored texts are valid UTF-8.
func appendText(out []byte, text string) []byte {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	start := 0
	for i := range len(text) {
		b := text[i]
		if b >= ' ' && b != '"' && b != '\\' || b >= utf8.RuneSelf {
			continue
		}
		out = append(out, text[start:i]...)
		start = i + 1
		if short := bytes.IndexByte([]byte("\"\\\n\t\r"), b); short >= 0 {
			out = append(out, '\\', `"\ntr`[short])
		} else {
			out = append(out, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
		}
	}
	return append(append(out, text[start:]...), '"')
}
