package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"
)

// lookAgain is how often watched files are looked at.
const lookAgain = time.Second

// follow keeps loading until the context ends, which is how it is meant to end: files that are new or have changed where
// they are watched, addresses at their interval. pass loads paths once; with a watch, those files alone that it takes.
func follow(ctx context.Context, paths []string, options loadOptions, stderr io.Writer, pass func([]string, *watch) error) error {
	var files, addresses []string
	for _, path := range paths {
		switch {
		case path == "-":
			return usagef("standard input cannot be followed: leave - or the flags --watch and --every out")
		case strings.HasPrefix(path, "http://"), strings.HasPrefix(path, "https://"):
			addresses = append(addresses, path)
		default:
			files = append(files, path)
		}
	}
	switch {
	case options.every > 0 && len(addresses) == 0:
		return usagef("--every %v: want an address (https://…) to ask for again", options.every)
	case options.watch && len(files) == 0:
		return usagef("--watch: want a folder or file to look at")
	}
	rejected := false
	run := func(paths []string, w *watch) error {
		if len(paths) == 0 {
			return nil
		}
		err := pass(paths, w)
		rejected = rejected || errors.Is(err, errRejected)
		if errors.Is(err, errRejected) {
			return nil
		}
		return err
	}
	seen := &watch{files: map[string]*watchedFile{}, first: true}
	if err := errors.Join(run(files, seen), run(addresses, nil)); err != nil {
		return err
	}
	seen.first = false

	var look, ask <-chan time.Time
	if options.watch {
		ticker := time.NewTicker(lookAgain)
		defer ticker.Stop()
		look = ticker.C
	}
	if options.every > 0 {
		ticker := time.NewTicker(options.every)
		defer ticker.Stop()
		ask = ticker.C
	}
	for {
		var err error
		select {
		case <-ctx.Done():
			if rejected {
				return errRejected
			}
			return nil
		case <-look:
			err = run(files, seen)
		case <-ask:
			err = run(addresses, nil)
		}
		if err != nil { // the next time may go better
			fmt.Fprintf(stderr, "demarche: %s\n", oneLine(err))
		}
	}
}

// watch remembers how files looked when they were loaded.
type watch struct {
	files map[string]*watchedFile
	first bool // everything is taken
	taken int  // files
}

type watchedFile struct {
	loaded, last look
}

// look is what tells that a file has been written to.
type look struct {
	size    int64
	changed time.Time
}

// take tells whether a file is to be loaded: at first, and whenever it has changed since and then stood still from one
// look to the next, so that nothing is read that is still being written.
func (w *watch) take(path string, info fs.FileInfo) bool {
	now := look{info.Size(), info.ModTime()}
	file := w.files[path]
	if file == nil {
		file = &watchedFile{}
		w.files[path] = file
	}
	still := file.last == now
	file.last = now
	if file.loaded == now || !still && !w.first {
		return false
	}
	file.loaded = now
	w.taken++
	return true
}

// followed tells whether a load is to go on until it is stopped.
func (o *loadOptions) followed() bool { return o.watch || o.every > 0 }
