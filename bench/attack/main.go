// Command attack sends a server of its own what should do it no harm, one kind after another, and prints a table: what came
// back, how long it took, how much memory the server held, and what other clients felt meanwhile.
//
//	go run ./bench/attack -demarche ./demarche -db graph.db
//
// It needs Linux, as it reads /proc, and sends nothing to any other address than the one that it starts the server on.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"demarche/bench"
)

// settings are what the flags say.
type settings struct {
	binary, database string
	raises           int
	rate             int // requests a second of an attack
	connections      int
	duration         time.Duration
	rounds           int
	values           int // a second that a client may ask for
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "attack:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) (err error) {
	var s settings
	flags := flag.NewFlagSet("attack", flag.ContinueOnError)
	flags.StringVar(&s.binary, "demarche", "./demarche", "`FILE` of the program that is attacked")
	flags.StringVar(&s.database, "db", "", "`FILE` of the graph; without one, a generated graph")
	flags.IntVar(&s.raises, "raises", 100_000, "size of the generated graph")
	flags.IntVar(&s.rate, "rate", 20, "requests a second of an attack")
	flags.IntVar(&s.connections, "connections", 4, "connections that an attack comes over")
	flags.DurationVar(&s.duration, "duration", 2*time.Second, "length of an attack")
	flags.IntVar(&s.rounds, "rounds", 3, "how often each attack is made")
	flags.IntVar(&s.values, "values", 100_000, "values a second that the server lets one client ask for (its --rate)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 || s.rate < 1 || s.connections < 1 || s.rounds < 1 || s.duration < time.Second {
		return errors.New("wrong flags: -h lists them, -duration is at least 1s")
	}
	work, err := os.MkdirTemp("", "demarche-attack-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if s.database == "" {
		s.database = filepath.Join(work, "graph.db")
		if err := bench.Write(ctx, s.database, bench.SizeOf(s.raises), 1); err != nil {
			return err
		}
	}
	tokens := filepath.Join(work, "tokens.txt")
	if err := os.WriteFile(tokens, []byte(line("friend", friend)+line("attacker", attacker)), 0o600); err != nil {
		return err
	}
	server, err := bench.StartServer(ctx, s.binary, s.database, "--token-file", tokens, "--rate", strconv.Itoa(s.values), "--slow", "0", "--log-level", "error")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	return attackAll(ctx, s, &target{server}, stdout)
}

// The tokens of those who mean well and of those who do not: what one client may ask for is bounded as on the open network.
const (
	friend   = "a-token-of-somebody-who-means-well"
	attacker = "a-token-of-somebody-who-does-not"
)

// line is a line of the server's list of tokens.
func line(holder, token string) string {
	return fmt.Sprintf("%s sha256:%x\n", holder, sha256.Sum256([]byte(token)))
}

// target is the server that is attacked.
type target struct{ *bench.Process }

// probe is a client that means well: it asks the two questions that people ask most, each time anew.
func (t *target) probe(ctx context.Context, client *http.Client, number int) (time.Duration, error) {
	question := bench.Questions("")[number%2]
	question.Variables = map[string]any{"by": "JP", "with": "US"}
	body, err := json.Marshal(map[string]any{"query": question.Query + strings.Repeat(" ", number%500), "variables": question.Variables})
	if err != nil {
		return 0, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.Base+"/graphql", bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+friend)
	begun := time.Now()
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && (response.StatusCode != http.StatusOK || bytes.Contains(text, []byte(`"errors"`))) {
		err = fmt.Errorf("a client that means well got %s: %.200s", response.Status, text)
	}
	return time.Since(begun), err
}

// felt asks as such a client for a while, a hundred times a second, and returns how long its answers took, in order.
func (t *target) felt(ctx context.Context, length time.Duration) ([]time.Duration, error) {
	client := &http.Client{Transport: &http.Transport{}, Timeout: time.Minute}
	defer client.CloseIdleConnections()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	var times []time.Duration
	for number := 0; time.Duration(number)*10*time.Millisecond < length; number++ {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-ticker.C:
		}
		took, err := t.probe(ctx, client, number)
		if err != nil {
			return nil, err
		}
		times = append(times, took)
	}
	slices.Sort(times)
	return times, nil
}

// outcome is what came of one attack.
type outcome struct {
	answers      map[string]int // by status, with the code of the first error
	bytes        int            // of the longest answer
	sent         atomic.Int64
	took         []time.Duration
	quiet, noisy []time.Duration // 99th percentile of other clients' answers, of each round
	memory       int64           // bytes at most
	cpu          time.Duration   // that attacks took the server, beside what the other clients did
}

