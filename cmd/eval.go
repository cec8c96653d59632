package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"demarche/eval"
	"demarche/loader"
	"demarche/loader/extract"
	"demarche/seeds"
)

func newEvalCommand() *cobra.Command {
	var options evalOptions
	cmd := &cobra.Command{
		Use:   "eval GOLD.jsonl",
		Short: "Measure the extractor against annotated articles",
		Long: "Eval extracts raises from articles, read as load reads them, and compares them with an annotation: precision, recall\n" +
			"and F1 of (by, with, issue), of pairs and of issues; how often act and modality of a right triple are right; how many articles\n" +
			"in which nobody raises anything were left silent; by area, act and rule; and whether a confidence of 0.8 is right four times in five.\n\n" +
			"Articles whose id's SHA-256 is divisible by three are the unseen part: they are counted apart, and --errors never shows them.",
		Example: "  demarche eval --articles articles.jsonl gold.jsonl\n" +
			"  demarche eval --articles articles.jsonl gold.jsonl --errors 3",
		Args: arguments(1, 1, "GOLD.jsonl: the annotation, one object an article"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(options.articles) == 0 {
				return usagef("eval needs the annotated articles: name them with --articles FILE")
			}
			return evaluate(cmd.Context(), args[0], options, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&options.articles, "articles", nil, "file or folder of the annotated articles; may be given several times")
	flags.BoolVar(&options.json, "json", false, "print the report as one JSON object")
	flags.IntVar(&options.errors, "errors", 0, "also list the mistakes in the `N` articles of the seen part that have most")
	return cmd
}

type evalOptions struct {
	articles []string
	json     bool
	errors   int
}

func evaluate(ctx context.Context, goldFile string, options evalOptions, stdout, stderr io.Writer) error {
	gold, err := eval.ReadGold(goldFile)
	if err != nil {
		return err
	}
	s, err := seeds.Load()
	if err != nil {
		return err
	}
	x, err := extract.New(s)
	if err != nil {
		return err
	}
	articles, err := loader.Read(ctx, options.articles, nil, loader.ReadOptions{})
	if err != nil {
		return err
	}
	var found []eval.Found
	rejected := false
	for article, err := range articles {
		var reject *loader.Reject
		if errors.As(err, &reject) {
			rejected = true
			fmt.Fprintln(stderr, reject)
			continue
		}
		if err != nil {
			return err
		}
		result, _ := loader.Extract(x, &article)
		found = append(found, eval.Found{ID: article.ID, Raises: result.Raises})
	}
	areas := map[string]string{}
	for _, issue := range s.Issues {
		areas[issue.Slug] = issue.Area
	}
	report := eval.Measure(gold, found, func(issue string) string { return areas[issue] })
	if options.json {
		encoder := json.NewEncoder(stdout)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(report); err != nil {
			return err
		}
	} else {
		report.Print(stdout)
		for _, mistakes := range eval.Worst(gold, found, options.errors) {
			mistakes.Print(stdout)
		}
	}
	if rejected {
		return errRejected
	}
	return nil
}
