package loader

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"unicode"
)

// Article is one article as it came in, before anything was looked for in it.
type Article struct {
	ID        string // external id, unique in the graph
	Title     string
	Summary   string
	Text      string // valid UTF-8 without NUL, else as it came
	URL       string // absolute http(s), or ""
	Source    string
	Published string // YYYY-MM-DD, or "" where not known
	Language  string // as the record gives it: "en", "English", or ""

	File     string // the file it was read from, as the user named it, or "stdin"
	Line     int    // its line there, from 1; 0 where the file is one article
	Warnings string // what was read otherwise than it may have been meant, each a line with its place
}

// Place says where the article was read: "news.jsonl:41".
func (a *Article) Place() string { return place(a.File, a.Line) }

// warn adds a line to the article's warnings.
func (a *Article) warn(place, format string, args ...any) {
	a.Warnings += oneLine(place+": warning: "+fmt.Sprintf(format, args...)) + "\n"
}

func place(file string, line int) string {
	if line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d", file, line)
}

// Reject is an input that was refused; the run goes on after it.
type Reject struct {
	Place  string `json:"place"` // "news.jsonl:41", or a file's path
	Reason string `json:"reason"`
	Record string `json:"record,omitempty"` // as it stood there, "" where it is too large or no record
}

// Error gives the place and the reason in one line, whatever characters the name of a file has.
func (r *Reject) Error() string { return oneLine(r.Place + ": " + r.Reason) }

func oneLine(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return '\ufffd'
		}
		return c
	}, text)
}

// DefaultMaxRecord is the size in bytes past which a record is refused when ReadOptions names no other.
const DefaultMaxRecord = 16 << 20

// ReadOptions says how inputs are read. The zero value reads with the defaults.
type ReadOptions struct {
	IDPrefix  string // put before every external id
	MaxRecord int    // bytes of one record, or of one plain text; 0 means DefaultMaxRecord
	Latest    string // YYYY-MM-DD: what claims to be of a later day is taken to have no date; "" takes all days

	// Only, if set, chooses the files that are read; it is asked of each file, named or found in a folder, before Read returns.
	Only func(path string, info fs.FileInfo) bool
	// Note, if set, is told once what a reader of the run should know: files of a folder that were passed over, or that
	// there is none.
	Note func(string)
	// Progress, if set, is told as files are read how many of their bytes are done. The total is 0 where it
	// cannot be known (standard input). It is called by whoever draws the articles.
	Progress func(done, total int64)
}

// input is one file that Read goes through.
type input struct {
	path   string // as the user would name it
	id     string // file id: path below the named folder, without .gz
	format format // nil for a kind that Read does not take
	kind   kind
	err    error // why it cannot be read, found while folders were listed
}

// kind says where the bytes of an input come from.
type kind uint8

const (
	file kind = iota
	stdin
	archive // a file that holds others
	address // a URL
)

// format reads the articles of one file. It returns an error only where the file cannot be read to its end.
type format func(s *source) error

// formats lists what Read takes, by extension.
func formats() map[string]format {
	return map[string]format{
		".txt": readPlain, ".md": readMarkdown, ".html": readHTML, ".htm": readHTML, ".jsonl": readJSONL, ".json": readJSON,
		".csv": readCSV, ".xml": readFeed, ".rss": readFeed, ".atom": readFeed,
	}
}

const kinds = ".txt, .md, .html, .jsonl, .json, .csv, .xml, .rss and .atom files, also gzipped (.gz) or in a .zip"

// passedOver says how many files are of no kind that is read.
func passedOver(number int) string {
	if number == 1 {
		return "1 file of another kind passed over"
	}
	return fmt.Sprintf("%d files of other kinds passed over", number)
}

// Read yields the articles of files, folders, addresses (http:// or https://) and standard input ("-") one by one, in the order of the paths,
// a folder's files sorted by name. What is refused comes as a *Reject in its place, and reading goes on; any
// other error is the last thing yielded. Memory does not grow with the input: one record is held at a time.
//
// The error returned at once names a path that does not exist, before anything is read.
func Read(ctx context.Context, paths []string, standard io.Reader, options ReadOptions) (iter.Seq2[Article, error], error) {
	if options.MaxRecord <= 0 {
		options.MaxRecord = DefaultMaxRecord
	}
	inputs, total, passed, err := findInputs(paths, options.Only)
	if err != nil {
		return nil, err
	}
	return func(yield func(Article, error) bool) {
		switch {
		case options.Note == nil:
		case passed > 0:
			options.Note(fmt.Sprintf("%s: load takes %s", passedOver(passed), kinds))
		case len(inputs) == 0:
			options.Note("no file found: load takes " + kinds)
		}
		progress := &progress{total: total, tell: options.Progress}
		for _, in := range inputs {
			s := &source{input: in, options: options, yield: yield}
			err := s.read(ctx, standard, progress)
			switch {
			case s.stopped:
				return
			case ctx.Err() != nil:
				yield(Article{}, ctx.Err())
				return
			case err != nil:
				if !s.reject(s.place(), readableError(err)) {
					return
				}
			}
		}
	}, nil
}

