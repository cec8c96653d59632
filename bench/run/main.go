// Command run measures Demarche, the limit handler and the peers that are installed, one after another over the same
// graph: bench/README.md says how.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"demarche/bench"
)

// settings are what the flags say.
type settings struct {
	binary, data, peers string
	environment         []string // of Demarche alone
	only                []string // names of servers; nil for all
	raises              int
	sizes               []int
	rounds              int
	duration            time.Duration
	connections         int
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
		os.Exit(1)
	}
}

func parse(args []string) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.StringVar(&s.binary, "demarche", "./demarche", "`FILE` of the program that is measured")
	flags.StringVar(&s.data, "data", "bench/data", "`FOLDER` of the generated graphs, which are made where they are missing")
	flags.StringVar(&s.peers, "peers", "bench/peers", "`FOLDER` of the peers")
	flags.IntVar(&s.raises, "raises", 1_000_000, "size of the graph that all are measured on")
	flags.IntVar(&s.rounds, "rounds", 3, "how often each is measured")
	flags.DurationVar(&s.duration, "duration", 3*time.Second, "length of one measurement")
	flags.IntVar(&s.connections, "connections", 16, "connections that ask at once")
	sizes := flags.String("sizes", "", "further `SIZES` that Demarche is measured on, as 100000,10000000")
	environment := flags.String("env", "", "`VARIABLES` that Demarche runs with, as GOGC=400,GOMAXPROCS=2")
	only := flags.String("only", "", "`NAMES` of the servers to measure beside demarche and limit, as mercurius-1; \"none\" for no other")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 || s.raises < 1 || s.rounds < 1 || s.connections < 1 || s.duration < time.Second {
		return s, errors.New("wrong flags: -h lists them, -duration is at least 1s")
	}
	for _, text := range list(*sizes) {
		size, err := strconv.Atoi(text)
		if err != nil || size < 1 {
			return s, fmt.Errorf("-sizes: %q is no number of raises", text)
		}
		s.sizes = append(s.sizes, size)
	}
	s.environment, s.only = list(*environment), list(*only)
	return s, nil
}

func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

func run(ctx context.Context, args []string, stdout io.Writer) (err error) {
	s, err := parse(args)
	if err != nil {
		return err
	}
	if _, err := exec.LookPath("wrk"); err != nil {
		return errors.New("wrk is not installed: on Debian, `apt-get install wrk`")
	}
	path, err := graphFile(ctx, s, s.raises, stdout)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "demarche-bench-")
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, os.RemoveAll(work)) }()
	if err := os.Chmod(work, 0o755); err != nil { // PostgreSQL runs as another user
		return err
	}
	b := &starter{settings: s, work: work, log: stdout}
	defer b.stop()

	subject, err := inspect(ctx, path)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d raises, %d connections, %d rounds of %s\n", s.raises, s.connections, s.rounds, s.duration)
	for _, question := range append(subject.questions, subject.graph...) {
		fmt.Fprintf(stdout, "  %-4s %s; %d SQL statements\n", question.Name, question.About, subject.statements[question.Name])
	}
	servers, err := b.startAll(ctx, path)
	if err != nil {
		return err
	}
	if servers, err = agreeing(ctx, servers, subject.questions, stdout); err != nil {
		return err
	}
	var jobs []job
	for _, question := range subject.questions {
		for _, server := range servers {
			if server.answers(question) {
				jobs = append(jobs, job{server.name, question, server})
			}
		}
	}
	for _, question := range subject.graph {
		jobs = append(jobs, job{servers[0].name, question, servers[0]})
	}
	for _, size := range s.sizes {
		further, err := b.further(ctx, size)
		if err != nil {
			return err
		}
		jobs = append(jobs, further...)
	}
	results, err := measure(ctx, s, jobs, stdout)
	if err != nil {
		return err
	}
	return printTables(stdout, s, subject, servers, results)
}

// graphFile names the graph of that size and makes it where it is missing.
func graphFile(ctx context.Context, s settings, raises int, stdout io.Writer) (string, error) {
	path := filepath.Join(s.data, strconv.Itoa(raises)+".db")
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return path, err
	}
	if err := os.MkdirAll(s.data, 0o755); err != nil {
		return "", err
	}
	fmt.Fprintf(stdout, "making %s; a million raises take some minutes\n", path)
	// Under another name until it is whole.
	unfinished := path + ".part"
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(unfinished + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	if err := bench.Write(ctx, unfinished, bench.SizeOf(raises), 1); err != nil {
		return "", err
	}
	return path, os.Rename(unfinished, path)
}
