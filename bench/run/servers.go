package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"demarche/bench"
)

// The names of servers, as tables and -only have them.
const (
	demarche     = "demarche"
	demarcheKept = "demarche, answers kept" // from one request to the next, as it does unless told otherwise
	limit        = "limit"
	limitCounts  = "limit, counts kept" // reads the table of counts that Demarche keeps
	mercurius1   = "mercurius-1"
	mercurius2   = "mercurius-2"
	postgraphile = "postgraphile"
)

// server is one that runs.
type server struct {
	name, base string
	processes  []int // whose time counts, with all below them
	// request is how the server is asked a question; nil body for GET.
	request func(bench.Question) (method, path string, body []byte, err error)
	answers func(bench.Question) bool
	// reshape brings an answer into the form of Demarche's; nil where it has it.
	reshape func(question string, answer any) (any, error)
}

func everything(bench.Question) bool { return true }

// post asks over GraphQL, as the contract has it.
func post(question bench.Question) (string, string, []byte, error) {
	body, err := json.Marshal(map[string]any{"query": question.Query, "variables": question.Variables})
	return http.MethodPost, "/graphql", body, err
}

// starter starts servers, and stops them.
type starter struct {
	settings
	work    string // folder for what they leave
	log     io.Writer
	running []*exec.Cmd
	clean   []string // folders that go with the servers
}

// stop ends the servers in the reverse order, each with a signal that it may act on.
func (s *starter) stop() {
	for _, command := range slices.Backward(s.running) {
		_ = command.Process.Signal(syscall.SIGTERM)
		ended := make(chan struct{})
		go func() {
			_ = command.Wait()
			close(ended)
		}()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			_ = command.Process.Kill()
			<-ended
		}
	}
	for _, folder := range s.clean {
		_ = os.RemoveAll(folder)
	}
}

// startAll starts Demarche first, the limit second, then the peers that are installed.
func (s *starter) startAll(ctx context.Context, path string) ([]*server, error) {
	ours, err := s.startDemarche(ctx, demarche, path, "--answer-cache", "0")
	if err != nil {
		return nil, err
	}
	kept, err := s.startDemarche(ctx, demarcheKept, path)
	if err != nil {
		return nil, err
	}
	binary := filepath.Join(s.work, "limit")
	if out, err := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", binary, "demarche/bench/limit").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the limit handler: %w\n%s", err, out)
	}
	base, pid, err := s.start(ctx, limit, nil, func(port string) *exec.Cmd {
		return exec.Command(binary, "-db", path, "-addr", "127.0.0.1:"+port)
	}, "/")
	if err != nil {
		return nil, err
	}
	get := func(question bench.Question) (string, string, []byte, error) {
		return http.MethodGet, question.Limit, nil, nil
	}
	counts := func(question bench.Question) (string, string, []byte, error) {
		return http.MethodGet, question.Limit + "&counts=1", nil, nil
	}
	servers := []*server{ours,
		{name: limit, base: base, processes: []int{pid}, request: get, answers: everything},
		{name: limitCounts, base: base, processes: []int{pid}, request: counts, answers: func(q bench.Question) bool { return q.Name == "Q1" }},
		kept,
	}
	node, err := filepath.Abs(filepath.Join(s.peers, "node_modules", ".bin", "node"))
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(node); err != nil {
		fmt.Fprintf(s.log, "no peers: they are not installed; `npm ci` in %s installs them\n", s.peers)
		return servers, nil
	}
	for _, peer := range []struct {
		name  string
		start func(ctx context.Context, node, path string) (*server, error)
	}{
		{mercurius1, func(ctx context.Context, node, path string) (*server, error) {
			return s.startMercurius(ctx, mercurius1, node, path, 1)
		}},
		{mercurius2, func(ctx context.Context, node, path string) (*server, error) {
			return s.startMercurius(ctx, mercurius2, node, path, 2)
		}},
		{postgraphile, s.startPostgraphile},
	} {
		if s.only != nil && !slices.Contains(s.only, peer.name) {
			continue
		}
		started, err := peer.start(ctx, node, path)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err != nil {
			fmt.Fprintf(s.log, "no %s: %v\n", peer.name, err)
			continue
		}
		servers = append(servers, started)
	}
	return servers, nil
}

// start runs a server on a free port and waits until it answers on the path, with whatever status.
func (s *starter) start(ctx context.Context, name string, environment []string, command func(port string) *exec.Cmd, path string) (string, int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", 0, err
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return "", 0, err
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, err
	}
	c := command(port)
	c.Env = append(os.Environ(), environment...)
	var output bytes.Buffer
	c.Stdout, c.Stderr = &output, &output
	if err := s.run(c); err != nil {
		return "", 0, fmt.Errorf("start %s: %w", name, err)
	}
	base := "http://" + address
	client := http.Client{Timeout: time.Second}
	for range 600 {
		response, err := client.Get(base + path)
		if err == nil {
			return base, c.Process.Pid, response.Body.Close()
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return "", 0, err
		}
	}
	return "", 0, fmt.Errorf("%s does not answer on %s; it said:\n%s", name, base, output.String())
}

