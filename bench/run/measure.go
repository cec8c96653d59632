package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"demarche/bench"
)

//go:embed wrk.lua
var script []byte

// job is one question to one server; name is what its figures go under.
type job struct {
	name     string
	question bench.Question
	server   *server
}

type key struct{ name, question string }

// figures are those of one measurement.
type figures struct {
	perSecond     float64
	p50, p99, cpu time.Duration // cpu is user and system time of the server for one request
}

// measure takes the jobs in turn, as many rounds as wanted, so that whatever else the machine does meets all alike.
// A round before them fills caches and is not counted.
func measure(ctx context.Context, s settings, jobs []job, log io.Writer) (map[key][]figures, error) {
	folder, err := os.MkdirTemp("", "demarche-wrk-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	lua := filepath.Join(folder, "wrk.lua")
	if err := os.WriteFile(lua, script, 0o644); err != nil {
		return nil, err
	}
	// What a server makes once, at its first question, it shall not make for sixteen connections at once.
	for _, job := range jobs {
		if _, err := job.server.ask(ctx, job.question); err != nil {
			return nil, fmt.Errorf("ask %s: %w", job.name, err)
		}
	}
	results := map[key][]figures{}
	for round := range s.rounds + 1 {
		for _, job := range jobs {
			found, err := job.measure(ctx, s, lua)
			if err != nil {
				return nil, fmt.Errorf("measure %s of %s: %w", job.question.Name, job.name, err)
			}
			if round > 0 {
				k := key{job.name, job.question.Name}
				results[k] = append(results[k], found)
			}
		}
		if round > 0 {
			fmt.Fprintf(log, "round %d of %d\n", round, s.rounds)
		}
	}
	return results, nil
}

func (j job) measure(ctx context.Context, s settings, lua string) (figures, error) {
	method, path, body, err := j.server.request(j.question)
	if err != nil {
		return figures{}, err
	}
	command := exec.CommandContext(ctx, "wrk", "-t1", "-c", strconv.Itoa(s.connections), "-d", strconv.Itoa(int(s.duration.Seconds()))+"s",
		"--timeout", "30s", "-s", lua, j.server.base+path)
	command.Env = append(os.Environ(), "BENCH_METHOD="+method, "BENCH_BODY="+string(body))
	before, err := processTime(j.server.processes)
	if err != nil {
		return figures{}, err
	}
	out, err := command.CombinedOutput()
	if err != nil {
		return figures{}, fmt.Errorf("wrk: %w\n%s", err, out)
	}
	after, err := processTime(j.server.processes)
	if err != nil {
		return figures{}, err
	}
	line := out[max(0, bytes.LastIndex(out, []byte("RESULT"))):]
	var requests, micros, p50, p99, failed int64
	if _, err := fmt.Sscanf(string(line), "RESULT %d %d %d %d %d", &requests, &micros, &p50, &p99, &failed); err != nil {
		return figures{}, fmt.Errorf("wrk said %s", out)
	}
	if failed > 0 || requests == 0 {
		return figures{}, fmt.Errorf("%d of %d requests failed", failed, requests)
	}
	return figures{float64(requests) / float64(micros) * 1e6, time.Duration(p50) * time.Microsecond, time.Duration(p99) * time.Microsecond,
		(after - before) / time.Duration(requests)}, nil
}

// processTime is the user and system time of the processes and all below them, from /proc.
func processTime(roots []int) (time.Duration, error) {
	const tick = 10 * time.Millisecond // the kernel's USER_HZ is 100 wherever Go runs
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	children, ticks := map[int][]int{}, map[int]int64{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue // it ended meanwhile
		}
		// The name of the program stands in brackets and may hold anything.
		fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		parent, _ := strconv.Atoi(fields[1])
		for _, field := range fields[11:13] {
			used, _ := strconv.ParseInt(field, 10, 64)
			ticks[pid] += used
		}
		children[parent] = append(children[parent], pid)
	}
	var total int64
	pending := slices.Clone(roots)
	for len(pending) > 0 {
		pid := pending[0]
		if _, alive := ticks[pid]; !alive {
			return 0, fmt.Errorf("process %d has ended", pid)
		}
		total += ticks[pid]
		pending = append(pending[1:], children[pid]...)
	}
	return time.Duration(total) * tick, nil
}
