// Command attack sends a server of its own what should do it no harm, one kind after another, and prints a table: what came
// back, how long it took, how much memory the server held, and what other clients felt meanwhile.
//
//	go run ./bench/attack -demarche ./demarche -db graph.db
//
// Attacker, other client and server share one machine, so that the other client is held up by the attacker's own work too.
// Therefore each attack is also made on a process that does nothing but read it and send as much back (sink.go), while the other client
// asks the server: what it feels then is the machine's, and what it feels beyond that is the server's.
//
// It needs Linux, as it reads /proc, and sends nothing to any other addresses than those that it starts server and sink on.
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
	values           int    // a second that a client may ask for
	only             string // part of the names of the attacks that are made
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
	flags.StringVar(&s.only, "only", "", "`PART` of the names of the attacks that are made; without one, all")
	sinks := flags.Bool("sink", false, "be the process that reads what it is sent: the program starts it itself")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *sinks {
		return serveSink(ctx, stdout)
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
	drain, err := startSink()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drain.stop()) }()
	return attackAll(ctx, s, &target{server, drain.base}, stdout)
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

// target is the server that is attacked, and where the same attack is made to see what is the machine's doing.
type target struct {
	*bench.Process
	sink string
}

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
	answers map[string]int // by status, with the code of the first error
	bytes   int            // of the longest answer
	sent    int
	took    []time.Duration
	memory  int64         // bytes at most
	cpu     time.Duration // that attacks took the server, beside what the other client did

	quiet, noisy, shared []time.Duration // 99th percentile of the other client's answers, of each round: alone, while the server and while the sink is attacked
}

func attackAll(ctx context.Context, s settings, t *target, stdout io.Writer) error {
	list := slices.DeleteFunc(attacks(), func(a attack) bool { return !strings.Contains(a.name, s.only) })
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
	fmt.Fprintf(stdout, "| attack | bytes sent | what came back | bytes | p50 | CPU of each | RssAnon, MB | others' p99, quiet | attack on nobody | attack | times quiet |\n"+
		"| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for i, a := range list {
		o := &outcomes[i]
		for _, times := range [][]time.Duration{o.took, o.quiet, o.shared, o.noisy} {
			slices.Sort(times)
		}
		fmt.Fprintf(stdout, "| %s | %d | %s | %d | %s | %s | %d | %s | %s | %s | %.1f |\n", a.name, len(a.body)+len(a.path)+len(a.hold), strings.Join(slices.Sorted(maps.Keys(o.answers)), ", "), o.bytes,
			millis(at(o.took, 50)), millis(max(o.cpu, 0)/time.Duration(max(len(o.took), 1))), o.memory/1e6, millis(at(o.quiet, 50)), millis(at(o.shared, 50)), millis(at(o.noisy, 50)),
			at(o.noisy, 50).Seconds()/at(o.quiet, 50).Seconds())
	}
	return nil
}

// at is a percentile of times that are in order: the least of them that so many in a hundred do not pass.
func at(times []time.Duration, percent int) time.Duration {
	if len(times) == 0 {
		return 0
	}
	return times[max(0, (len(times)*percent+99)/100-1)]
}

func millis(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

// round asks as others do: alone, while the server is attacked, and while the sink is.
func (o *outcome) round(ctx context.Context, s settings, t *target, a attack) error {
	spent := make([]time.Duration, 3)
	spent[0], _ = t.CPU()
	quiet, err := t.felt(ctx, s.duration)
	if err != nil {
		return err
	}
	spent[1], _ = t.CPU()
	watching, stop := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() {
		for watching.Err() == nil {
			if held, err := t.Memory(); err == nil {
				o.memory = max(o.memory, held)
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	noisy, err := o.under(ctx, s, t, a, t.Base, o.came)
	stop()
	watch.Wait()
	if err != nil {
		return err
	}
	spent[2], _ = t.CPU()
	a.answer = o.bytes
	shared, err := o.under(ctx, s, t, a, t.sink, func(string, int, time.Duration) {})
	if err != nil {
		return err
	}
	o.cpu += (spent[2] - spent[1]) - (spent[1] - spent[0])
	o.quiet, o.noisy, o.shared = append(o.quiet, at(quiet, 99)), append(o.noisy, at(noisy, 99)), append(o.shared, at(shared, 99))
	return nil
}

// came notes one answer to the attack.
func (o *outcome) came(status string, size int, took time.Duration) {
	o.took = append(o.took, took)
	if o.answers == nil {
		o.answers = map[string]int{}
	}
	o.answers[status]++
	o.bytes = max(o.bytes, size)
}

// under is what the other client feels while the attack is made on whoever listens at base. It tells of each answer, one at a time.
func (o *outcome) under(ctx context.Context, s settings, t *target, a attack, base string, came func(status string, size int, took time.Duration)) ([]time.Duration, error) {
	if a.hold != "" {
		release, err := hold(strings.TrimPrefix(base, "http://"), a.hold)
		if err != nil {
			return nil, err
		}
		defer release()
		o.answers = map[string]int{"nothing": heldConnections}
		return t.felt(ctx, s.duration)
	}
	attacking, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	defer group.Wait()
	defer stop()
	pace := time.NewTicker(time.Second / time.Duration(s.rate))
	defer pace.Stop()
	var mutex sync.Mutex
	for range s.connections {
		group.Go(func() {
			client := &http.Client{Transport: &http.Transport{DisableCompression: true}, Timeout: time.Minute}
			defer client.CloseIdleConnections()
			room := make([]byte, maxRead)
			for {
				select {
				case <-attacking.Done():
					return
				case <-pace.C:
				}
				mutex.Lock()
				o.sent++
				number := o.sent
				mutex.Unlock()
				begun := time.Now()
				status, size := a.send(attacking, client, base, number, room)
				took := time.Since(begun)
				if attacking.Err() != nil {
					return
				}
				mutex.Lock()
				came(status, size, took)
				mutex.Unlock()
			}
		})
	}
	return t.felt(ctx, s.duration)
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

// maxRead bounds how much of an answer is looked at, in bytes; the rest is read and forgotten.
const maxRead = 64 << 10

// send makes the attack once and says what came back, for which there is room. Its number makes it another request than the ones
// before, so that no answer that was kept helps the server.
func (a attack) send(ctx context.Context, client *http.Client, base string, number int, room []byte) (status string, size int) {
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
	request.Header.Set(sinkHeader, strconv.Itoa(a.answer))
	request.ContentLength = int64(len(a.body) + len(blanks))
	response, err := client.Do(request)
	if err != nil {
		return "closed", 0
	}
	defer response.Body.Close()
	front, err := io.ReadFull(response.Body, room)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "closed", 0
	}
	rest, err := io.Copy(io.Discard, response.Body)
	if err != nil {
		return "closed", 0
	}
	var answer struct {
		Errors []struct {
			Extensions struct{ Code string }
		}
	}
	status, size = strconv.Itoa(response.StatusCode), front+int(rest)
	if rest == 0 && bytes.Contains(room[:front], []byte(`"errors"`)) && json.Unmarshal(room[:front], &answer) == nil && len(answer.Errors) > 0 {
		return status + " " + answer.Errors[0].Extensions.Code, size
	}
	return status, size
}
