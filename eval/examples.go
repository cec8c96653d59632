// Package eval measures the extractor against annotated articles: precision, recall and F1 of triples, pairs
// and issues, the acts of matched raises, calibration, for the seen and the unseen part apart.
//
// It reads annotations and compares; the articles come from the loader's reader, so that what is measured is
// what `load` would store. It changes nothing.
package eval

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math/big"
	"os"
	"strings"

	"demarche/loader/extract"
)

// Gold is the annotation of one article.
type Gold struct {
	ID     string      `json:"id"`
	Raises []GoldRaise `json:"raises"`
}

// GoldRaise is one annotated raise.
type GoldRaise struct {
	By       string `json:"by"`
	With     string `json:"with"`
	Issue    string `json:"issue"`
	Act      string `json:"act"`
	Modality string `json:"modality"`
	Speaker  string `json:"speaker"` // "" where it was null
	Evidence string `json:"evidence"`
	// Where the evidence stands, for annotation that holds no text of its articles: "title" or "text", and code points from 0, End
	// exclusive. Part is "" where Evidence has it.
	Part  string `json:"part"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

// evidence is the sentence itself, from the article where the annotation holds its place alone.
func (r *GoldRaise) evidence(title, text string) (string, error) {
	from := text
	switch r.Part {
	case "":
		return r.Evidence, nil
	case "title":
		from = title
	case "text":
	default:
		return "", fmt.Errorf(`part %q: want "title" or "text"`, r.Part)
	}
	runes := []rune(from)
	if r.Start < 0 || r.Start >= r.End || r.End > len(runes) {
		return "", fmt.Errorf("place %d to %d of a %s of %d code points", r.Start, r.End, r.Part, len(runes))
	}
	return string(runes[r.Start:r.End]), nil
}

// listed are the organizations that the annotation guide gives codes of their own, beside those of two letters.
var listed = map[string]bool{
	"NATO": true, "G20": true, "ASEAN": true, "AFU": true, "LAS": true, "GCC": true, "BRICS": true, "SCO": true, "WHO": true,
	"IMF": true, "ICC": true,
}

// Party maps a code to that of the annotation, which knows organizations that its guide does not list as
// OTHER-ORG only.
func Party(code string) string {
	if len(code) == 2 || listed[code] {
		return code
	}
	return "OTHER-ORG"
}

// Unseen reports whether an annotated article belongs to the part that nobody reads and nothing learns from:
// the SHA-256 of its id, read as a big-endian number, is divisible by three.
func Unseen(id string) bool { return foldOf(id, 3) == 0 }

// foldOf is the SHA-256 of an id, read as a big-endian number, mod folds.
func foldOf(id string, folds int) int {
	sum := sha256.Sum256([]byte(id))
	return int(new(big.Int).Mod(new(big.Int).SetBytes(sum[:]), big.NewInt(int64(folds))).Int64())
}

// ReadGold reads annotations, one JSON object a line and one line an article. Its errors say file and line,
// and what a line should be.
func ReadGold(path string) ([]Gold, error) {
	var rows []Gold
	at := map[string]int{}
	number := 0
	err := readLines(path, func(line []byte) error {
		number++
		var row Gold
		if err := json.Unmarshal(line, &row); err != nil {
			return err
		}
		if row.ID == "" {
			return errors.New(`no "id": want {"id": …, "raises": […]}, one object an article`)
		}
		if first, ok := at[row.ID]; ok {
			return fmt.Errorf("article %q is annotated twice, first in annotation %d: keep one of them", row.ID, first)
		}
		at[row.ID] = number
		for _, r := range row.Raises {
			if r.By == "" || r.With == "" || r.Issue == "" || r.By == r.With {
				return fmt.Errorf("article %q has a raise by %q with %q on %q: want two different parties and an issue", row.ID, r.By, r.With, r.Issue)
			}
		}
		rows = append(rows, row)
		return nil
	})
	return rows, err
}

func readLines(path string, take func([]byte) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	var plain io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if plain, err = gzip.NewReader(file); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	scanner := bufio.NewScanner(plain)
	scanner.Buffer(nil, 16<<20)
	for number := 1; scanner.Scan(); number++ {
		if len(strings.TrimSpace(scanner.Text())) == 0 {
			continue
		}
		if err := take(scanner.Bytes()); err != nil {
			return fmt.Errorf("%s:%d: %w", path, number, explained(err))
		}
	}
	if err := scanner.Err(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// explained says what to do about a line that is no JSON object of the form that is read.
func explained(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	if errors.As(err, &syntax) || errors.As(err, &kind) {
		return fmt.Errorf("%w: want one JSON object a line", err)
	}
	return err
}

// Examples reads annotated articles to learn from; the unseen part is left out.
func Examples(articles, gold string) ([]extract.Example, error) {
	rows, err := ReadGold(gold)
	if err != nil {
		return nil, err
	}
	annotated := map[string]Gold{}
	for _, row := range rows {
		annotated[row.ID] = row
	}
	var examples []extract.Example
	err = readArticles(articles, func(id string, a extract.Article) error {
		row, ok := annotated[id]
		if !ok || Unseen(id) {
			return nil
		}
		x := extract.Example{ID: id, Article: a}
		for _, r := range row.Raises {
			evidence, err := r.evidence(a.Title, a.Text)
			if err != nil {
				return fmt.Errorf("the annotation of %q: %w", id, err)
			}
			x.Raises = append(x.Raises, extract.Annotated{By: r.By, With: r.With, Issue: r.Issue, Act: r.Act, Modality: r.Modality, Evidence: evidence})
		}
		examples = append(examples, x)
		return nil
	})
	return examples, err
}

// Articles calls take with each article of a file, annotated or not, but for the unseen part.
func Articles(path string, take func(extract.Article)) error {
	return readArticles(path, func(id string, a extract.Article) error {
		if !Unseen(id) {
			take(a)
		}
		return nil
	})
}

func readArticles(path string, take func(id string, a extract.Article) error) error {
	return readLines(path, func(line []byte) error {
		var a struct{ ID, Title, Text, Published, Source string }
		if err := json.Unmarshal(line, &a); err != nil {
			return err
		}
		return take(a.ID, extract.Article{Title: a.Title, Text: a.Text, Published: a.Published, Source: a.Source})
	})
}

// Copies tells texts that are largely copied from others, by runs of words.
type Copies map[uint64]struct{}

const (
	runWords  = 8
	mostKnown = 0.1 // share of its runs that a text may have from others
)

// Add takes a text in.
func (c Copies) Add(text string) {
	for _, run := range runs(text) {
		c[run] = struct{}{}
	}
}

// AddAll takes the texts of all articles of a file in, those of the unseen part as well: so that no copy of them is learned from.
func (c Copies) AddAll(path string) error {
	return readArticles(path, func(_ string, a extract.Article) error {
		c.Add(a.Text)
		return nil
	})
}

// Hold reports whether a text is largely copied from those that were taken in.
func (c Copies) Hold(text string) bool {
	all, known := runs(text), 0
	for _, run := range all {
		if _, ok := c[run]; ok {
			known++
		}
	}
	return float64(known) > mostKnown*float64(len(all))
}

// runs returns the hashes of all runs of words of a text.
func runs(text string) []uint64 {
	words := strings.Fields(strings.ToLower(text))
	if len(words) < runWords {
		return nil
	}
	hashes := make([]uint64, len(words))
	for i, word := range words {
		h := fnv.New64a()
		io.WriteString(h, word)
		hashes[i] = h.Sum64()
	}
	all := make([]uint64, len(words)-runWords+1)
	for i := range all {
		for _, h := range hashes[i : i+runWords] {
			all[i] = all[i]*31 + h
		}
	}
	return all
}
