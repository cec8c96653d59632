package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/spf13/cobra"

	"demarche/db"
	"demarche/graph"
	"demarche/loader/extract"
	"demarche/seeds"
	"demarche/web"
)

func newDoctorCommand(s *settings) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Say how the program, its file and this machine are",
		Long: "Doctor looks at what the program needs: its versions, the file of the graph, the seeds, the room on the disk and the limits of\n" +
			"this machine. Each line begins with ok, with note where something could be better, or with bad where something does not work; then\n" +
			"it says what to do, and the exit code is 1. It changes nothing. 'demarche check' looks at every row of the file.",
		Example: "  demarche doctor --db news.db",
		Args:    arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := &doctor{out: cmd.OutOrStdout()}
			d.program()
			d.seeds()
			d.file(cmd.Context(), s.database)
			d.disk(s.database)
			d.machine()
			if d.err != nil {
				return fmt.Errorf("print what was found: %w", d.err)
			}
			if d.bad > 0 {
				return fmt.Errorf("doctor: %s, each said above", count(d.bad, "thing that does not work"))
			}
			return nil
		},
	}
}

// doctor writes a line for each thing it looks at.
type doctor struct {
	out io.Writer
	bad int
	err error
}

func (d *doctor) say(state, what, format string, args ...any) {
	if state == "bad" {
		d.bad++
	}
	_, err := fmt.Fprintf(d.out, "%-5s %-8s %s\n", state, what, fmt.Sprintf(format, args...))
	d.err = cmp.Or(d.err, err)
}

func (d *doctor) program() {
	d.say("ok", "program", "demarche %s, %s on %s/%s, SQLite %s, schema %d", version, runtime.Version(), runtime.GOOS, runtime.GOARCH, db.EngineVersion(), db.SchemaVersion)
	if web.Built() {
		d.say("ok", "pages", "the web pages are in the binary")
	} else {
		d.say("note", "pages", "built without the web pages: 'make build' with Node installed adds them")
	}
}

func (d *doctor) seeds() {
	tables, err := seeds.Load()
	if err != nil {
		d.say("bad", "seeds", "%v", err)
		return
	}
	if problems := seeds.Lint(tables); len(problems) > 0 {
		d.say("bad", "seeds", "%s, the first: %s", count(len(problems), "problem"), problems[0])
		return
	}
	d.say("ok", "seeds", "%s: %d countries, %d organisations, %d leaders, %d issues; extractor %s", tables.Version(),
		len(tables.Countries), len(tables.Organizations), len(tables.Leaders), len(tables.Issues), extract.Version())
}

func (d *doctor) file(ctx context.Context, path string) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		d.say("note", "file", "there is no %s yet: 'demarche load PATH --db %s' creates it", path, path)
		return
	}
	if err != nil {
		d.say("bad", "file", "%v", err)
		return
	}
	reader, err := db.OpenReader(ctx, path)
	if err != nil {
		d.say("bad", "file", "%v", err)
		return
	}
	defer reader.Close()
	var dataset db.Dataset
	err = reader.View(ctx, func(v *db.View) (err error) {
		dataset, err = v.Dataset(ctx)
		return err
	})
	if err != nil {
		d.say("bad", "file", "%s cannot be read: %v", path, err)
		return
	}
	d.say("ok", "file", "%s: %s, %s, %s", path, megabytes(uint64(info.Size())), count(int(dataset.Articles), "article"), count(int(dataset.Raises), "raise"))
	if dataset.ExtractorVersion != extract.Version() || dataset.SeedsVersion != seeds.Version() {
		d.say("note", "graph", "made by extractor %s with seeds %s: 'demarche reextract --db %s' reads its texts again with those of this program",
			dataset.ExtractorVersion, dataset.SeedsVersion, path)
	}
	if file, err := os.OpenFile(path, os.O_RDWR, 0); err != nil {
		d.say("note", "file", "%s cannot be written to, so that nothing can be loaded: %v", path, err)
	} else if err := file.Close(); err != nil {
		d.say("bad", "file", "%v", err)
	}
}

// roomForLoad is what a load of some thousand articles takes beside the file, for a while.
const roomForLoad = 200 << 20

func (d *doctor) disk(path string) {
	folder := filepath.Dir(path)
	var stat syscall.Statfs_t
	if err := syscall.Statfs(folder, &stat); err != nil {
		d.say("bad", "disk", "%s: %v: make the folder, or name another file with --db", folder, err)
		return
	}
	free := uint64(stat.Bavail) * uint64(stat.Bsize)
	state, next := "ok", ""
	if free < roomForLoad {
		state, next = "note", ": make room before you load"
	}
	d.say(state, "disk", "%s free in %s%s", megabytes(free), folder, next)
}

// fewFiles is what connections to the file and to clients soon use up.
const fewFiles = 512

func (d *doctor) machine() {
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		d.say("bad", "limits", "%v", err)
		return
	}
	state, next := "ok", ""
	if files.Cur < fewFiles {
		state, next = "note", ": 'ulimit -n 4096' allows more connections"
	}
	d.say(state, "limits", "%s, %d open files%s", count(runtime.GOMAXPROCS(0), "core"), files.Cur, next)
	o := graph.Options{}.WithDefaults()
	d.say("ok", "limits", "an operation may have %d levels, %d values, %s; %d at once ('demarche serve --help' lists all)",
		o.MaxDepth, o.MaxCost, o.Timeout, o.MaxOperations)
}

// peakMemory is the most that the program has had in memory, in bytes.
func peakMemory() uint64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	unit := uint64(1 << 10)
	if runtime.GOOS == "darwin" {
		unit = 1
	}
	return uint64(usage.Maxrss) * unit
}

func megabytes(bytes uint64) string {
	if bytes >= 10e9 {
		return fmt.Sprintf("%d GB", bytes/1e9)
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
}
