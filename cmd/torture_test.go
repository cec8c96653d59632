package cmd

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// torture is how much of the long trials is run: TORTURE=1 (make torture) runs all, else a taste.
func torture(taste, all int) int {
	if os.Getenv("TORTURE") != "" {
		return all
	}
	return taste
}

// demarche runs the program in a process of its own and gives its exit code.
func demarche(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	command := exec.Command("demarche", args...)
	command.Stdout, command.Stderr = &out, &errs
	err := command.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		t.Fatal(err)
	}
	return out.String(), errs.String(), code
}

func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	stdout, stderr, code := demarche(t, args...)
	if code != exitDone {
		t.Fatalf("demarche %s: got exit code %d, want 0\n%s%s", strings.Join(args, " "), code, stdout, stderr)
	}
	return stdout
}

// news are records with raises, near-copies, other languages and missing dates among them.
func news(count int) []string {
	parties := []string{"Norway", "Japan", "Canada", "India", "Brazil", "France", "Kenya", "Chile", "Poland", "Egypt"}
	issues := []string{"tariffs", "fishing quotas", "steel exports", "visas", "the border", "climate finance", "grain shipments"}
	random := rand.New(rand.NewPCG(3, 5))
	var before string
	records := make([]string, count)
	for i := range records {
		by := random.IntN(len(parties))
		with := (by + 1 + random.IntN(len(parties)-1)) % len(parties)
		issue := issues[random.IntN(len(issues))]
		text := fmt.Sprintf("%s urged %s on Monday to change its policy on %s. ", parties[by], parties[with], issue)
		for range 6 {
			text += fmt.Sprintf("Item %d of %d was put off until day %d. ", random.IntN(1000), random.IntN(1000), random.IntN(1000))
		}
		record := map[string]any{"id": "n" + strconv.Itoa(i), "title": fmt.Sprintf("%s and %s talk", parties[by], parties[with]), "source": fmt.Sprint("Paper ", i%7)}
		switch i % 10 {
		case 3, 4:
			text = strings.Replace(before, "on Monday", "on Tuesday", 1)
		case 7:
			text = "Der Minister hat am Montag mit dem Kollegen über die Zölle gesprochen und ist nicht zufrieden mit der Antwort, die er bekam. Nummer " + strconv.Itoa(i)
		}
		if i%11 != 0 {
			record["published"] = fmt.Sprintf("2025-%02d-%02d", 1+i%12, 1+i%28)
		}
		before = text
		record["text"] = text
		line, _ := json.Marshal(record)
		records[i] = string(line)
	}
	return records
}