// findInputs resolves the paths to files, with their sizes summed and the number of files in folders that are
// of no kind that Read takes. A named file of another kind stays in the list, to be refused by name.
func findInputs(paths []string, only func(string, fs.FileInfo) bool) (inputs []input, total int64, passed int, err error) {
	known := formats()
	for _, path := range paths {
		if path == "-" {
			inputs = append(inputs, input{path: "stdin", id: "stdin", format: readStdin, kind: stdin})
			continue
		}
		if isURL(path) {
			inputs = append(inputs, input{path: path, id: path, kind: address})
			continue
		}
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, 0, 0, fmt.Errorf("load %s: no such file or folder: check the path, or give - to read standard input", path)
		}
		if err != nil {
			return nil, 0, 0, fmt.Errorf("load %s: %w", path, err)
		}
		if !info.IsDir() {
			if only != nil && !only(path, info) {
				continue
			}
			name, extension := splitExtension(filepath.Base(path))
			inputs = append(inputs, input{path: path, id: cleanText(name), format: known[extension], kind: kindOf(extension)})
			total += info.Size()
			continue
		}
		err = filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			if err != nil {
				// A folder that cannot be listed is an input like any other: named when its turn comes.
				inputs = append(inputs, input{path: file, err: err})
				return nil
			}
			if hidden := file != path && strings.HasPrefix(entry.Name(), "."); hidden {
				if entry.IsDir() {
					return fs.SkipDir
				}
				return nil
			}
			if entry.IsDir() {
				return nil
			}
			info, err := os.Stat(file) // follows a link to a file; links to folders could run in circles
			if err == nil && !info.Mode().IsRegular() {
				return nil
			}
			below, relErr := filepath.Rel(path, file)
			if relErr != nil {
				return relErr
			}
			name, extension := splitExtension(filepath.ToSlash(below))
			if known[extension] == nil && kindOf(extension) != archive {
				passed++
				return nil
			}
			if err == nil && only != nil && !only(file, info) {
				return nil
			}
			inputs = append(inputs, input{path: file, id: cleanText(name), format: known[extension], kind: kindOf(extension)})
			if err == nil {
				total += info.Size()
			}
			return nil
		})
		if err != nil {
			return nil, 0, 0, fmt.Errorf("load %s: %w", path, err)
		}
	}
	return inputs, total, passed, nil
}

func kindOf(extension string) kind {
	if extension == ".zip" {
		return archive
	}
	return file
}

// splitExtension takes .gz off a file's name and gives the extension, in lower case, that tells its format.
func splitExtension(name string) (withoutGzip, extension string) {
	if strings.EqualFold(filepath.Ext(name), ".gz") {
		name = name[:len(name)-len(".gz")]
	}
	return name, strings.ToLower(filepath.Ext(name))
}

// source is one input while it is being read.
type source struct {
	input
	options ReadOptions
	reader  *bufio.Reader // its bytes, decompressed, a byte order mark taken off
	yield   func(Article, error) bool
	line    int    // of the record at hand, counted from 1; 0 for a format that is one article
	record  []byte // as it stands; nil where there is none
	stopped bool   // whoever draws the articles wants no more
}

// read opens the input and hands it to its format.
func (s *source) read(ctx context.Context, standard io.Reader, progress *progress) error {
	switch {
	case s.err != nil:
		return s.err
	case s.format == nil && s.kind == file:
		s.reject(s.path, "unknown kind of file: load takes "+kinds)
		return nil
	}
	metered := &meteredReader{ctx: ctx, reader: standard, progress: progress}
	switch s.kind {
	case address:
		body, err := s.fetch(ctx)
		if err != nil {
			return err
		}
		defer body.Close()
		metered.reader = body
	case file, archive:
		opened, err := os.Open(s.path)
		if err != nil {
			return err
		}
		defer opened.Close()
		metered.reader = opened
		if s.kind == archive {
			return s.readZip(opened, metered)
		}
	}
	return s.consume(metered)
}

// consume hands bytes, decompressed and in UTF-8 or at least in a superset of ASCII, to the format.
func (s *source) consume(bytes io.Reader) error {
	buffered := bufio.NewReaderSize(bytes, sniffed)
	zipped := strings.EqualFold(filepath.Ext(s.path), ".gz")
	if magic, _ := buffered.Peek(2); zipped || string(magic) == "\x1f\x8b" {
		unzipped, err := gzip.NewReader(buffered)
		if err != nil {
			return err
		}
		buffered = bufio.NewReaderSize(unzipped, sniffed)
	}
	s.reader = decodeUTF16(buffered)
	return s.format(s)
}

