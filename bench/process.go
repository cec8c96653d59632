package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Process is a Demarche that serves, started for a trial on a port of its own. It needs Linux, as it reads /proc.
type Process struct {
	Base    string // its address, as http://127.0.0.1:41234
	command *exec.Cmd
	output  bytes.Buffer
}

// StartServer runs the program's serve with further flags and waits until it can answer.
func StartServer(ctx context.Context, program, database string, flags ...string) (*Process, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return nil, err
	}
	p := &Process{Base: "http://" + address}
	p.command = exec.Command(program, append([]string{"serve", "--db", database, "--addr", address}, flags...)...)
	p.command.Stdout, p.command.Stderr = &p.output, &p.output
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("%w; `make build` makes the program", err)
	}
	for range 200 {
		if response, err := http.Get(p.Base + "/readyz"); err == nil {
			return p, response.Body.Close()
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), p.Stop())
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil, errors.Join(errors.New("the server does not answer"), p.Stop())
}

// Stop ends the server; it is an error if it is gone already or does not end well.
func (p *Process) Stop() error {
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("the server is gone: %w", err)
	}
	if err := p.command.Wait(); err != nil {
		return fmt.Errorf("the server ended with %w; it said:\n%s", err, p.output.String())
	}
	return nil
}

// Memory is what the server holds of its own (RssAnon), in bytes: pages of the database that the system maps are not its own.
func (p *Process) Memory() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "RssAnon:" {
			kilobytes, err := strconv.ParseInt(fields[1], 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, errors.New("/proc tells no RssAnon")
}

// tick is the unit of times in /proc.
const tick = time.Second / 100

// CPU is the time that the server has spent computing, in itself and in the system for it.
func (p *Process) CPU() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	// Behind the name, which may hold anything, stand 11 fields, then user and system time.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 13 {
		return 0, errors.New("/proc tells no times")
	}
	var ticks int64
	for _, field := range fields[11:13] {
		number, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += number
	}
	return time.Duration(ticks) * tick, nil
}