func (s *starter) run(c *exec.Cmd) error {
	if err := c.Start(); err != nil {
		return err
	}
	s.running = append(s.running, c)
	return nil
}

func pause(ctx context.Context, length time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(length):
		return nil
	}
}

func (s *starter) startDemarche(ctx context.Context, name, path string, flags ...string) (*server, error) {
	base, pid, err := s.start(ctx, name, s.environment, func(port string) *exec.Cmd {
		return exec.Command(s.binary, append([]string{"serve", "--db", path, "--addr", "127.0.0.1:" + port}, flags...)...)
	}, "/healthz")
	if err != nil {
		return nil, fmt.Errorf("%w; `make build` makes the program", err)
	}
	return &server{name: name, base: base, processes: []int{pid}, request: post, answers: everything}, nil
}

// further starts Demarche over a graph of another size; its figures go under the size.
func (s *starter) further(ctx context.Context, raises int) ([]job, error) {
	path, err := graphFile(ctx, s.settings, raises, s.log)
	if err != nil {
		return nil, err
	}
	subject, err := inspect(ctx, path)
	if err != nil {
		return nil, err
	}
	server, err := s.startDemarche(ctx, strconv.Itoa(raises), path, "--answer-cache", "0")
	if err != nil {
		return nil, err
	}
	var jobs []job
	for _, question := range append(subject.questions, subject.graph...) {
		jobs = append(jobs, job{strconv.Itoa(raises), question, server})
	}
	return jobs, nil
}

func (s *starter) startMercurius(ctx context.Context, name, node, path string, workers int) (*server, error) {
	base, pid, err := s.start(ctx, name, []string{"NODE_ENV=production"}, func(port string) *exec.Cmd {
		return exec.Command(node, filepath.Join(s.peers, "mercurius.js"), path, port, strconv.Itoa(workers))
	}, "/")
	if err != nil {
		return nil, err
	}
	return &server{name: name, base: base, processes: []int{pid}, request: post, answers: everything}, nil
}

// agreeing drops the servers whose answers differ from the limit's; where Demarche's own does, that is an error.
func agreeing(ctx context.Context, servers []*server, questions []bench.Question, log io.Writer) ([]*server, error) {
	var agreed []*server
	for _, server := range servers {
		err := func() error {
			for _, question := range questions {
				if !server.answers(question) {
					continue
				}
				want, err := servers[1].ask(ctx, question)
				if err != nil {
					return err
				}
				got, err := server.ask(ctx, question)
				if err != nil {
					return err
				}
				if difference := compare("", got, want); difference != "" {
					return fmt.Errorf("%s: %s", question.Name, difference)
				}
			}
			return nil
		}()
		if err != nil && (server == servers[0] || ctx.Err() != nil) {
			return nil, fmt.Errorf("%s answers otherwise than the limit: %w", server.name, err)
		}
		if err != nil {
			fmt.Fprintf(log, "no %s: its answer is not the limit's: %v\n", server.name, err)
			continue
		}
		agreed = append(agreed, server)
	}
	return agreed, nil
}

// ask returns the answer's data, decoded.
func (s *server) ask(ctx context.Context, question bench.Question) (any, error) {
	method, path, body, err := s.request(question)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, s.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Data   any
		Errors any
	}
	if err := json.Unmarshal(text, &answer); err != nil || answer.Errors != nil || response.StatusCode != http.StatusOK {
		return nil, errors.Join(err, fmt.Errorf("%s: status %d, %.500s", question.Name, response.StatusCode, text))
	}
	if s.reshape != nil {
		return s.reshape(question.Name, answer.Data)
	}
	return answer.Data, nil
}

// compare says where two decoded values differ, or "".
func compare(at string, got, want any) string {
	switch want := want.(type) {
	case map[string]any:
		found, ok := got.(map[string]any)
		if !ok || len(found) != len(want) {
			break
		}
		for name, value := range want {
			if difference := compare(at+"."+name, found[name], value); difference != "" {
				return difference
			}
		}
		return ""
	case []any:
		found, ok := got.([]any)
		if !ok || len(found) != len(want) {
			break
		}
		for i, value := range want {
			if difference := compare(fmt.Sprintf("%s[%d]", at, i), found[i], value); difference != "" {
				return difference
			}
		}
		return ""
	default:
		if got == want {
			return ""
		}
	}
	return fmt.Sprintf("at %s got %.200v, want %.200v", at, got, want)
}
