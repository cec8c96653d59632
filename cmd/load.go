package cmd

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"demarche/db"
	"demarche/loader"
	"demarche/seeds"
)

func newLoadCommand(s *settings) *cobra.Command {
	var options loadOptions
	cmd := &cobra.Command{
		Use:   "load PATH…",
		Short: "Read articles into the graph",
		Long: "Load reads files, folders and standard input (-), finds who raises which issue with whom, and stores it in the file\n" +
			"of the graph, which it creates where there is none. It takes .txt, .md, .html, .jsonl, .json (an array of records or a JSON\n" +
			"Feed), .csv with a header, and RSS and Atom feeds (.xml, .rss, .atom), also gzipped (.gz) or in a .zip; addresses (https://…)\n" +
			"are asked for; on standard input a first { means JSONL, anything else is one plain text.\n\n" +
			"A record has title and text, and optionally id, summary, published, source, url and language. An article that was\n" +
			"loaded before is replaced if it has changed and passed over if not, so that loading again is cheap. What is refused is named on\n" +
			"stderr with its reason, the rest is loaded, and the exit code is 3. A date that cannot be read, or lies in the future, is left out\n" +
			"with a warning.",
		Example: "  demarche load news/ archive.jsonl.gz --db news.db\n" +
			"  zcat more.jsonl.gz | demarche load - --id-prefix more: --json\n" +
			"  demarche load --watch news/ --every 15m https://example.org/feed.xml --db news.db",
		Args: arguments(1, -1, "PATH: a file, a folder, an address, or - for standard input"),
		RunE: func(cmd *cobra.Command, paths []string) error {
			if err := options.verify(); err != nil {
				return err
			}
			options.quiet = s.quiet
			pass := func(paths []string, w *watch) error {
				return load(cmd.Context(), s.database, paths, w, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr(), options)
			}
			if options.followed() {
				return follow(cmd.Context(), paths, options, cmd.ErrOrStderr(), pass)
			}
			return pass(paths, nil)
		},
	}
	flags := cmd.Flags()
	options.addFlags(flags)
	flags.StringVar(&options.idPrefix, "id-prefix", "", "text put before every article's id, to keep collections apart")
	options.maxRecord = loader.DefaultMaxRecord
	flags.Var(&options.maxRecord, "max-record", "size past which a record is refused: bytes, or with kB, MB, GB (of 1000) or KiB, MiB, GiB (of 1024)")
	flags.BoolVar(&options.watch, "watch", false, "keep loading what is new or changes in the folders and files, until stopped")
	flags.DurationVar(&options.every, "every", 0, "keep asking for the addresses at this `interval` (15m, 1h), until stopped")
	flags.StringVar(&options.rejects, "rejects", "", "`FILE` to which what is refused is written, a JSON object a line: place, reason, and record where it is one")
	return cmd
}

// loadOptions are the flags of commands that extract.
type loadOptions struct {
	json      bool
	workers   int
	seeds     string
	idPrefix  string
	maxRecord size
	rejects   string
	quiet     bool // of the settings
	watch     bool
	every     time.Duration
}

// addFlags adds those that not only load has.
func (o *loadOptions) addFlags(flags *pflag.FlagSet) {
	flags.BoolVar(&o.json, "json", false, "print the summary as one JSON object")
	flags.IntVar(&o.workers, "workers", 0, "articles extracted at the same time (default one a core)")
	flags.StringVar(&o.seeds, "seeds", "", "`DIR` with tables of your own, to be laid over those of the program")
}

func (o *loadOptions) verify() error {
	if o.every != 0 && o.every < time.Second {
		return usagef("--every %v: want a second or more, such as 15m", o.every)
	}
	if o.workers < 0 {
		return usagef("--workers %d: want 1 or more, or 0 for one a core", o.workers)
	}
	return nil
}

func (o *loadOptions) tables() (*seeds.Seeds, error) { return tablesWith(o.seeds) }