func writeLines(t *testing.T, path string, lines []string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// dumpGraph writes out all tables of a file, ids of nodes and sources, which are its own, replaced by what they stand for.
func dumpGraph(t *testing.T, path string) string {
	t.Helper()
	file, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	const node = "(SELECT key FROM nodes WHERE id = %s)"
	named := func(columns ...string) string {
		for i, column := range columns {
			columns[i] = fmt.Sprintf(node, column)
		}
		return strings.Join(columns, ", ")
	}
	var out strings.Builder
	for _, query := range []string{
		"SELECT * FROM meta ORDER BY 1",
		"SELECT kind, key, name, aliases, description FROM nodes ORDER BY kind, key",
		"SELECT " + named("id") + ", alpha3, demonyms, capital, region FROM parties ORDER BY 1",
		"SELECT " + named("organization_id", "country_id") + " FROM memberships ORDER BY 1, 2",
		"SELECT " + named("leader_id", "party_id") + ", position, title, since, until FROM offices ORDER BY 1, 3",
		"SELECT folded, name FROM sources ORDER BY 1",
		`SELECT a.id, external_id, published, folded, story, copy_of_id, is_foreign, language, fingerprint, hex(signature), source, url, title, summary, text
			FROM articles a LEFT JOIN sources s ON s.id = source_id ORDER BY 1`,
		"SELECT key, article_id FROM story_keys ORDER BY 1, 2",
		"SELECT article_id, part, span_start, span_end, " + named("node_id") + " FROM mentions ORDER BY 1, 2, 3, 4, 5",
		"SELECT article_id, " + named("node_id") + ", published FROM article_nodes ORDER BY 1, 2",
		"SELECT r.id, article_id, " + named("by_id", "with_id", "issue_id", "speaker_id") + `, folded, story, said_on, confidence, act, modality, part, quote_start,
			quote_end, rule, quote, explanation FROM raises r LEFT JOIN sources s ON s.id = source_id ORDER BY 1`,
		"SELECT * FROM evidence ORDER BY 1, 2",
		"SELECT " + named("by_id", "with_id", "issue_id") + ", raise_count, story_count, article_count, source_count, issue_count, first_on, last_on FROM raise_counts ORDER BY 1, 2, 3",
		"SELECT " + named("speaker_id", "by_id", "with_id", "issue_id") + ", raise_count FROM speaker_counts ORDER BY 1, 2, 3, 4",
		"SELECT " + named("by_id", "with_id", "issue_id") + ", folded, raise_count FROM raise_sources JOIN sources s ON s.id = source_id ORDER BY 1, 2, 3, 4",
	} {
		rows, err := file.Query(query)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		columns, _ := rows.Columns()
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		for rows.Next() {
			if err := rows.Scan(values...); err != nil {
				t.Fatal(err)
			}
			for _, value := range values {
				fmt.Fprint(&out, *value.(*any), "|")
			}
			out.WriteByte('\n')
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// sameGraph reports the first line in which two dumps differ.
func sameGraph(t *testing.T, what, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(gotLines), len(wantLines)) {
		if gotLines[i] != wantLines[i] {
			t.Errorf("%s: got another graph; line %d is\n%.400s\nwant\n%.400s", what, i, gotLines[i], wantLines[i])
			return
		}
	}
	t.Errorf("%s: got a graph of %d lines, want %d", what, len(gotLines), len(wantLines))
}

// TestSameGraphHoweverLoaded: order, workers and the number of runs leave no trace.
func TestSameGraphHoweverLoaded(t *testing.T) {
	folder := t.TempDir()
	lines := news(torture(600, 3000))
	writeLines(t, filepath.Join(folder, "all.jsonl"), lines)
	first := filepath.Join(folder, "first.db")
	mustRun(t, "load", filepath.Join(folder, "all.jsonl"), "--db", first, "--workers", "1")
	want := dumpGraph(t, first)
	if !strings.Contains(want, "n4|") || strings.Count(want, "\n") < len(lines) {
		t.Fatalf("got a dump of %d lines: the articles are not in it", strings.Count(want, "\n"))
	}

	backwards := slices.Clone(lines)
	slices.Reverse(backwards)
	writeLines(t, filepath.Join(folder, "backwards.jsonl"), backwards)
	mustRun(t, "load", filepath.Join(folder, "backwards.jsonl"), "--db", filepath.Join(folder, "backwards.db"), "--workers", "16")
	sameGraph(t, "backwards, 16 workers", dumpGraph(t, filepath.Join(folder, "backwards.db")), want)

	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	runs := torture(8, 100)
	small := filepath.Join(folder, "small.db")
	for part := range slices.Chunk(lines, (len(lines)+runs-1)/runs) {
		writeLines(t, filepath.Join(folder, "part.jsonl"), part)
		mustRun(t, "load", filepath.Join(folder, "part.jsonl"), "--db", small)
	}
	sameGraph(t, fmt.Sprint(runs, " small runs, shuffled"), dumpGraph(t, small), want)
	mustRun(t, "remove", "n3", "n4", "n13", "n500", "--db", small)
	mustRun(t, "load", filepath.Join(folder, "all.jsonl"), "--db", small)
	sameGraph(t, "some removed and loaded again", dumpGraph(t, small), want)
	mustRun(t, "check", "--db", small)
}

// TestKilled: whatever the moment, the file is whole, what was reported as loaded is there, and running again completes it.
func TestKilled(t *testing.T) {
	folder := t.TempDir()
	lines := news(torture(5000, 12000))
	earlier, all := filepath.Join(folder, "earlier.jsonl"), filepath.Join(folder, "all.jsonl")
	writeLines(t, earlier, lines[:500])
	writeLines(t, all, lines)
	undisturbed := filepath.Join(folder, "undisturbed.db")
	start := time.Now()
	mustRun(t, "load", all, "--db", undisturbed)
	took := time.Since(start)
	want := dumpGraph(t, undisturbed)

	random := rand.New(rand.NewPCG(uint64(start.UnixNano()), 1))
	path := ""
	for kill := range torture(10, 200) {
		if kill%4 == 0 {
			path = filepath.Join(folder, fmt.Sprintf("killed%d.db", kill))
			mustRun(t, "load", earlier, "--db", path)
		}
		command := exec.Command("demarche", "load", all, "--db", path)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		moment := time.Duration(random.Int64N(int64(took)))
		time.Sleep(moment)
		command.Process.Kill()
		command.Wait()
		if stdout, stderr, code := demarche(t, "check", "--db", path); code != exitDone {
			t.Fatalf("killed after %v: check: got %s%s, want a sound file", moment, stdout, stderr)
		}
		var summary struct{ Unchanged, Loaded, Changed int }
		if kill%4 == 3 {
			if err := json.Unmarshal([]byte(mustRun(t, "load", all, "--db", path, "--json")), &summary); err != nil {
				t.Fatal(err)
			}
			if summary.Unchanged < 500 || summary.Changed != 0 || summary.Unchanged+summary.Loaded != len(lines) {
				t.Errorf("after %v: got %+v, want the 500 of the earlier run among those unchanged, and the rest loaded", moment, summary)
			}
			sameGraph(t, "run again after kills", dumpGraph(t, path), want)
		}
	}
}

// TestFullDisk: a load that runs out of space says so, leaves a whole file, and is completed when there is room.
func TestFullDisk(t *testing.T) {
	folder := t.TempDir()
	mount := filepath.Join(folder, "disk")
	if err := os.Mkdir(mount, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", mount, "tmpfs", 0, "size=12m"); err != nil {
		t.Skipf("no file system can be mounted here: %v", err)
	}
	defer func() {
		if err := syscall.Unmount(mount, 0); err != nil {
			t.Error(err)
		}
	}()
	all := filepath.Join(folder, "all.jsonl")
	writeLines(t, all, news(6000))
	undisturbed, path := filepath.Join(folder, "undisturbed.db"), filepath.Join(mount, "graph.db")
	mustRun(t, "load", all, "--db", undisturbed)
	_, stderr, code := demarche(t, "load", all, "--db", path)
	if code != exitFailed || !strings.Contains(stderr, "no space is left") {
		t.Errorf("full disk: got exit code %d and %q, want 1 and a word on the space", code, stderr)
	}
	remount := func(flags uintptr, options string) {
		t.Helper()
		if err := syscall.Mount("tmpfs", mount, "tmpfs", syscall.MS_REMOUNT|flags, options); err != nil {
			t.Fatal(err)
		}
	}
	remount(0, "size=200m")
	mustRun(t, "check", "--db", path)
	mustRun(t, "load", all, "--db", path)
	sameGraph(t, "loaded when there was room", dumpGraph(t, path), dumpGraph(t, undisturbed))

	remount(syscall.MS_RDONLY, "size=200m")
	_, stderr, code = demarche(t, "load", all, "--db", path)
	if code != exitFailed || !strings.Contains(stderr, "cannot be written to") {
		t.Errorf("read-only: got exit code %d and %q, want 1 and that it cannot be written to", code, stderr)
	}
	_, stderr, code = demarche(t, "upgrade", "--db", path)
	if code != exitFailed || !strings.Contains(stderr, "cannot be written to") {
		t.Errorf("upgrade, read-only: got exit code %d and %q, want 1 and that it cannot be written to", code, stderr)
	}
	mustRun(t, "export", "raises", "--db", path)
	mustRun(t, "check", "--db", path)
	remount(0, "size=200m")
	mustRun(t, "check", "--db", path)
}

// TestLongReader: a reader that holds a transaction keeps its view, and keeps nobody from loading.
func TestLongReader(t *testing.T) {
	folder := t.TempDir()
	lines := news(1500)
	path := filepath.Join(folder, "graph.db")
	writeLines(t, filepath.Join(folder, "a.jsonl"), lines[:500])
	writeLines(t, filepath.Join(folder, "all.jsonl"), lines)
	mustRun(t, "load", filepath.Join(folder, "a.jsonl"), "--db", path)
	file, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	tx, err := file.BeginTx(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	count := func() (n int) {
		t.Helper()
		if err := tx.QueryRow("SELECT count(*) FROM articles").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := count()
	mustRun(t, "load", filepath.Join(folder, "all.jsonl"), "--db", path)
	if got := count(); got != before {
		t.Errorf("the reader sees %d articles, want the %d of its transaction", got, before)
	}
	mustRun(t, "check", "--db", path)
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	undisturbed := filepath.Join(folder, "undisturbed.db")
	mustRun(t, "load", filepath.Join(folder, "all.jsonl"), "--db", undisturbed)
	sameGraph(t, "beside a reader", dumpGraph(t, path), dumpGraph(t, undisturbed))
}

// TestTwoLoaders: they take turns, and both get done.
func TestTwoLoaders(t *testing.T) {
	folder := t.TempDir()
	lines := news(3000)
	path := filepath.Join(folder, "graph.db")
	var commands []*exec.Cmd
	for i, part := range [][]string{lines[:1800], lines[1200:]} {
		name := filepath.Join(folder, fmt.Sprint(i, ".jsonl"))
		writeLines(t, name, part)
		command := exec.Command("demarche", "load", name, "--db", path)
		command.Stderr = os.Stderr
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		commands = append(commands, command)
	}
	for _, command := range commands {
		if err := command.Wait(); err != nil {
			t.Errorf("%v: got %v, want it to wait and get done", command.Args, err)
		}
	}
	mustRun(t, "check", "--db", path)
	writeLines(t, filepath.Join(folder, "all.jsonl"), lines)
	undisturbed := filepath.Join(folder, "undisturbed.db")
	mustRun(t, "load", filepath.Join(folder, "all.jsonl"), "--db", undisturbed)
	sameGraph(t, "two loaders", dumpGraph(t, path), dumpGraph(t, undisturbed))
}
