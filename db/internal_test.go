package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func mustOpen(t *testing.T, path string) *conn {
	t.Helper()
	c, err := openWriting(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func mustExec(t *testing.T, c *conn, sql string) {
	t.Helper()
	if _, err := c.ExecContext(context.Background(), sql, nil); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// TestOpenRefuses: a file that cannot be used is named in one sentence that says what to do.
func TestOpenRefuses(t *testing.T) {
	ctx, folder := context.Background(), t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	database := func(name, sql string) string {
		path := filepath.Join(folder, name)
		mustExec(t, mustOpen(t, path), sql)
		return path
	}
	text := file("notes.txt", strings.Repeat("These are notes and no database. ", 50))
	other := database("other.db", "PRAGMA application_id = 7")
	old := database("old #1?.db", "PRAGMA user_version = 0")
	newer := database("newer.db", "PRAGMA user_version = 9")
	bare := filepath.Join(folder, "bare.db")
	c, err := openConn(bare, "mode=rwc")
	if err != nil {
		t.Fatal(err)
	}
	mustExec(t, c, fmt.Sprintf("CREATE TABLE raises (id); PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, SchemaVersion))
	if err := c.close(); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(folder, "missing.db")
	for _, test := range []struct{ path, want string }{
		{bare, "bare.db says that it has schema 2, but has no table meta: restore a back-up, or load"},
		{text, "notes.txt is no Demarche database"},
		{other, "other.db is no Demarche database"},
		{old, "has schema 0, this program reads 2: run `demarche upgrade --db " + old + "`"},
		{newer, "has schema 9, this program reads 2: use the newer demarche"},
		{folder, "is a folder"},
	} {
		for name, open := range map[string]func() error{
			"reader": func() error { _, err := OpenReader(ctx, test.path); return err },
			"writer": func() error { _, err := OpenWriter(ctx, test.path); return err },
			"check":  func() error { _, err := Check(ctx, test.path); return err },
		} {
			err := open()
			var invalid *Invalid
			if !errors.As(err, &invalid) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s of %s: got %v, want Invalid with %q", name, filepath.Base(test.path), err, test.want)
			}
		}
	}
	var notFound *NotFound
	if _, err := OpenReader(ctx, missing); !errors.As(err, &notFound) || !strings.Contains(err.Error(), "demarche load") {
		t.Errorf("reader of a missing file: got %v, want NotFound", err)
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("looking for a file created it")
	}
}

func TestUpgrade(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "graph.db")
	mustExec(t, mustOpen(t, path), "INSERT INTO sources (folded, name) VALUES ('ap', 'AP')")
	if from, to, err := Upgrade(ctx, path); from != SchemaVersion || to != SchemaVersion || err != nil {
		t.Errorf("up to date: got %d, %d, %v", from, to, err)
	}
	step := func(sql string) migration {
		return func(ctx context.Context, c *conn) error {
			_, err := c.exec(ctx, sql)
			return err
		}
	}
	const now, next = SchemaVersion, SchemaVersion + 2
	broken := map[int64]migration{now: step("ALTER TABLE sources ADD COLUMN url TEXT"), now + 1: step("SELECT nothing")}
	if _, _, err := upgrade(ctx, path, next, broken); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("from schema %d", now+1)) {
		t.Errorf("broken step: got %v", err)
	}
	if _, _, err := upgrade(ctx, path, next, map[int64]migration{}); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("no way leads to %d", next)) {
		t.Errorf("no step: got %v", err)
	}
	// The broken upgrade left nothing behind, so that the good one can do the same again.
	good := map[int64]migration{now: broken[now], now + 1: step("UPDATE sources SET url = 'https://ap.org'")}
	if from, to, err := upgrade(ctx, path, next, good); from != now || to != next || err != nil {
		t.Fatalf("two steps: got %d, %d, %v", from, to, err)
	}
	if _, _, err := upgrade(ctx, path, now+1, good); err == nil {
		t.Error("a newer schema was taken")
	}
	c, err := openConn(path, "mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	if got, err := c.one(ctx, "SELECT url FROM sources WHERE name = 'AP'"); got != "https://ap.org" || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestUpgradeOfSomethingElse: a file that only says it has schema 1 is left as it is, and named without any SQL.
func TestUpgradeOfSomethingElse(t *testing.T) {
	ctx := context.Background()
	for _, test := range []struct{ holds, want string }{
		{"CREATE TABLE arrivals (x)", "its tables are not those of that schema (table arrivals already exists): restore a back-up"},
		{"CREATE TABLE raises (x)", "has no table meta: restore a back-up"},
	} {
		path := filepath.Join(t.TempDir(), "graph.db")
		c, err := openConn(path, "mode=rwc")
		if err != nil {
			t.Fatal(err)
		}
		mustExec(t, c, fmt.Sprintf("%s; PRAGMA application_id = %d; PRAGMA user_version = 1", test.holds, applicationID))
		var invalid *Invalid
		if _, _, err := Upgrade(ctx, path); !errors.As(err, &invalid) || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "CREATE") {
			t.Errorf("%s: got %v, want Invalid with %q and no SQL", test.holds, err, test.want)
		}
		if _, version, err := c.identity(ctx); version != 1 || err != nil {
			t.Errorf("%s: got schema %d, %v afterwards, want 1", test.holds, version, err)
		}
		if err := c.close(); err != nil {
			t.Error(err)
		}
	}
}

// TestDamaged: whatever comes upon a damaged page says so, and what can be done.
func TestDamaged(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "graph.db")
	w := mustWriter(t, path)
	if _, err := w.PutArticles(ctx, []Article{{ExternalID: "a", Text: "x"}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	for _, test := range []struct {
		name string
		from int
	}{{"the schema", page}, {"tables", 10 * page}} {
		damaged := slices.Clone(content)
		for i := test.from; i < len(damaged); i++ {
			damaged[i] = 0xa5
		}
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		read := func() error {
			r, err := OpenReader(ctx, path)
			if err != nil {
				return err
			}
			defer r.Close()
			_, _, err = r.StoredArticles(ctx, 0, 10)
			return err
		}
		write := func() error {
			w, err := OpenWriter(ctx, path)
			if err != nil {
				return err
			}
			defer w.Close()
			_, err = w.PutArticles(ctx, []Article{{ExternalID: "b", Text: "x"}})
			return err
		}
		for name, err := range map[string]error{"read": read(), "write": write()} {
			if err == nil || !strings.Contains(err.Error(), "graph.db is damaged: restore a back-up, or load the articles into a new file; `sqlite3 ") ||
				strings.Contains(err.Error(), "SELECT") || strings.Count(err.Error(), "is damaged") != 1 {
				t.Errorf("%s, damage in %s: got %v, want what to do, once and without SQL", name, test.name, err)
			}
		}
		if findings, err := Check(ctx, path); len(findings) == 0 && !isDamage(err) {
			t.Errorf("check, damage in %s: got %q, %v, want it found", test.name, findings, err)
		}
	}
}

// TestCheckBesideAWriter: a check waits for nobody, and nobody for it; what is not committed it does not see.
func TestCheckBesideAWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	other := mustOpen(t, path)
	mustExec(t, other, "INSERT INTO nodes (kind, key, name, aliases, description) VALUES ('ISSUE', 'fish', 'Fish', '', '')")
	mustExec(t, other, "BEGIN IMMEDIATE; DROP TRIGGER nodes_update; UPDATE nodes SET name = 'Cod'")
	if findings, err := Check(context.Background(), path); len(findings) > 0 || err != nil {
		t.Errorf("got %q, %v while another one writes, want nothing", findings, err)
	}
	mustExec(t, other, "COMMIT")
	findings, err := Check(context.Background(), path)
	if want := []string{"nodes_fts is not in step with its table"}; !slices.Equal(findings, want) || err != nil {
		t.Errorf("got %q, %v after the index was left behind, want %q", findings, err, want)
	}
}

// TestUpgradeFrom1: what the first schema lacks is added, word for word as new files have it.
func TestUpgradeFrom1(t *testing.T) {
	ctx := context.Background()
	folder := t.TempDir()
	old, made := filepath.Join(folder, "old.db"), filepath.Join(folder, "new.db")
	first, err := os.ReadFile("testdata/schema-1.sql")
	if err != nil {
		t.Fatal(err)
	}
	c, err := openConn(old, "mode=rwc")
	if err != nil {
		t.Fatal(err)
	}
	mustExec(t, c, string(first))
	mustExec(t, c, `INSERT INTO articles (id, external_id, story, is_foreign, fingerprint, signature, title, text) VALUES (7, 'a1', 7, 0, 'f', x'00', 'Notes', 'A text.')`)
	if err := c.close(); err != nil {
		t.Fatal(err)
	}
	mustExec(t, mustOpen(t, made), "SELECT 1")
	if from, to, err := Upgrade(ctx, old); from != 1 || to != SchemaVersion || err != nil {
		t.Fatalf("got %d, %d, %v, want 1, %d", from, to, err, SchemaVersion)
	}
	tables := func(path string) (found []string) {
		c, err := openConn(path, "mode=ro")
		if err != nil {
			t.Fatal(err)
		}
		defer c.close()
		err = c.query(ctx, "SELECT type, name, coalesce(sql, '') FROM sqlite_schema ORDER BY 1, 2", nil, func(row []driver.Value) error {
			found = append(found, fmt.Sprintf("%s %s %s", row[0], row[1], row[2]))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if got, want := tables(old), tables(made); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if text, err := mustOpen(t, old).one(ctx, "SELECT text FROM articles WHERE external_id = 'a1'"); text != "A text." || err != nil {
		t.Errorf("got text %v, %v, want it kept", text, err)
	}
}

// TestSchema: the SQLite that Debian brings opens the file as it is, and reads every table and view of it.
func TestSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	mustExec(t, mustOpen(t, path), "SELECT 1")
	for _, description := range Describe() {
		out, err := exec.Command("sqlite3", "-readonly", path, "SELECT count(*) FROM (SELECT * FROM "+description.Name+")").CombinedOutput()
		if errors.Is(err, exec.ErrNotFound) {
			t.Skip("sqlite3 is not installed")
		}
		if err != nil {
			t.Errorf("sqlite3: %s: %v: %s", description.Name, err, out)
		}
	}
}

func TestFoldAndStory(t *testing.T) {
	for _, test := range []struct {
		a, b string
		same bool
	}{
		{"Reuters", " REUTERS\n", true},
		{"Straße", "STRASSE", false}, // simple folding only
		{"ΣΊΣΥΦΟΣ", "σίσυφος", true},
		{"AP", "AFP", false},
	} {
		if got := fold(test.a) == fold(test.b); got != test.same {
			t.Errorf("fold(%q) and fold(%q): got equal %v, want %v", test.a, test.b, got, test.same)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"japan", "japan", 0}, {"jpan", "japan", 1}, {"japna", "japan", 1}, {"chnia", "china", 1}, {"abc", "xyz", 3}, {"a", "abcdef", 4}} {
		if got := newMeasure(test.a, 3).distance(test.b); got != test.want {
			t.Errorf("distance(%q, %q): got %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

func FuzzParseID(f *testing.F) {
	for _, id := range []GlobalID{
		{Kind: CountryNode, Key: "JP"}, {Kind: ArticleNode, Article: 77}, {Kind: RaiseNode, Article: 1, By: "JP", With: "US", Issue: "tariffs"},
	} {
		f.Add(id.String())
	}
	f.Add("UmFpc2U6")
	f.Fuzz(func(t *testing.T, text string) {
		id, err := ParseID(text)
		if err != nil {
			return
		}
		again, err := ParseID(id.String())
		if err != nil || again != id {
			t.Errorf("%q: got %+v, then %+v, %v", text, id, again, err)
		}
	})
}

// TestCancelled: a statement stops when nobody waits for it any more, and its connection is good for the next.
func TestCancelled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	mustExec(t, mustOpen(t, path), "SELECT 1")
	reader, err := OpenReader(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	endless := func(v *View, ctx context.Context) error {
		_, err := v.rows(ctx, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n", nil)
		return err
	}
	for range 2 * reader.size { // each connection more than once
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
		start := time.Now()
		err := reader.View(ctx, func(v *View) error { return endless(v, ctx) })
		if err == nil || time.Since(start) > 5*time.Second {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
		cancel()
	}
	for range 2 * reader.size {
		func() {
			defer func() { _ = recover() }()
			_ = reader.View(context.Background(), func(*View) error { panic("a bug") })
		}()
		if err := reader.Ping(context.Background()); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	}
}

// TestNoSuggestionForLongNames: to compare a long text with every name would keep the server busy.
func TestNoSuggestionForLongNames(t *testing.T) {
	names := map[string]bool{strings.Repeat("x", maxMisspelt+1): true}
	show := func(name string, _ bool) string { return name }
	if got := suggest(strings.Repeat("x", maxMisspelt+2), names, show, "ask otherwise"); got != "ask otherwise" {
		t.Errorf("got %q, want no suggestion", got)
	}
	if got := suggest(strings.Repeat("x", maxMisspelt), names, show, "ask otherwise"); !strings.Contains(got, "did you mean") {
		t.Errorf("got %q, want a suggestion", got)
	}
}

// TestFarNames: what tells quickly that names are far from each other never says so of near ones.
func TestFarNames(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	letters := []rune("abcdefgh üéß-İ")
	for range 20_000 {
		asked := make([]rune, 1+random.IntN(12))
		for i := range asked {
			asked[i] = letters[random.IntN(len(letters))]
		}
		name := slices.Clone(asked)
		bound := 1 + random.IntN(4)
		for range bound {
			at := random.IntN(len(name))
			switch random.IntN(3) {
			case 0:
				name[at] = letters[random.IntN(len(letters))]
			case 1:
				name = slices.Insert(name, at, letters[random.IntN(len(letters))])
			case 2:
				if len(name) > 1 {
					name = slices.Delete(name, at, at+1)
				}
			}
		}
		if got := newMeasure(string(asked), bound).distance(string(name)); got > bound {
			t.Fatalf("from %q to %q: got %d, want at most the %d changes that were made", string(asked), string(name), got, bound)
		}
	}
}
