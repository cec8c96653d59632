// Command load asks a server of its own over a thousand connections while the program's load writes to the same file, and
// says whether anything was lost: requests without a whole answer, answers that are wrong, articles that are not there.
//
//	go run ./bench/load -demarche ./demarche
//
// It needs Linux, as it reads /proc, and sends nothing to any other address than the one that it starts the server on.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"text/tabwriter"
	"time"

	"demarche/bench"
)

// settings are what the flags say.
type settings struct {
	binary      string
	raises      int
	connections int
	duration    time.Duration
	batch       int
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) (err error) {
	var s settings
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	flags.StringVar(&s.binary, "demarche", "./demarche", "`FILE` of the program that is tried")
	flags.IntVar(&s.raises, "raises", 100_000, "size of the generated graph at the start")
	flags.IntVar(&s.connections, "connections", 1000, "connections that ask all the time")
	flags.DurationVar(&s.duration, "duration", 2*time.Minute, "how long they ask")
	flags.IntVar(&s.batch, "batch", 500, "articles of one run of the program's load")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 || s.raises < 1000 || s.connections < 1 || s.batch < 1 {
		return errors.New("wrong flags: -h lists them, -raises is at least 1000")
	}
	work, err := os.MkdirTemp("", "demarche-load-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	t := &trial{settings: s, database: filepath.Join(work, "graph.db"), batchFile: filepath.Join(work, "batch.jsonl"), outcomes: map[string]*outcome{}}
	if err := bench.Write(ctx, t.database, bench.SizeOf(s.raises), 1); err != nil {
		return err
	}
	t.server, err = bench.StartServer(ctx, s.binary, t.database, "--slow", "0", "--log-level", "warn")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.server.Stop()) }()
	return t.run(ctx, stdout)
}

// trial is one run.
type trial struct {
	settings
	database, batchFile string
	server              *bench.Process

	loads, stored int
	memory        int64 // bytes at most

	mutex    sync.Mutex
	outcomes map[string]*outcome // by question
}

// outcome is what became of the requests of one question.
type outcome struct {
	took    []time.Duration
	refused map[string]int // documented refusals, by their code
}

func (t *trial) run(ctx context.Context, stdout io.Writer) error {
	before, err := t.articles(ctx)
	if err != nil {
		return err
	}
	asking, stop := context.WithTimeout(ctx, t.duration)
	defer stop()
	failures := make(chan error, t.connections+2)
	var group sync.WaitGroup
	for number := range t.connections {
		group.Go(func() { failures <- t.client(asking, rand.New(rand.NewPCG(1, uint64(number)))) })
	}
	group.Go(func() { failures <- t.load(asking) })
	group.Go(func() { failures <- t.watch(asking) })
	group.Wait()
	close(failures)
	for failure := range failures {
		err = errors.Join(err, failure)
	}
	if err != nil || ctx.Err() != nil {
		return errors.Join(err, ctx.Err())
	}
	after, err := t.articles(ctx)
	if err != nil {
		return err
	}
	if after != before+t.stored {
		return fmt.Errorf("the server tells of %d articles, want %d and the %d that were loaded", after, before, t.stored)
	}
	return t.print(stdout)
}

func (t *trial) print(stdout io.Writer) error {
	fmt.Fprintf(stdout, "%d connections for %s; %d loads of %d articles meanwhile, all there; RssAnon at most %d MB\n",
		t.connections, t.duration, t.loads, t.batch, t.memory/1e6)
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "question\tanswers\tanswers/s\tp50 ms\tp99 ms\tmost ms\trefused\t")
	names := slices.Sorted(func(yield func(string) bool) {
		for name := range t.outcomes {
			if !yield(name) {
				return
			}
		}
	})
	for _, name := range names {
		o := t.outcomes[name]
		slices.Sort(o.took)
		at := func(share float64) int64 { return o.took[int(share*float64(len(o.took)-1))].Milliseconds() }
		fmt.Fprintf(table, "%s\t%d\t%.0f\t%d\t%d\t%d\t%v\t\n", name, len(o.took), float64(len(o.took))/t.duration.Seconds(), at(0.5), at(0.99), at(1), o.refused)
	}
	return table.Flush()
}

// parties are those that questions are about.
var parties = strings.Fields("US CN RU EU UA JP IL IR GB DE FR KR IN KP NATO UN TR SA CA AU")