// load loads paths once; with a watch, those files alone that it takes.
func load(ctx context.Context, database string, paths []string, w *watch, stdin io.Reader, stdout, stderr io.Writer, options loadOptions) (err error) {
	bar := newLoadBar(stderr, options.quiet)
	defer bar.close()
	// Before the database is touched: a wrong path should leave no empty file behind.
	read := loader.ReadOptions{
		IDPrefix: options.idPrefix, MaxRecord: int(options.maxRecord),
		Latest:   time.Now().UTC().AddDate(0, 0, 1).Format(time.DateOnly), // the next day has begun in the Pacific
		Progress: bar.read, Note: bar.print,
	}
	if options.quiet {
		read.Note = nil
	}
	taken := 0
	if w != nil {
		taken, read.Only = w.taken, w.take
		if !w.first {
			read.Note = nil // it has been said
		}
	}
	articles, err := loader.Read(ctx, paths, stdin, read)
	if err != nil {
		return err
	}
	if w != nil && w.taken == taken {
		return nil
	}
	tables, err := options.tables()
	if err != nil {
		return err
	}
	return options.report("load", database, bar, stdout, stderr, func(run loader.Options) (summary loader.Summary, err error) {
		refused := 0
		if _, err := os.Stat(database); errors.Is(err, fs.ErrNotExist) {
			// The file comes with its first article: without any it would hide the sample from serve.
			if articles, refused, err = fromFirst(ctx, loader.Draw(ctx, articles), run.Reject); err != nil {
				return loader.Summary{Read: refused, Rejected: refused}, err
			}
			if articles == nil && refused == 0 {
				return loader.Summary{}, fmt.Errorf("no article in %s: %s was not created", strings.Join(paths, ", "), database)
			}
			if articles == nil {
				bar.print("nothing could be loaded: " + database + " was not created")
				return loader.Summary{Read: refused, Rejected: refused}, nil
			}
		}
		writer, err := db.OpenWriter(ctx, database)
		if err != nil {
			return summary, err
		}
		defer func() { err = errors.Join(err, writer.Close()) }()
		if !options.quiet {
			writer.OnWait(bar.print)
		}
		summary, err = loader.Load(ctx, writer, tables, articles, run)
		summary.Read += refused
		summary.Rejected += refused
		return summary, err
	})
}

// fromFirst goes on to the first article, and returns a sequence that begins with it, nil where there is none. What is
// refused before it is counted, and told to reject.
func fromFirst(ctx context.Context, drawn <-chan loader.Drawn, reject func(loader.Reject)) (iter.Seq2[loader.Article, error], int, error) {
	for refused := 0; ; refused++ {
		var first loader.Drawn
		select {
		case d, more := <-drawn:
			if !more {
				return nil, refused, nil
			}
			first = d
		case <-ctx.Done():
			return nil, refused, ctx.Err()
		}
		var rejected *loader.Reject
		switch {
		case errors.As(first.Err, &rejected):
			reject(*rejected)
			continue
		case first.Err != nil:
			return nil, refused, first.Err
		}
		return func(yield func(loader.Article, error) bool) {
			if !yield(first.Article, nil) {
				return
			}
			for d := range drawn {
				if !yield(d.Article, d.Err) {
					return
				}
			}
		}, refused, nil
	}
}

// report runs a load and says on stderr what was refused, and on stdout what became of the rest.
func (o *loadOptions) report(what, database string, bar *loadBar, stdout, stderr io.Writer, run func(loader.Options) (loader.Summary, error)) (err error) {
	keep := func(loader.Reject) error { return nil }
	if o.rejects != "" {
		file, failure := os.Create(o.rejects)
		if failure != nil {
			return fmt.Errorf("--rejects: %w", failure)
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		lines := json.NewEncoder(file)
		lines.SetEscapeHTML(false)
		keep = func(reject loader.Reject) error { return lines.Encode(reject) }
	}
	var kept error
	warnings := 0
	summary, err := run(loader.Options{
		Workers: o.workers, Stored: bar.stored,
		Warn: func(line string) {
			if warnings++; warnings <= mostWarnings && !o.quiet {
				bar.print(line)
			}
		},
		Reject: func(reject loader.Reject) {
			bar.print(reject.Error())
			kept = cmp.Or(kept, keep(reject))
		},
	})
	bar.close()
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: interrupted after %d new and %d changed articles, which stay: run it again for the rest", what, summary.Loaded, summary.Changed)
	}
	if err != nil {
		return err
	}
	if kept != nil {
		return fmt.Errorf("--rejects: %w", kept)
	}

	if summary.Foreign > 0 && !o.quiet {
		fmt.Fprintf(stderr, "%s not in English: stored and searchable, without raises\n", count(summary.Foreign, "article"))
	}
	if warnings > mostWarnings && !o.quiet {
		fmt.Fprintf(stderr, "%s in all: the first %d stand above\n", count(warnings, "warning"), mostWarnings)
	}
	switch {
	case o.json:
		if err := json.NewEncoder(stdout).Encode(summary); err != nil {
			return fmt.Errorf("print the summary: %w", err)
		}
	case !o.quiet:
		if _, err := fmt.Fprintf(stdout, "%d read: %d loaded, %d changed, %d unchanged, %d rejected; %s stored in %s\n",
			summary.Read, summary.Loaded, summary.Changed, summary.Unchanged, summary.Rejected, count(summary.Raises, "raise"), database); err != nil {
			return fmt.Errorf("print the summary: %w", err)
		}
	}
	if summary.Rejected > 0 {
		return errRejected
	}
	return nil
}

