package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"demarche/db"
	"demarche/db/dbtest"
)

// soon is how long a test waits for what must come, and quiet how long for what must not.
const (
	soon  = 20 * time.Second
	quiet = 100 * time.Millisecond
)

// news is a graph that raises can be loaded into while a handler serves it.
type news struct {
	*Handler
	reader *db.Reader
	writer *db.Writer
	rounds int
}

func openNews(t *testing.T, options Options) *news {
	t.Helper()
	path := dbtest.File(t, dbtest.Catalog(), dbtest.Articles()[:1])
	reader := open(t, path)
	writer, err := db.OpenWriter(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	options.Poll = 5 * time.Millisecond
	n := &news{Handler: NewHandler(reader, options), reader: reader, writer: writer}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), soon)
		defer cancel()
		if err := n.Close(ctx); err != nil {
			t.Error(err)
		}
		if err := writer.Close(); err != nil {
			t.Error(err)
		}
	})
	return n
}

// load stores articles of the small graph, by number, as if they had changed.
func (n *news) load(t *testing.T, numbers ...int) {
	t.Helper()
	n.rounds++
	var batch []db.Article
	for _, number := range numbers {
		article := dbtest.Articles()[number-1]
		article.Fingerprint = fmt.Sprint("round ", n.rounds)
		batch = append(batch, article)
	}
	if _, err := n.writer.PutArticles(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
}

// listener gathers the answers of one subscription.
type listener struct {
	t       *testing.T
	cancel  context.CancelFunc
	answers chan string
	failed  chan error
}

// listen subscribes and returns once the subscription stands.
func (n *news) listen(t *testing.T, text string, variables map[string]any) *listener {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	l := &listener{t, cancel, make(chan string, 10_000), make(chan error, 1)}
	var sub *subscription
	response := n.schema.answer(ctx, &request{Query: text, Variables: variables}, func(task *task) (err error) {
		sub, err = n.subscribe(ctx, task)
		return err
	})
	if len(response.Errors) > 0 {
		t.Fatal(response.Errors)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer sub.end()
		err := sub.run(ctx, func(answer []byte) error {
			l.answers <- string(answer)
			return nil
		})
		l.failed <- err
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return l
}

// next is the value of one field of the raise that comes next.
func (l *listener) next(field string) string {
	l.t.Helper()
	select {
	case answer := <-l.answers:
		var got struct {
			Data map[string]map[string]any
		}
		if err := json.Unmarshal([]byte(answer), &got); err != nil {
			l.t.Fatalf("got %q, %v", answer, err)
		}
		for _, raise := range got.Data {
			return fmt.Sprint(raise[field])
		}
		return answer
	case err := <-l.failed:
		l.t.Fatalf("got %v", err)
	case <-time.After(soon):
		l.t.Fatal("no raise came")
	}
	return ""
}

func (l *listener) silent() {
	l.t.Helper()
	select {
	case answer := <-l.answers:
		l.t.Errorf("got %s, want nothing", answer)
	case <-time.After(quiet):
	}
}

const everything = `subscription { raiseAdded { quote } }`

func TestRaisesAreToldOfOnceAndInOrder(t *testing.T) {
	n := openNews(t, Options{})
	l := n.listen(t, everything, nil)
	l.silent() // what was there before
	n.load(t, 5)
	for _, want := range []string{"China and", "China and", "Takaichi spoke"} {
		if got := l.next("quote"); !strings.HasPrefix(got, want) {
			t.Errorf("got %q, want %q…", got, want)
		}
	}
	l.silent()
	n.load(t, 4)
	n.load(t, 2)
	n.load(t, 6) // has none
	for _, want := range []string{"Japan protested", "Japan again"} {
		if got := l.next("quote"); !strings.HasPrefix(got, want) {
			t.Errorf("got %q, want %q…", got, want)
		}
	}
	n.load(t, 4) // changed: its raise is new
	if got := l.next("quote"); !strings.HasPrefix(got, "Japan protested") {
		t.Errorf("changed: got %q", got)
	}
	l.silent()
}

func TestSubscriptionsFilterAndSelect(t *testing.T) {
	n := openNews(t, Options{})
	chinese := n.listen(t, `subscription ($with: [PartyRef!]) { added: raiseAdded(filter: { with: $with }) { ...A article { title raises { totalCount } } } }
		fragment A on Raise { by { code } }`, map[string]any{"with": []any{"China"}})
	n.load(t, 2, 4, 5)
	var got []string
	for range 3 {
		got = append(got, chinese.next("by"))
	}
	slices.Sort(got)
	if want := []string{"map[code:EU]", "map[code:JP]", "map[code:JP]"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	chinese.silent()
}

// TestStatementsOfSubscriptions: their number depends on what is selected and on how many ask differently, neither on
// how many raises there are nor on how many listen.
func TestStatementsOfSubscriptions(t *testing.T) {
	n := openNews(t, Options{})
	const text = `subscription { raiseAdded { quote evidence { quote } article { title mentions { text } } } }`
	var all []*listener
	for range 5 {
		all = append(all, n.listen(t, text, nil))
	}
	other := n.listen(t, everything, nil)
	before := n.reader.Statements()
	n.load(t, 1, 2, 3, 4, 5)
	for _, l := range all {
		for range 9 {
			l.next("quote")
		}
	}
	for range 9 {
		other.next("quote")
	}
	// Three for those who ask the same, one for the other.
	if got := n.reader.Statements() - before; got != 4 {
		t.Errorf("got %d statements for 9 raises and 6 subscriptions, want 4", got)
	}
}

// TestSubscribersAtOnce: those who ask the same may come at the same moment.
func TestSubscribersAtOnce(t *testing.T) {
	n := openNews(t, Options{})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), soon)
			defer cancel()
			failures := n.serve(ctx, &request{Query: `subscription { raiseAdded { by { ... on Country { leaders(on: "2025-01-01") { name } } } } }`}, func([]byte) error {
				cancel()
				return nil
			})
			if failures != nil || !errors.Is(ctx.Err(), context.Canceled) {
				t.Errorf("got %v, %v, want one raise", failures, ctx.Err())
			}
		})
	}
	told := make(chan struct{})
	go func() {
		defer close(told)
		group.Wait()
	}()
	for { // whoever comes late hears of the next one
		select {
		case <-told:
			return
		case <-time.After(quiet):
			n.load(t, 4)
		}
	}
}

