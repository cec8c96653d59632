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
	"demarche/loader/extract"
	"demarche/seeds"
)

func main() {
	log.SetFlags(0)
	out := flag.String("out", "loader/extract/weights.bin", "file to write")
	flag.Parse()
	if flag.NArg() == 0 || flag.NArg()%2 != 0 {
		log.Fatal("usage: train [-out FILE] ARTICLES.jsonl GOLD.jsonl …: pairs of articles, which may be gzipped, and an annotation of some of them")
	}
	if err := run(*out, flag.Args()); err != nil {
		log.Fatal(err)
	}
}

func run(out string, paths []string) error {
	var examples []extract.Example
	var annotations []string // the files, each once
	of := map[string][]extract.Example{}
	for i := 0; i < len(paths); i += 2 {
		articles, gold := paths[i], paths[i+1]
		more, err := eval.Examples(articles, gold)
		if err != nil {
			return err
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
	data, held, err := extract.Train(s, examples, eval.Party)
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, data, 0o644); err != nil {
		return err
	}
	fmt.Printf("%d articles, %d bytes of weights\n", len(examples), len(data))
	for _, gold := range annotations {
		fmt.Printf("\n%s: %d articles\n", gold, len(of[gold]))
		eval.PrintHeld(os.Stdout, of[gold], held)
	}
	return nil
}
