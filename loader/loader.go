// Package loader brings articles into the graph: read ▸ extract ▸ store.
//
// Read goes through files, folders and standard input and yields one Article after the other, cleaned and with
// its external id; what it refuses comes as a Reject with place and reason, and reading goes on. Load takes them
// in batches: an article whose fingerprint (all that came in, and the versions of extractor and seeds) stands
// in the database already is passed over, the others are extracted on all cores, and one writer stores each batch
// in one transaction, in the order of reading. So an interrupted run leaves a whole graph, and running it again
// does what is left.
//
// What goes on at the same time is bounded in articles and bytes; only the ids of the run are remembered, to find
// two different articles with one id. Each format has a file of its own (text.go, html.go, jsonl.go, json.go, csv.go, feed.go, zip.go), the rows of the database in store.go
// and catalog.go. What a text says is the business of package extract, how it is kept that of package db.
package loader

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"demarche/db"
	"demarche/loader/extract"
	"demarche/seeds"
)

// Options says how Load works. The zero value works with the defaults.
type Options struct {
	Workers int           // articles extracted at the same time; 0 means one a core
	Reject  func(Reject)  // if set, is told what was refused
	Warn    func(string)  // if set, is told in a line what was read otherwise than it may have been meant, of articles that are stored
	Stored  func(Summary) // if set, is told how far the run has come after each batch
}

// Summary counts what a run did. Read is the sum of the four that follow it.
type Summary struct {
	Read      int `json:"read"`
	Loaded    int `json:"loaded"`    // were not in the graph
	Changed   int `json:"changed"`   // were in it with other content, or extracted by another version
	Unchanged int `json:"unchanged"` // were in it, or came twice in the run
	Rejected  int `json:"rejected"`
	Raises    int `json:"raises"` // stored by this run

	Foreign int `json:"-"` // of those loaded or changed: in a language that is not extracted
}

// Extractor is what is asked of extract.Extractor; tests put simpler ones in its place.
type Extractor interface {
	Extract(extract.Article) extract.Result
}

// Load stores the catalog of the seeds and then the articles, as Read or Samples yields them. The Summary counts
// what is stored, also where an error ended the run.
func Load(ctx context.Context, w *db.Writer, s *seeds.Seeds, articles iter.Seq2[Article, error], options Options) (Summary, error) {
	x, err := extract.New(s)
	if err != nil {
		return Summary{}, fmt.Errorf("load: %w", err)
	}
	catalog := Catalog(s)
	if err := w.PutCatalog(ctx, catalog); err != nil {
		return Summary{}, fmt.Errorf("load: store the catalog: %w", err)
	}
	r := &run{
		writer: w, extractor: x, versions: catalog.ExtractorVersion + " " + catalog.SeedsVersion, options: options,
	}
	if err := r.load(ctx, articles); err != nil {
		return r.summary, fmt.Errorf("load: %w", err)
	}
	return r.summary, nil
}

// Reextract runs the present extractor with the present seeds over the texts that the file of the reader, which is also
// the writer's, holds. Articles that were read by these versions are left as they are; nothing else but what is found in
// articles changes. Where it ends early it has done some articles; running it again does the rest.
func Reextract(ctx context.Context, r *db.Reader, w *db.Writer, s *seeds.Seeds, options Options) (Summary, error) {
	summary, err := Load(ctx, w, s, stored(ctx, r), options)
	if err != nil {
		return summary, err
	}
	// Nodes that only the extractor before stood on go now.
	if err := w.PutCatalog(ctx, Catalog(s)); err != nil {
		return summary, fmt.Errorf("reextract: store the catalog: %w", err)
	}
	return summary, nil
}

// stored yields the articles of the graph as they came in.
func stored(ctx context.Context, r *db.Reader) iter.Seq2[Article, error] {
	return func(yield func(Article, error) bool) {
		for after := int64(0); ; {
			page, last, err := r.StoredArticles(ctx, after, batchArticles)
			if err != nil {
				yield(Article{}, err)
				return
			}
			for _, a := range page {
				if !yield(Article{
					ID: a.ExternalID, Title: a.Title, Summary: a.Summary, Text: a.Text, URL: a.URL, Source: a.Source,
					Published: a.Published, Language: a.Language, File: "stored",
				}, nil) {
					return
				}
			}
			if len(page) == 0 {
				return
			}
			after = last
		}
	}
}

// A batch is stored in one transaction. It is closed when it holds so many articles, or so many bytes of text.
const (
	batchArticles = 2000
	batchBytes    = 4 << 20
)