// TestManyRaisesComeInPages: more than a page is sent in several, none twice.
func TestManyRaisesComeInPages(t *testing.T) {
	n := openNews(t, Options{})
	l := n.listen(t, `subscription { raiseAdded { id article { externalId } } }`, nil)
	var batch []db.Article
	for i := range 150 {
		article := dbtest.Articles()[4]
		article.ExternalID = fmt.Sprintf("many/%d", i)
		batch = append(batch, article)
	}
	if _, err := n.writer.PutArticles(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for range 450 {
		id := l.next("id")
		if seen[id] {
			t.Fatalf("%s came twice", id)
		}
		seen[id] = true
	}
	l.silent()
}

// TestNothingIsLost: subscribers come while one batch is stored after the other, and each gets all that came since, in order.
func TestNothingIsLost(t *testing.T) {
	n := openNews(t, Options{})
	const batches = 60
	var listeners []*listener
	var from []int
	for round := range batches {
		if round%6 == 0 {
			listeners, from = append(listeners, n.listen(t, `subscription { raiseAdded { article { externalId } } }`, nil)), append(from, round)
		}
		article := dbtest.Articles()[3]
		article.ExternalID = fmt.Sprint("batch ", round)
		if _, err := n.writer.PutArticles(context.Background(), []db.Article{article}); err != nil {
			t.Fatal(err)
		}
	}
	for i, l := range listeners {
		for round := from[i]; round < batches; round++ {
			if got, want := l.next("article"), fmt.Sprintf("map[externalId:batch %d]", round); got != want {
				t.Fatalf("subscriber %d: got %s, want %s", i, got, want)
			}
		}
		l.silent()
	}
}

// TestTooFarBehind: a subscriber that lets more batches go by than are remembered is told that he has missed some, and what was
// sent before is all in order.
func TestTooFarBehind(t *testing.T) {
	n := openNews(t, Options{})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var sub *subscription
	response := n.schema.answer(ctx, &request{Query: everything}, func(task *task) (err error) {
		sub, err = n.subscribe(ctx, task)
		return err
	})
	if len(response.Errors) > 0 {
		t.Fatal(response.Errors)
	}
	defer sub.end()
	sent, taken, failed := make(chan string), make(chan struct{}), make(chan error, 1)
	go func() {
		failed <- sub.run(ctx, func(answer []byte) error {
			sent <- string(answer)
			<-taken
			return nil
		})
	}()
	n.load(t, 4)
	<-sent // and he takes his time
	for range 258 {
		n.load(t, 5)
	}
	close(taken)
	select {
	case answer := <-sent:
		t.Errorf("got %s, want the subscription to end", answer)
	case err := <-failed:
		var invalid *db.Invalid
		if !errors.As(err, &invalid) || !strings.Contains(err.Error(), "subscribe anew") {
			t.Errorf("got %v, want it to say that he should subscribe anew", err)
		}
	case <-time.After(soon):
		t.Error("got nothing, want the subscription to end")
	}
}

func TestSubscriptionsThatCannotBegin(t *testing.T) {
	n := openNews(t, Options{MaxCost: 5000})
	for _, test := range []struct{ text, code string }{
		{`subscription { raiseAdded(filter: { by: "Jpan" }) { quote } }`, CodeNotFound},
		{`subscription { raiseAdded(filter: { minConfidence: 2 }) { quote } }`, CodeBadInput},
		{`subscription { raiseAdded { article { raises(first: 100) { nodes { id } } } } }`, CodeLimit},
		{`subscription { raiseAdded { quote } again: raiseAdded { quote } }`, CodeInvalid},
		{`subscription { raiseAdded @skip(if: true) { quote } }`, CodeInvalid},
		{`subscription { __typename }`, CodeInvalid},
		{`subscription { raiseAdded { nothing } }`, CodeInvalid},
	} {
		failures := n.serve(t.Context(), &request{Query: test.text}, func(answer []byte) error {
			t.Errorf("%s: got %s", test.text, answer)
			return nil
		})
		if len(failures) == 0 || failures[0].Extensions["code"] != test.code {
			t.Errorf("%s: got %v, want %s", test.text, failures, test.code)
		}
	}
	if got := n.Subscribers(); got != 0 {
		t.Errorf("got %d subscribers, want none", got)
	}
	// Over plain HTTP there is one answer only.
	if got := post(t, n, encoded(t, query(everything))).Body.String(); !strings.Contains(got, CodeBadRequest) || !strings.Contains(got, "WebSocket") {
		t.Errorf("got %s, want %s and where to ask", got, CodeBadRequest)
	}
}

// TestNobodyListens: the file is looked at only while somebody does.
func TestNobodyListens(t *testing.T) {
	n := openNews(t, Options{})
	l := n.listen(t, everything, nil)
	n.load(t, 2)
	l.next("quote")
	l.cancel()
	for n.Subscribers() > 0 {
		time.Sleep(time.Millisecond)
	}
	_, before := n.feed.next()
	n.load(t, 3)
	time.Sleep(quiet)
	if _, now := n.feed.next(); now != before || len(n.feed.topics) != 0 || n.feed.shared.Load() != 0 {
		t.Errorf("got to %v from %v with %d topics and %d bytes, want nobody to look", now, before, len(n.feed.topics), n.feed.shared.Load())
	}
	again := n.listen(t, everything, nil)
	n.load(t, 4)
	if got := again.next("quote"); !strings.HasPrefix(got, "Japan protested") {
		t.Errorf("listening again: got %q", got)
	}
}

func TestCloseEndsSubscriptions(t *testing.T) {
	n := openNews(t, Options{})
	l := n.listen(t, everything, nil)
	if err := n.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-l.failed:
		if !errors.Is(err, errClosing) {
			t.Errorf("got %v, want %v", err, errClosing)
		}
	case <-time.After(soon):
		t.Error("the subscription goes on")
	}
	l.silent()
}
