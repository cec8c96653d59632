// Command train learns the extractor's weights from annotated articles and writes them where the extractor
// embeds them: `make train`. It reads nothing of the unseen part.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"slices"

	"demarche/eval"
	"demarche/eval/vectors"
	"demarche/loader/extract"
	"demarche/loader/extract/encoder"
	"demarche/seeds"
)

func main() {
	log.SetFlags(0)
	out := flag.String("out", "loader/extract/weights.bin", "file to write")
	further := flag.String("further", "eval/train-gold.jsonl", "annotation that is learned from, but that confidence is not measured by")
	flag.Parse()
	if flag.NArg() == 0 || flag.NArg()%2 != 0 {
		log.Fatal("usage: train [-out FILE] [-further GOLD.jsonl] ARTICLES.jsonl GOLD.jsonl …: pairs of articles, which may be gzipped, and an annotation of some of them")
	}
	if err := run(*out, *further, flag.Args()); err != nil {
		log.Fatal(err)
	}
}

func run(out, further string, paths []string) error {
	var examples []extract.Example
	var annotations []string // the files, each once
	of := map[string][]extract.Example{}
	for i := 0; i < len(paths); i += 2 {
		articles, gold := paths[i], paths[i+1]
		more, err := eval.Examples(articles, gold)
		if err != nil {
			return err
		}
		for i := range more {
			more[i].Reference = gold != further
		}
		examples = append(examples, more...)
		of[gold] = append(of[gold], more...)
		if !slices.Contains(annotations, gold) {
			annotations = append(annotations, gold)
		}
	}
	s, err := seeds.Load()
	if err != nil {
		return err
	}
	words, err := wordsOf(examples, paths)
	if err != nil {
		return err
	}
	unannotated, err := unannotatedOf(examples, further, paths)
	if err != nil {
		return err
	}
	data, held, err := extract.Train(s, examples, unannotated, words, eval.Party)
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, data, 0o644); err != nil {
		return err
	}
	fmt.Printf("%d articles and %d without annotation, %d bytes of weights\n", len(examples), len(unannotated), len(data))
	for _, gold := range annotations {
		fmt.Printf("\n%s: %d articles\n", gold, len(of[gold]))
		eval.PrintHeld(os.Stdout, of[gold], held)
	}
	return nil
}

// leastSeen is in how many places of the examples a word must stand to get a vector.
const leastSeen = 4

// wordsOf learns the vectors of the words of examples from all articles of the files, annotated or not.
func wordsOf(examples []extract.Example, paths []string) (encoder.Vectors, error) {
	split := extract.Splitter()
	// say yields the sentences of an article, and whether more are wanted.
	say := func(title, text string, yield func([]uint32) bool) bool {
		for _, sentence := range slices.Concat(split(title), split(text)) {
			if !yield(sentence) {
				return false
			}
		}
		return true
	}
	vocabulary := vectors.Vocabulary(func(yield func([]uint32) bool) {
		for _, x := range examples {
			if !say(x.Title, x.Text, yield) {
				return
			}
		}
	}, leastSeen)
	vocabulary = vocabulary[:min(len(vocabulary), encoder.MaxWords)]
	var err error
	words := vectors.Learn(vocabulary, func(yield func([]uint32) bool) {
		more := true
		for i := 0; i < len(paths) && err == nil; i += 2 {
			err = eval.Articles(paths[i], func(a extract.Article) { more = more && say(a.Title, a.Text, yield) })
		}
	})
	return words, err
}

// What articles without annotation are learned from: such as tell of today's world, and are short enough to be many.
const (
	earliest = "2005"
	shortest = 100  // bytes
	longest  = 6000 // bytes
)

// unannotatedOf returns articles of the files with further annotation that no example, and nothing of the files that the extractor is
// judged by, is a copy of.
func unannotatedOf(examples []extract.Example, further string, paths []string) ([]extract.Article, error) {
	copies := eval.Copies{}
	for _, x := range examples {
		copies.Add(x.Text)
	}
	for i := 0; i < len(paths); i += 2 {
		if paths[i+1] != further {
			if err := copies.AddAll(paths[i]); err != nil {
				return nil, err
			}
		}
	}
	var all []extract.Article
	for i := 0; i < len(paths); i += 2 {
		if paths[i+1] != further {
			continue
		}
		err := eval.Articles(paths[i], func(a extract.Article) {
			if a.Published >= earliest && len(a.Text) >= shortest && len(a.Text) <= longest && !copies.Hold(a.Text) {
				all = append(all, a)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}
