package cmd

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"demarche": func() { os.Exit(Main()) },
	})
}

// TestScripts runs the command line as the scripts of testdata do. Beside the commands of testscript they have
//
//	exits CODE PROGRAM ARGS…    run it, and want this exit code
//	free VARIABLE               set VARIABLE to a free address of this machine
//	busy VARIABLE               the same, but with a listener on it
//	damage FILE SQL             run a statement on FILE behind the program's back
//	get URL [QUERY]             print what URL answers, to the GraphQL operation QUERY if given; while nobody
//	                            listens there, wait. The variable TOKEN is shown, if set. With ! the answer must be
//	                            of status 400 or more
//	await STATUS URL            asks until the answer has that status, for a minute at most
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": scriptExits,
			"free": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(listenOnFreePort(ts, args[0]).Close())
			},
			"busy": func(ts *testscript.TestScript, _ bool, args []string) {
				listener := listenOnFreePort(ts, args[0])
				ts.Defer(func() { listener.Close() })
			},
			"damage": func(ts *testscript.TestScript, _ bool, args []string) {
				file, err := sql.Open("sqlite3", ts.MkAbs(args[0]))
				ts.Check(err)
				defer file.Close()
				_, err = file.Exec(args[1])
				ts.Check(err)
			},
			"get":   scriptGet,
			"await": scriptAwait,
		},
	})
}

func scriptExits(ts *testscript.TestScript, negative bool, args []string) {
	if negative || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS…")
	}
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%s: %v", args[1], err)
		}
		code = exit.ExitCode()
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("%s: got exit code %d, want %s", strings.Join(args[1:], " "), code, args[0])
	}
}

func listenOnFreePort(ts *testscript.TestScript, variable string) net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(variable, listener.Addr().String())
	return listener
}

func scriptGet(ts *testscript.TestScript, negative bool, args []string) {
	request := func() (*http.Response, error) { return askURL(ts, args[0], args[1:]) }
	response, err := request()
	for wait := time.Now().Add(time.Minute); errors.Is(err, syscall.ECONNREFUSED) && time.Now().Before(wait); {
		time.Sleep(50 * time.Millisecond)
		response, err = request()
	}
	ts.Check(err)
	defer response.Body.Close()
	_, err = io.Copy(ts.Stdout(), response.Body)
	ts.Check(err)
	if failed := response.StatusCode >= 400; failed != negative {
		ts.Fatalf("GET %s: got %s", args[0], response.Status)
	}
}

// askURL sends one request, a POST where there is a query.
func askURL(ts *testscript.TestScript, address string, query []string) (*http.Response, error) {
	method, body := http.MethodGet, []byte(nil)
	if len(query) > 0 {
		method = http.MethodPost
		var err error
		body, err = json.Marshal(map[string]string{"query": query[0]})
		ts.Check(err)
	}
	made, err := http.NewRequest(method, address, bytes.NewReader(body))
	ts.Check(err)
	if body != nil {
		made.Header.Set("Content-Type", "application/json")
	}
	if token := ts.Getenv("TOKEN"); token != "" {
		made.Header.Set("Authorization", "Bearer "+token)
	}
	return http.DefaultClient.Do(made)
}

func scriptAwait(ts *testscript.TestScript, negative bool, args []string) {
	if negative || len(args) != 2 {
		ts.Fatalf("usage: await STATUS URL")
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		response, err := askURL(ts, args[1], nil)
		ts.Check(err)
		response.Body.Close()
		if strconv.Itoa(response.StatusCode) == args[0] {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("GET %s: got %s for a minute, want status %s", args[1], response.Status, args[0])
		}
	}
}
