package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	sdk "go.opentelemetry.io/otel/sdk/trace"

	"demarche/db"
	"demarche/server"
	"demarche/web"
)

func newServeCommand(s *settings) *cobra.Command {
	serving := &serving{}
	groups := serving.groups()
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the graph: GraphQL, playground, web page",
		Long: "Serve answers GraphQL on /graphql, with the playground on /playground, the schema on /schema.graphql and a page\n" +
			"on /, until it is interrupted. What 'demarche load' adds meanwhile is shown at once.\n\n" +
			"Where the file of the graph does not exist yet, it serves the sample articles that the program brings along, from\n" +
			"a temporary file that goes away with it.",
		Example: "  demarche serve --db news.db --addr 127.0.0.1:9000\n" +
			"  demarche serve --db news.db --addr 0.0.0.0:8080 --host news.example.org --token-file tokens.txt",
		Args: arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := serving.check(cmd.Flags(), groups); err != nil {
				return err
			}
			serving.complete(cmd.Flags(), cmd.ErrOrStderr())
			stdout := cmd.OutOrStdout()
			if s.quiet {
				stdout = io.Discard
			}
			return serve(cmd.Context(), s.database, serving, stdout, cmd.ErrOrStderr())
		},
	}
	addGroups(cmd, groups)
	return cmd
}

// Answers are made and thrown away while little is kept: the collector may wait until there is five times as much as is
// kept, except where that would take more than this beside the answers that are kept on purpose. Whoever sets GOGC or
// GOMEMLIMIT has it otherwise.
const (
	garbagePercent = 400
	memoryLimit    = 128 << 20 // bytes
)

func tuneCollector(answerCache int64) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit + answerCache)
	}
}

func serve(ctx context.Context, database string, serving *serving, stdout, stderr io.Writer) error {
	tuneCollector(serving.answerCache)
	// Before the sample is loaded, which takes a moment: a busy port should be known at once.
	listener, err := listen(ctx, serving.address)
	if err != nil {
		return err
	}
	defer listener.Close()

	if err := errors.Join(serving.trust(), serving.credentials(ctx)); err != nil {
		return err
	}
	served, graphName := database, database
	if _, err := os.Stat(database); errors.Is(err, fs.ErrNotExist) {
		folder, err := os.MkdirTemp("", "demarche-sample-")
		if err != nil {
			return fmt.Errorf("make a folder for the sample: %w", err)
		}
		defer os.RemoveAll(folder)
		served, graphName = filepath.Join(folder, "sample.db"), "the sample articles"
		if err := loadSample(ctx, served); err != nil {
			return fmt.Errorf("load the sample articles: %w", err)
		}
		fmt.Fprintf(stdout, "There is no %s yet: this is the sample that comes with the program, from a temporary file.\n"+
			"Load articles of your own with '%s load PATH --db %s' and start again.\n\n", database, os.Args[0], database)
	}
	reader, err := db.OpenReader(ctx, served)
	if err != nil {
		return err
	}
	defer reader.Close()

	if serving.collector != "" {
		traces, err := server.NewTraces(ctx, serving.collector, version)
		if err != nil {
			return err
		}
		defer endTraces(ctx, traces, stderr)
		serving.options.Traces = traces
	}
	made, err := server.New(ctx, reader, serving.options)
	if err != nil {
		return err
	}
	defer made.Close()
	base := serving.base(listener)
	fmt.Fprintf(stdout, "Serving     %[2]s\nPage        %[1]s/\nPlayground  %[1]s/playground\nGraphQL     %[1]s/graphql\nSchema      %[1]s/schema.graphql\n",
		base, graphName)
	if !web.Built() {
		fmt.Fprintln(stderr, "This binary was built without its web pages: 'make build' with Node installed adds them. The API works all the same.")
	}

	if len(serving.options.Hosts) == 0 && !isLoopback(hostOf(serving.address)) {
		fmt.Fprintln(stderr, "Until --host names the server, it answers those alone who call it localhost.")
	}
	log := serving.options.Logger
	log.InfoContext(ctx, "started", "address", listener.Addr().String(), "database", graphName, "version", version)
	defer log.InfoContext(context.WithoutCancel(ctx), "stopped", "address", listener.Addr().String())
	return made.Run(ctx, listener)
}

// endTraces sends what is left, if the collector takes it soon.
func endTraces(ctx context.Context, traces *sdk.TracerProvider, stderr io.Writer) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	if err := traces.Shutdown(ctx); err != nil {
		fmt.Fprintln(stderr, "The last traces were not sent:", err)
	}
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("address %s is in use: stop the program that holds it, or choose another with --addr", address)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return listener, nil
}
