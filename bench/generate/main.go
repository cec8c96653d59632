// Command generate writes the benchmark's graph into a new file.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"time"

	"demarche/bench"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "generate:", err)
		}
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("generate", flag.ContinueOnError)
	path := flags.String("db", "", "`FILE` to create; it must not exist")
	raises := flags.Int("raises", 1_000_000, "how many raises; there are a tenth as many articles")
	seed := flags.Uint64("seed", 1, "another number makes another graph")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *path == "" || flags.NArg() > 0 || *raises < 1 {
		return errors.New("usage: generate -db FILE [-raises 1000000] [-seed 1]")
	}
	if _, err := os.Stat(*path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s exists already: remove it, or name another file", *path)
	}
	began := time.Now()
	if err := bench.Write(ctx, *path, bench.SizeOf(*raises), *seed); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: %d raises in %s\n", *path, *raises, time.Since(began).Round(time.Second))
	return nil
}
