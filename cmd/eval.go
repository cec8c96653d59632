package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

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
			"Articles whose id's SHA-256 is divisible by three are the unseen part: they are counted apart, and --errors never shows them.\n\n" +
			"With --acts FILE and no GOLD, it measures instead how well the act of a given source and target is told from the sentence,\n" +
			"learning in turn from four fifths of FILE (objects of id, sentence, source, target, act, one a line) and telling the fifth.",
		Example: "  demarche eval --articles articles.jsonl gold.jsonl\n" +
			"  demarche eval --articles articles.jsonl gold.jsonl --errors 3\n" +
			"  demarche eval --acts acts.jsonl",
		Args: arguments(0, 1, "GOLD.jsonl: the annotation, one object an article"),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case options.acts != "" && (len(args) > 0 || len(options.articles) > 0 || options.errors > 0):
				return usagef("--acts measures sentences alone: leave out GOLD.jsonl, --articles and --errors, or run eval twice")
			case options.acts != "":
				return evaluateActs(options, cmd.OutOrStdout())
			case len(args) == 0:
				return usagef("GOLD.jsonl is missing: give the annotation, one object an article")
			case len(options.articles) == 0:
				return usagef("eval needs the annotated articles: name them with --articles FILE")
			case options.errors < 0:
				return usagef("--errors %d: want 0 or more", options.errors)
			}
			return evaluate(cmd.Context(), args[0], options, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&options.articles, "articles", nil, "file or folder of the annotated articles; may be given several times")
	flags.StringVar(&options.acts, "acts", "", "measure the acts of the sentences in `FILE`, cross-validated")
	flags.BoolVar(&options.json, "json", false, "print the report as one JSON object")
	flags.IntVar(&options.errors, "errors", 0, "also list the mistakes in the `N` articles of the seen part that have most")
	return cmd
}

type evalOptions struct {
	articles []string
	acts     string
	json     bool
	errors   int
}

func evaluateActs(options evalOptions, stdout io.Writer) error {
	sentences, err := eval.ReadActs(options.acts)
	if err != nil {
		return err
	}
	if len(sentences) == 0 {
		return fmt.Errorf("%s holds no sentence: want objects of id, sentence, source, target and act, one a line", options.acts)
	}
	s, err := seeds.Load()
	if err != nil {
		return err
	}
	x, err := extract.New(s)
	if err != nil {
		return err
	}
	report := eval.MeasureActs(x, sentences)
	if options.json {
		return printReport(stdout, report)
	}
	report.Print(stdout)
	return nil
}

func evaluate(ctx context.Context, goldFile string, options evalOptions, stdout, stderr io.Writer) error {
	gold, err := eval.ReadGold(goldFile)
	if err != nil {
		return err
	}
	if len(gold) == 0 {
		return fmt.Errorf("%s holds no annotation: want one object an article, one a line", goldFile)
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
	annotated := map[string]bool{}
	for _, g := range gold {
		annotated[g.ID] = true
	}
	var found []eval.Found
	incomplete := false
	for article, err := range articles {
		var reject *loader.Reject
		if errors.As(err, &reject) {
			incomplete = true
			fmt.Fprintln(stderr, reject)
			continue
		}
		if err != nil {
			return err
		}
		if !annotated[article.ID] {
			continue
		}
		result, _ := loader.Extract(x, &article)
		found = append(found, eval.Found{ID: article.ID, Raises: result.Raises})
	}
	if missing := eval.Missing(gold, found); len(missing) == len(gold) {
		return fmt.Errorf("none of the %d articles of %s is in %s: name the file that holds %q", len(gold), goldFile, strings.Join(options.articles, ", "), missing[0])
	} else if len(missing) > 0 {
		incomplete = true
		fmt.Fprintf(stderr, "%d of the %d articles of %s are not among --articles, the first is %q: they count as if nothing were found in them\n", len(missing), len(gold), goldFile, missing[0])
	}
	areas := map[string]string{}
	for _, issue := range s.Issues {
		areas[issue.Slug] = issue.Area
	}
	report := eval.Measure(gold, found, func(issue string) string { return areas[issue] })
	if options.json {
		if err := printReport(stdout, report); err != nil {
			return err
		}
	} else {
		report.Print(stdout)
		for _, mistakes := range eval.Worst(gold, found, options.errors) {
			mistakes.Print(stdout)
		}
	}
	if incomplete {
		return errRejected
	}
	return nil
}

func printReport(w io.Writer, report any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(report)
}
