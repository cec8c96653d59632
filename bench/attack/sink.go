package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// sinkHeader tells the sink how many bytes to send back.
const sinkHeader = "X-Sink-Bytes"

// serveSink reads requests and forgets them, and answers each with as many bytes as it asks for, until ctx is over. It tells its
// address first.
func serveSink(ctx context.Context, stdout io.Writer) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "http://%s\n", listener.Addr())
	filling := make([]byte, 64<<10)
	server := &http.Server{MaxHeaderBytes: 4 << 20, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // an attacker that is gone needs no answer
		wanted, _ := strconv.Atoi(r.Header.Get(sinkHeader))
		w.Header().Set("Content-Length", strconv.Itoa(wanted))
		for wanted > 0 {
			part := filling[:min(wanted, len(filling))]
			if _, err := w.Write(part); err != nil {
				return
			}
			wanted -= len(part)
		}
	})}
	context.AfterFunc(ctx, func() { server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// sink is such a process.
type sink struct {
	base    string
	command *exec.Cmd
}

func startSink() (*sink, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &sink{command: exec.Command(program, "-sink")}
	s.command.Stderr = os.Stderr
	output, err := s.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	s.base, err = bufio.NewReader(output).ReadString('\n')
	s.base = strings.TrimSpace(s.base)
	return s, err
}

func (s *sink) stop() error {
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.command.Wait()
}