// mostWarnings is how many warnings a run prints; often many are of one kind.
const mostWarnings = 10

// size is a number of bytes as a flag: "1000000", "16MB" (16,000,000), "16MiB" (16,777,216).
type size int

var sizeUnits = []struct {
	suffix string
	bytes  int
}{{"KIB", 1 << 10}, {"MIB", 1 << 20}, {"GIB", 1 << 30}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}, {"", 1}}

// Set reads the flag.
func (s *size) Set(text string) error {
	text = strings.ToUpper(strings.ReplaceAll(text, " ", ""))
	for _, unit := range sizeUnits {
		digits, ok := strings.CutSuffix(text, unit.suffix)
		if !ok {
			continue
		}
		if number, err := strconv.Atoi(digits); err == nil && number > 0 && number <= math.MaxInt/2/unit.bytes {
			*s = size(number * unit.bytes)
			return nil
		}
	}
	return errors.New("want a size such as 16MiB, 500kB or 1000000")
}

// String writes the size with the largest unit that divides it.
func (s *size) String() string {
	switch n := int(*s); {
	case n > 0 && n%(1<<20) == 0:
		return fmt.Sprintf("%dMiB", n>>20)
	case n > 0 && n%(1<<10) == 0:
		return fmt.Sprintf("%dKiB", n>>10)
	}
	return strconv.Itoa(int(*s))
}

// Type names the kind of value in the help.
func (s *size) Type() string { return "size" }

// loadBar shows on a terminal how far a load has come: by bytes where the size of the input is known, else by articles.
// Where stderr is no terminal it prints lines and nothing else.
type loadBar struct {
	mutex    sync.Mutex
	stderr   io.Writer
	terminal bool
	closed   bool
	bar      *progressbar.ProgressBar // nil before the first progress
	bytes    bool                     // what the bar counts, else articles
	total    int64                    // articles that there are; 0 where that is not known
}

// newLoadBar shows nothing of how far the load has come if it is to be quiet.
func newLoadBar(stderr io.Writer, quiet bool) *loadBar {
	b := &loadBar{stderr: stderr}
	if file, ok := stderr.(*os.File); ok && !quiet {
		info, err := file.Stat()
		b.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return b
}

// read tells how many bytes of the input have been read; total is 0 where that cannot be known.
func (b *loadBar) read(done, total int64) {
	if total > 0 {
		// What is read is not yet stored: the last byte is left out, with which the bar would be done.
		b.set(min(done, total-1), total, true)
	}
}

// stored tells how far the articles of an input without a size have come.
func (b *loadBar) stored(sum loader.Summary) {
	total := int64(-1)
	if b.total > 0 {
		total = b.total
	}
	b.set(int64(sum.Read), total, false)
}

func (b *loadBar) set(done, total int64, bytes bool) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if !b.terminal || b.closed {
		return
	}
	if b.bar == nil {
		shown := []progressbar.Option{
			progressbar.OptionSetWriter(b.stderr), progressbar.OptionSetDescription("load"),
			progressbar.OptionShowCount(), progressbar.OptionThrottle(100 * time.Millisecond),
		}
		if bytes {
			shown = append(shown, progressbar.OptionShowBytes(true))
		} else {
			shown = append(shown, progressbar.OptionShowIts(), progressbar.OptionSetItsString("articles"))
		}
		b.bar, b.bytes = progressbar.NewOptions64(total, shown...), bytes
	}
	if b.bytes == bytes {
		b.bar.Set64(done)
	}
}

// print writes a line without leaving pieces of the bar in it.
func (b *loadBar) print(line string) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.bar != nil && !b.closed {
		b.bar.Clear()
	}
	fmt.Fprintln(b.stderr, line)
}

// close takes the bar off the screen for good.
func (b *loadBar) close() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.bar != nil && !b.closed {
		b.bar.Clear()
	}
	b.closed = true
}