// ahead is how many batches may be extracted while one is stored; chunk is how many articles of one a worker takes
// at a time.
const (
	ahead = 3
	chunk = 32
)

// run is one call of Load.
type run struct {
	writer    *db.Writer
	extractor Extractor
	versions  string // of extractor and seeds
	options   Options
	summary   Summary
}

// item is an article on its way through the pipeline.
type item struct {
	article     Article
	fingerprint string
	row         db.Article
	failure     string // why it could not be extracted, or ""
}

// batch is a stretch of the input: items that are to be stored, and what else was read among them.
type batch struct {
	items   []item
	bytes   int
	again   int // articles that had come in this run before
	rejects []Reject
	err     error // what ended the input, after these

	missing   atomic.Int32  // chunks not extracted yet
	extracted chan struct{} // closed when none is missing
}

// job is a chunk of a batch.
type job struct {
	*batch
	items []item
}

// load runs the pipeline: one goroutine reads, some extract, this one asks and tells the database.
func (r *run) load(ctx context.Context, articles iter.Seq2[Article, error]) error {
	// What still runs when an error ends the load stops with this context; nothing waits for a reader that is
	// blocked on a terminal or pipe.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	read := make(chan *batch)
	go gather(ctx, articles, r.versions, read)
	jobs := make(chan job, (ahead+1)*(batchArticles/chunk+1))
	defer close(jobs)
	for range cmp.Or(max(r.options.Workers, 0), runtime.GOMAXPROCS(0)) {
		go func() {
			for j := range jobs {
				r.extract(ctx, j)
			}
		}()
	}

	var queue []*batch
	for read != nil || len(queue) > 0 {
		if err := ctx.Err(); err != nil { // else left to chance below
			return err
		}
		var next <-chan *batch
		if len(queue) <= ahead {
			next = read
		}
		var ready <-chan struct{}
		if len(queue) > 0 {
			ready = queue[0].extracted
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case b, open := <-next:
			if !open {
				read = nil
				continue
			}
			if err := r.dispatch(ctx, b, jobs); err != nil {
				return err
			}
			queue = append(queue, b)
		case <-ready:
			if err := r.store(ctx, queue[0]); err != nil {
				return err
			}
			queue = queue[1:]
		}
	}
	return nil
}

// gather reads articles into batches until they end or the context does. Articles that came before in this run are
// sorted out: the same one is counted, another one with the same id refused.
func gather(ctx context.Context, articles iter.Seq2[Article, error], versions string, out chan<- *batch) {
	defer close(out)
	seen := newSeen()
	b := &batch{extracted: make(chan struct{})}
	send := func() bool {
		select {
		case out <- b:
			b = &batch{extracted: make(chan struct{})}
			return true
		case <-ctx.Done():
			return false
		}
	}
	drawn := Draw(ctx, articles)
	var late <-chan time.Time // when what has been gathered must not wait for more
	for {
		var a Article
		var err error
		select {
		case d, more := <-drawn:
			if !more {
				send()
				return
			}
			a, err = d.Article, d.Err
		case <-late:
			late = nil
			if !send() {
				return
			}
			continue
		}
		if late == nil {
			late = time.After(longestWait)
		}
		var reject *Reject
		switch {
		case errors.As(err, &reject):
			b.rejects = append(b.rejects, *reject)
		case err != nil:
			b.err = err
			send()
			return
		default:
			content := contentHash(&a)
			before, same, again := seen.add(&a, content)
			switch {
			case same:
				b.again++
			case again:
				b.rejects = append(b.rejects, Reject{Place: a.Place(), Reason: fmt.Sprintf(
					"another article with the id %q stands at %s: give one of them another id, or load them apart with --id-prefix", a.ID, before)})
			default:
				b.items = append(b.items, item{article: a, fingerprint: fingerprint(content, versions)})
				b.bytes += len(a.Title) + len(a.Summary) + len(a.Text)
			}
		}
		if len(b.items)+len(b.rejects) >= batchArticles || b.bytes >= batchBytes {
			if late = nil; !send() {
				return
			}
		}
	}
}

// longestWait is how long an article is kept back for its batch to fill up, as it may come from a pipe that says little.
const longestWait = time.Second

// Drawn is what a sequence of articles yields.
type Drawn struct {
	Article Article
	Err     error
}