func attackAll(ctx context.Context, s settings, t *target, stdout io.Writer) error {
	list := attacks()
	outcomes := make([]outcome, len(list))
	if _, err := t.felt(ctx, s.duration); err != nil { // fills the caches
		return err
	}
	for range s.rounds {
		for i, a := range list {
			if err := outcomes[i].round(ctx, s, t, a); err != nil {
				return fmt.Errorf("%s: %w", a.name, err)
			}
		}
	}
	fmt.Fprintf(stdout, "| attack | bytes sent | what came back | bytes | p50 | CPU of each | RssAnon, MB | others' p99, quiet | meanwhile |\n| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for i, a := range list {
		o := &outcomes[i]
		slices.Sort(o.took)
		slices.Sort(o.quiet)
		slices.Sort(o.noisy)
		fmt.Fprintf(stdout, "| %s | %d | %s | %d | %s | %s | %d | %s | %s |\n", a.name, len(a.body)+len(a.path)+len(a.hold), strings.Join(slices.Sorted(maps.Keys(o.answers)), ", "), o.bytes,
			millis(at(o.took, 50)), millis(max(o.cpu, 0)/time.Duration(max(len(o.took), 1))), o.memory/1e6, millis(at(o.quiet, 50)), millis(at(o.noisy, 50)))
	}
	return nil
}

func at(times []time.Duration, percent int) time.Duration {
	if len(times) == 0 {
		return 0
	}
	return times[min(len(times)-1, len(times)*percent/100)]
}

func millis(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

// round asks as others do, without and with the attack.
func (o *outcome) round(ctx context.Context, s settings, t *target, a attack) error {
	spent := make([]time.Duration, 3)
	spent[0], _ = t.CPU()
	quiet, err := t.felt(ctx, s.duration)
	if err != nil {
		return err
	}
	spent[1], _ = t.CPU()
	o.quiet = append(o.quiet, at(quiet, 99))
	attacking, stop := context.WithCancel(ctx)
	defer stop()
	var group sync.WaitGroup
	var mutex sync.Mutex
	pace := time.NewTicker(time.Second / time.Duration(s.rate))
	defer pace.Stop()
	if a.hold != "" {
		o.answers = map[string]int{"nothing": heldConnections}
		release, err := hold(strings.TrimPrefix(t.Base, "http://"), a.hold)
		if err != nil {
			return err
		}
		defer release()
	}
	for range s.connections {
		if a.hold != "" {
			break
		}
		group.Go(func() {
			client := &http.Client{Transport: &http.Transport{DisableCompression: true}, Timeout: time.Minute}
			defer client.CloseIdleConnections()
			for {
				select {
				case <-attacking.Done():
					return
				case <-pace.C:
				}
				begun := time.Now()
				status, size := a.send(attacking, client, t.Base, int(o.sent.Add(1)))
				took := time.Since(begun)
				if attacking.Err() != nil {
					return
				}
				mutex.Lock()
				o.took = append(o.took, took)
				if o.answers == nil {
					o.answers = map[string]int{}
				}
				o.answers[status]++
				o.bytes = max(o.bytes, size)
				mutex.Unlock()
			}
		})
	}
	group.Go(func() {
		for attacking.Err() == nil {
			if held, err := t.Memory(); err == nil {
				mutex.Lock()
				o.memory = max(o.memory, held)
				mutex.Unlock()
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	noisy, err := t.felt(ctx, s.duration)
	stop()
	group.Wait()
	spent[2], _ = t.CPU()
	o.cpu += (spent[2] - spent[1]) - (spent[1] - spent[0])
	o.noisy = append(o.noisy, at(noisy, 99))
	return err
}

// hold opens connections that send a beginning and nothing more, until they are released.
func hold(address, beginning string) (release func(), err error) {
	var open []net.Conn
	release = func() {
		for _, conn := range open {
			_ = conn.Close() // the server may have done so
		}
	}
	for range heldConnections {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			release()
			return nil, err
		}
		open = append(open, conn)
		if _, err := io.WriteString(conn, beginning); err != nil {
			release()
			return nil, err
		}
	}
	return release, nil
}

// send makes the attack once and says what came back. Its number makes it another request than the ones before, so that no
// answer that was kept helps the server.
func (a attack) send(ctx context.Context, client *http.Client, base string, number int) (status string, size int) {
	blanks := strings.Repeat(" ", number%5000)
	if len(a.body) == 0 {
		base, blanks = base+a.path+"&extensions="+url.QueryEscape("{"+blanks+"}"), ""
	} else {
		base += a.path
	}
	request, err := http.NewRequestWithContext(ctx, a.method, base, io.MultiReader(bytes.NewReader(a.body), strings.NewReader(blanks)))
	if err != nil {
		return err.Error(), 0
	}
	request.Header.Set("Authorization", "Bearer "+attacker)
	for name, value := range a.headers {
		request.Header.Set(name, value)
	}
	request.ContentLength = int64(len(a.body) + len(blanks))
	response, err := client.Do(request)
	if err != nil {
		return "closed", 0
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return "closed", 0
	}
	var answer struct {
		Errors []struct {
			Extensions struct{ Code string }
		}
	}
	status = strconv.Itoa(response.StatusCode)
	if len(text) < 64<<10 && json.Unmarshal(text, &answer) == nil && len(answer.Errors) > 0 {
		return status + " " + answer.Errors[0].Extensions.Code, len(text)
	}
	return status, len(text)
}