// client asks one question after another over a connection of its own, each of another pair or article.
func (t *trial) client(ctx context.Context, random *rand.Rand) error {
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
	defer client.CloseIdleConnections()
	for ctx.Err() == nil {
		question := bench.Questions(bench.ArticleID(random.IntN(t.raises / 10)))[random.IntN(3)]
		if question.Name != "Q3" {
			by := random.IntN(len(parties))
			question.Variables = map[string]any{"by": parties[by], "with": parties[(by+1+random.IntN(len(parties)-1))%len(parties)]}
		}
		begun := time.Now()
		code, err := t.ask(ctx, client, question.Query, question.Variables, nil)
		if ctx.Err() != nil {
			return nil // stopped on the way
		}
		if err != nil {
			return fmt.Errorf("%s: %w", question.Name, err)
		}
		t.note(question.Name, code, time.Since(begun))
	}
	return nil
}

func (t *trial) note(question, code string, took time.Duration) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	o := t.outcomes[question]
	if o == nil {
		o = &outcome{refused: map[string]int{}}
		t.outcomes[question] = o
	}
	if code != "" {
		o.refused[code]++
		return
	}
	o.took = append(o.took, took)
}

// ask asks once and decodes the data, which must be whole; code is that of a documented refusal.
func (t *trial) ask(ctx context.Context, client *http.Client, query string, variables map[string]any, into any) (code string, err error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.server.Base+"/graphql", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	var answer struct {
		Data   json.RawMessage
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return "", fmt.Errorf("%s: %w: %.200s", response.Status, err, text)
	}
	switch {
	case len(answer.Errors) > 0 && slices.Contains([]string{"BUSY", "RATE_LIMITED", "TIMEOUT"}, answer.Errors[0].Extensions.Code):
		return answer.Errors[0].Extensions.Code, nil
	case len(answer.Errors) > 0 || response.StatusCode != http.StatusOK:
		return "", fmt.Errorf("%s: %.500s", response.Status, text)
	case into != nil:
		return "", json.Unmarshal(answer.Data, into)
	}
	return "", nil
}

// articles is how many the server tells of.
func (t *trial) articles(ctx context.Context) (int, error) {
	var data struct{ Dataset struct{ ArticleCount int } }
	code, err := t.ask(ctx, http.DefaultClient, "{ dataset { articleCount } }", nil, &data)
	if code != "" {
		err = fmt.Errorf("refused with %s", code)
	}
	return data.Dataset.ArticleCount, err
}

// load runs the program's load with ever new articles.
func (t *trial) load(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := t.writeBatch(); err != nil {
			return err
		}
		// A run that has begun is carried through.
		command := exec.CommandContext(context.WithoutCancel(ctx), t.binary, "load", t.batchFile, "--db", t.database, "--json")
		var problems bytes.Buffer
		command.Stderr = &problems
		out, err := command.Output()
		if err != nil {
			return fmt.Errorf("demarche load: %w: %s", err, problems.String())
		}
		var summary struct{ Loaded int }
		if err := json.Unmarshal(out, &summary); err != nil || summary.Loaded != t.batch {
			return fmt.Errorf("demarche load: got %s and %w, want %d loaded", out, err, t.batch)
		}
		t.loads++
		t.stored += summary.Loaded
	}
	return nil
}

// writeBatch writes the records of the next load: what leaders say who meet, each with a number of its own.
func (t *trial) writeBatch() error {
	file, err := os.Create(t.batchFile)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(file)
	encoder := json.NewEncoder(out)
	for i := range t.batch {
		number := t.loads*t.batch + i
		err = errors.Join(err, encoder.Encode(map[string]string{
			"id": fmt.Sprintf("live/%d", number), "title": fmt.Sprintf("Ministers meet, report %d", number), "published": "2025-06-01",
			"text": fmt.Sprintf("Japan urged China on Monday to drop its tariffs on %d kinds of goods. In meeting %d the United States accused Russia of cyber attacks.", number, number),
		}))
	}
	return errors.Join(err, out.Flush(), file.Close())
}

// watch looks at the server's memory.
func (t *trial) watch(ctx context.Context) error {
	for ctx.Err() == nil {
		held, err := t.server.Memory()
		if err != nil {
			return err
		}
		t.memory = max(t.memory, held)
		time.Sleep(100 * time.Millisecond)
	}
	return nil
}
