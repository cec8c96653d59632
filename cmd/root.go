// Package cmd is the command line: one file a subcommand, each of which turns flags into one call of a package
// below and its error into an exit code.
//
// Results go to stdout, everything else to stderr. An error is one line that says what, where and what next.
// Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done but some inputs were rejected.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const (
	exitDone     = 0
	exitFailed   = 1
	exitUsage    = 2
	exitRejected = 3
)

// errRejected is returned by a command that did its work but refused some inputs, each of which it has named
// on stderr already.
var errRejected = errors.New("some inputs were rejected")

// errReported is returned by a command that failed and has said all about it on stderr.
var errReported = errors.New("failed as reported")

// usageError is a mistake in flags or arguments.
type usageError struct{ error }

func usagef(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

// Main runs the program with the arguments and streams of the process and returns its exit code. An interrupt,
// a request to terminate or the end of the terminal (unless nohup has it ignored) cancels what runs.
func Main() int {
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	defer stop()
	return run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s := &settings{}
	root := newRootCommand(s)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	began := time.Now()
	ran, err := root.ExecuteContextC(ctx)
	if s.verbose {
		fmt.Fprintf(stderr, "%s %s: took %s, and %s of memory at most\n", ran.CommandPath(), version, time.Since(began).Round(time.Millisecond), megabytes(peakMemory()))
	}
	if err == nil {
		return exitDone
	}
	if errors.Is(err, errRejected) {
		return exitRejected
	}
	if errors.Is(err, errReported) {
		return exitFailed
	}
	fmt.Fprintf(stderr, "demarche: %s\n", oneLine(err))
	var usage usageError
	if errors.As(err, &usage) {
		fmt.Fprintf(stderr, "Run '%s --help' for its flags and an example.\n", ran.CommandPath())
		return exitUsage
	}
	return exitFailed
}

func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}

// settings are the flags that all commands share.
type settings struct {
	database string // the file of the graph
	quiet    bool   // nothing is said but what was asked for, and what is wrong
	verbose  bool   // how long it took is said too
}

// say prints a line on what was done, which a quiet program leaves out.
func (s *settings) say(w io.Writer, format string, args ...any) {
	if !s.quiet {
		fmt.Fprintf(w, format+"\n", args...)
	}
}

func newRootCommand(s *settings) *cobra.Command {
	serve := newServeCommand(s)
	root := &cobra.Command{
		Use:   "demarche",
		Short: "Who raises which issue with whom, each answer with the sentence it rests on",
		Long: "Demarche reads news, finds who raises which issue with whom, stores it in one SQLite file and serves it\n" +
			"as a typed GraphQL graph in which every edge quotes the sentence it rests on.\n\n" +
			"Without a command it serves, as 'demarche serve' does, and takes its flags.\n\n" +
			"Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done but some inputs were rejected.\n" +
			"Output is never coloured, with NO_COLOR or without; tables are fitted to a terminal and written whole elsewhere.",
		Example: "  demarche load news/ --db news.db\n" +
			"  demarche query --db news.db '{ issues(raisedBy: \"Japan\", raisedWith: \"US\") { edges { raiseCount node { name } } } }'\n" +
			"  demarche serve --db news.db",
		Args: unknownCommand,
		RunE: serve.RunE,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if s.quiet && s.verbose {
				return usagef("--quiet and --verbose exclude each other: keep one")
			}
			return refuseEmpty(cmd.Flags())
		},
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	database := os.Getenv("DEMARCHE_DB")
	if database == "" {
		database = "demarche.db"
	}
	root.PersistentFlags().StringVar(&s.database, "db", database, "`FILE` of the graph; the environment's DEMARCHE_DB changes the default")
	root.PersistentFlags().BoolVarP(&s.quiet, "quiet", "q", false, "print nothing but what was asked for, and what is wrong")
	root.PersistentFlags().BoolVarP(&s.verbose, "verbose", "v", false, "print on stderr how long it took and how much memory")
	// Its help names one of the many flags of serve, which it takes all.
	serve.Flags().VisitAll(func(flag *pflag.Flag) {
		taken := *flag
		taken.Hidden = flag.Name != "addr"
		root.Flags().AddFlag(&taken)
	})
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagError(err) })
	root.AddCommand(
		serve,
		newLoadCommand(s),
		newRemoveCommand(s),
		newReextractCommand(s),
		newSeedsCommand(s),
		newQueryCommand(s),
		newExportCommand(s),
		newSchemaCommand(),
		newEvalCommand(),
		newCheckCommand(s),
		newUpgradeCommand(s),
		newDoctorCommand(s),
		newDatasetteCommand(s),
		newManCommand(),
		newVersionCommand(),
	)
	refuseUnknown(root)
	return root
}

// refuseUnknown has cobra's own commands refuse what they do not know, as ours do, instead of showing some help.
func refuseUnknown(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	root.InitDefaultHelpCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "completion":
			cmd.Args = unknownCommand
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		case "help":
			cmd.Args = func(_ *cobra.Command, args []string) error {
				found, rest, err := root.Find(args)
				if err != nil {
					return usageError{err}
				}
				if len(rest) > 0 && !found.HasSubCommands() {
					return usagef("unexpected argument %q", rest[0])
				}
				return unknownCommand(found, rest)
			}
		}
	}
}

// flagError says what is wrong with a flag without the names of Go's functions.
func flagError(err error) error {
	var number *strconv.NumError
	if !errors.As(err, &number) {
		return usageError{err}
	}
	want := "want a number"
	if number.Func == "ParseBool" {
		want = "want true or false"
	}
	return usagef("%s", strings.Replace(err.Error(), number.Error(), want, 1))
}

// refuseEmpty refuses flags that are given without a value, as an unset variable of a shell gives them: what they
// say is not that they were left out.
func refuseEmpty(flags *pflag.FlagSet) (err error) {
	flags.Visit(func(flag *pflag.Flag) {
		values := []string{flag.Value.String()}
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		if slices.Contains(values, "") {
			err = usagef("--%s is empty: give it a value, or leave it out", flag.Name)
		}
	})
	return err
}

// count is a number of things, which regularly have an s where they are many.
func count(number int, thing string) string {
	if number != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", number, thing)
}

// unknownCommand refuses arguments of a command that has others below it: they are commands that do not exist.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2 // letters: cobra sets it for itself alone
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return usagef("unknown command %q: did you mean %s?", args[0], strings.Join(near, " or "))
	}
	if !cmd.HasParent() { // the list is long: its help has it
		return usagef("unknown command %q", args[0])
	}
	var names []string
	for _, below := range cmd.Commands() {
		if below.IsAvailableCommand() {
			names = append(names, below.Name())
		}
	}
	return usagef("unknown command %q: want %s", args[0], strings.Join(names, ", "))
}

// arguments takes between least and most arguments (most < 0: any number), which what names: "PATH: a file or folder".
func arguments(least, most int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < least {
			name, about, _ := strings.Cut(what, ": ")
			return usagef("%s is missing: give %s", name, about)
		}
		if most >= 0 && len(args) > most {
			return usagef("unexpected argument %q", args[most])
		}
		return nil
	}
}