// place names the record at hand.
func (s *source) place() string { return place(s.path, s.line) }

// reject yields a refusal. It says whether reading shall go on.
func (s *source) reject(place, reason string) bool {
	if !s.stopped {
		s.stopped = !s.yield(Article{}, &Reject{Place: place, Reason: reason, Record: cleanText(string(s.record))})
	}
	return !s.stopped
}

// give yields an article that came from this source, its fields cleaned and its id completed. ownID is the id
// of an article that is a file of its own, "" for a record. It says whether reading shall go on.
func (s *source) give(a Article, ownID string) bool {
	a.Title, a.Summary, a.Text = cleanText(a.Title), cleanText(a.Summary), cleanText(a.Text)
	a.Source, a.Language = strings.TrimSpace(cleanText(a.Source)), strings.TrimSpace(cleanText(a.Language))
	a.URL = absoluteURL(cleanText(a.URL))
	a.ID = cleanText(a.ID)
	if a.Published != "" {
		given := strings.TrimSpace(cleanText(a.Published))
		day, ok := parseDate(given)
		switch {
		case !ok:
			a.warn(s.place(), "the date %.60q cannot be read: stored without one", given)
		case s.options.Latest != "" && day > s.options.Latest:
			a.warn(s.place(), "the date %.60q lies in the future: stored without one", given)
			day = ""
		}
		a.Published = day
	}
	if strings.TrimSpace(a.Title) == "" && strings.TrimSpace(a.Text) == "" {
		return s.reject(s.place(), "neither title nor text")
	}
	switch {
	case strings.TrimSpace(a.ID) != "":
	case ownID != "":
		a.ID = ownID
	case a.URL != "":
		a.ID = a.URL
	default:
		a.ID = s.id + "#" + textHash(a.Title, a.Text)
	}
	a.ID = s.options.IDPrefix + a.ID
	a.File, a.Line = s.path, s.line
	if !s.stopped {
		s.stopped = !s.yield(a, nil)
	}
	return !s.stopped
}

// textHash is what tells records without an id apart: 12 hex digits of the SHA-256 of title, line feed, text.
func textHash(title, text string) string {
	sum := sha256.Sum256([]byte(title + "\n" + text))
	return hex.EncodeToString(sum[:6])
}

func tooLarge(limit int) string {
	return fmt.Sprintf("larger than %s: raise --max-record to take it", formatSize(limit))
}

func formatSize(bytes int) string {
	switch {
	case bytes >= 1<<20 && bytes%(1<<20) == 0:
		return fmt.Sprintf("%d MB", bytes>>20)
	case bytes >= 1<<10 && bytes%(1<<10) == 0:
		return fmt.Sprintf("%d kB", bytes>>10)
	}
	return fmt.Sprintf("%d bytes", bytes)
}

// cleanText replaces what cannot be stored as text by U+FFFD: invalid UTF-8, and NUL, at which SQLite's substr
// would end, so that a quote behind it could no longer be found by its offsets.
func cleanText(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "\ufffd")
}

// absoluteURL gives back an absolute http(s) URL without the space around it, and "" for anything else.
func absoluteURL(text string) string {
	text = strings.TrimSpace(text)
	parsed, err := url.Parse(text)
	if err != nil || parsed.Host == "" {
		return ""
	}
	if scheme := strings.ToLower(parsed.Scheme); scheme != "http" && scheme != "https" {
		return ""
	}
	return text
}

// readableError says in the user's words why a file could not be read to its end.
func readableError(err error) string {
	var path *fs.PathError
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, gzip.ErrHeader):
		return "not a gzip file, whatever its name says"
	case errors.Is(err, gzip.ErrChecksum):
		return "damaged: the gzip checksum does not match"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "cut off: the compressed data ends early"
	case errors.As(err, &corrupt):
		return "damaged: the compressed data makes no sense"
	case errors.As(err, &path):
		return path.Err.Error()
	}
	if reason := readableZipError(err); reason != "" {
		return reason
	}
	return err.Error()
}

// progress sums up the bytes that were taken from files.
type progress struct {
	done, total int64
	tell        func(done, total int64)
}

// meteredReader counts what is read and stops at the end of the context.
type meteredReader struct {
	ctx      context.Context
	reader   io.Reader
	progress *progress
}

func (r *meteredReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.reader.Read(p)
	r.add(int64(n))
	return n, err
}

func (r *meteredReader) add(n int64) {
	r.progress.done += n
	if r.progress.tell != nil {
		r.progress.tell(r.progress.done, r.progress.total)
	}
}