// Draw draws articles on a goroutine of its own, until the context ends, so that nobody need wait for a pipe or terminal on which
// nothing comes. The channel holds none back.
func Draw(ctx context.Context, articles iter.Seq2[Article, error]) <-chan Drawn {
	drawn := make(chan Drawn)
	go func() {
		defer close(drawn)
		for a, err := range articles {
			select {
			case drawn <- Drawn{a, err}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return drawn
}

// dispatch drops what the database holds already and hands the rest to the workers.
func (r *run) dispatch(ctx context.Context, b *batch, jobs chan<- job) error {
	ids := make([]string, len(b.items))
	for i := range b.items {
		ids[i] = b.items[i].article.ID
	}
	stored, err := r.writer.Fingerprints(ctx, ids)
	if err != nil {
		return err
	}
	before := len(b.items)
	b.items = slices.DeleteFunc(b.items, func(i item) bool { return stored[i.article.ID] == i.fingerprint })
	unchanged := before - len(b.items) + b.again
	r.summary.Unchanged += unchanged
	r.summary.Read += unchanged
	for _, reject := range b.rejects {
		r.reject(reject)
	}
	if len(b.items) == 0 {
		close(b.extracted)
		return nil
	}
	b.missing.Store(int32((len(b.items) + chunk - 1) / chunk))
	for items := range slices.Chunk(b.items, chunk) {
		jobs <- job{b, items}
	}
	return nil
}

func (r *run) reject(reject Reject) {
	r.summary.Read++
	r.summary.Rejected++
	if r.options.Reject != nil {
		r.options.Reject(reject)
	}
}

// extract completes the rows of a chunk.
func (r *run) extract(ctx context.Context, j job) {
	for i := range j.items {
		if ctx.Err() != nil {
			return // nobody waits for this batch any more
		}
		r.extractItem(&j.items[i])
	}
	if j.missing.Add(-1) == 0 {
		close(j.extracted)
	}
}

// extractItem completes one row. An article on which the extractor fails is refused by name rather than ending the
// run of a hundred thousand others.
func (r *run) extractItem(i *item) {
	defer func() {
		if failure := recover(); failure != nil {
			i.failure = fmt.Sprintf("the extractor failed on article %q (please report this): %v", i.article.ID, failure)
		}
	}()
	found, foreign := Extract(r.extractor, &i.article)
	i.row = row(&i.article, i.fingerprint, foreign, found)
	var invalid *db.Invalid
	if err := i.row.Prepare(); errors.As(err, &invalid) {
		i.failure = invalid.Message
	}
}

// Extract finds what an article holds. One in a language that is not extracted is foreign, and holds nothing.
func Extract(x Extractor, a *Article) (found extract.Result, foreign bool) {
	if !extract.English(a.Language, a.Title, a.Text) {
		return extract.Result{}, true
	}
	return x.Extract(extract.Article{Title: a.Title, Text: a.Text, Published: a.Published, Source: a.Source}), false
}

// store writes a batch and counts it.
func (r *run) store(ctx context.Context, b *batch) error {
	ready := b.items[:0]
	for _, item := range b.items {
		if item.failure != "" {
			r.reject(Reject{Place: item.article.Place(), Reason: item.failure})
			continue
		}
		ready = append(ready, item)
	}
	if err := r.put(ctx, ready); err != nil {
		return err
	}
	if r.options.Stored != nil {
		r.options.Stored(r.summary)
	}
	return b.err
}

// put stores items in one transaction. Where the database refuses one, which would be the extractor's fault, the halves are tried, until that one alone is left and refused.
func (r *run) put(ctx context.Context, items []item) error {
	if len(items) == 0 {
		return nil
	}
	rows := make([]db.Article, len(items))
	for i := range items {
		rows[i] = items[i].row
	}
	result, err := r.writer.PutArticles(ctx, rows)
	var invalid *db.Invalid
	switch {
	case errors.As(err, &invalid) && len(items) == 1:
		r.reject(Reject{Place: items[0].article.Place(), Reason: invalid.Message})
		return nil
	case invalid != nil:
		half := len(items) / 2
		if err := r.put(ctx, items[:half]); err != nil {
			return err
		}
		return r.put(ctx, items[half:])
	case err != nil:
		return err
	}
	r.summary.Read += len(rows)
	r.summary.Loaded += result.New
	r.summary.Changed += result.Changed
	r.summary.Raises += result.Raises
	for i := range items {
		if items[i].row.Foreign {
			r.summary.Foreign++
		}
		if r.options.Warn != nil {
			for line := range strings.Lines(items[i].article.Warnings) {
				r.options.Warn(strings.TrimSuffix(line, "\n"))
			}
		}
	}
	return nil
}
