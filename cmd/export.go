package cmd

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"demarche/db"
)

func newExportCommand(s *settings) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "export",
		Short:   "Write what the graph holds, for other tools",
		Long:    "Export writes what the graph holds to stdout, in an order that does not depend on how it was loaded.",
		Example: "  demarche export raises --db news.db > raises.jsonl",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("what to export is missing: raises")
			}
			return unknownCommand(cmd, args)
		},
		RunE: func(*cobra.Command, []string) error { return nil }, // Args has refused whatever comes here
	}
	cmd.AddCommand(newExportRaisesCommand(s))
	return cmd
}

func newExportRaisesCommand(s *settings) *cobra.Command {
	var format string
	var flags raiseFlags
	cmd := &cobra.Command{
		Use:   "raises",
		Short: "Write every raise, one a line",
		Long: "Export raises writes every raise, or those that the flags choose, one a line, ordered by article, part, start, by, with\n" +
			"and issue. Every key is always there, in this order: " + strings.Join(raiseColumns(), " ") + ".\n\n" +
			"'article' is the article's own id, 'by' and 'with' are codes, dates are YYYY-MM-DD. What is not known is null in JSONL and\n" +
			"empty in CSV. 'start' and 'end' count Unicode code points of the article's text, or of its title where 'part' says so.\n\n" +
			"Flags hold all at once; one that is repeated holds when any of its values does.",
		Example: "  demarche export raises --db news.db --by JP --with US --since 2025-01-01 --format csv > raises.csv",
		Args:    arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := bufio.NewWriter(cmd.OutOrStdout())
			write, err := raiseWriter(format, out)
			if err != nil {
				return err
			}
			filter, err := flags.filter(cmd)
			if err != nil {
				return err
			}
			reader, err := db.OpenReader(cmd.Context(), s.database)
			if err != nil {
				return err
			}
			defer reader.Close()
			if err := reader.ExportRaises(cmd.Context(), filter, write); err != nil {
				return err
			}
			return out.Flush()
		},
	}
	cmd.Flags().StringVar(&format, "format", "jsonl", "`FORMAT`: jsonl or csv")
	flags.define(cmd)
	return cmd
}

// raiseFlags are the conditions of db.RaiseFilter as flags.
type raiseFlags struct {
	conditions    db.RaiseFilter
	since, until  string
	text          string
	minConfidence float64
}

func (f *raiseFlags) define(cmd *cobra.Command) {
	flags, c := cmd.Flags(), &f.conditions
	for _, list := range []struct {
		name   string
		values *[]string
		help   string
	}{
		{"by", &c.By, "`PARTY` that raises: code, name or alias"},
		{"with", &c.With, "`PARTY` that it is raised with"},
		{"between", &c.Between, "`PARTY`; both are among these, in either direction"},
		{"issue", &c.Issue, "`SLUG` of the issue"},
		{"area", &c.Area, "`AREA` of the issue"},
		{"act", &c.Act, "manner of the raise, an `ACT`: " + strings.Join(db.Acts(), ", ")},
		{"modality", &c.Modality, "`MODALITY`: " + strings.Join(db.Modalities(), ", ")},
		{"speaker", &c.Speaker, "`SLUG` of the leader who speaks"},
		{"source", &c.Source, "`SOURCE` of the article, in any letter case"},
	} {
		flags.StringArrayVar(list.values, list.name, nil, list.help+"; repeat for several")
	}
	flags.StringVar(&f.since, "since", "", "first `DAY`, YYYY-MM-DD; leaves undated raises out")
	flags.StringVar(&f.until, "until", "", "last `DAY`, YYYY-MM-DD; leaves undated raises out")
	flags.Float64Var(&f.minConfidence, "min-confidence", 0, "least `CONFIDENCE`, between 0 and 1")
	flags.StringVar(&f.text, "text", "", "full-text `CONDITION` on the quote")
}

// filter checks what can be checked without a graph: a slip of the pen is wrong usage, and not a graph in
// which nothing was found.
func (f *raiseFlags) filter(cmd *cobra.Command) (db.RaiseFilter, error) {
	filter := f.conditions
	for _, enum := range []struct {
		name   string
		values []string
		known  []string
	}{
		{"act", filter.Act, db.Acts()},
		{"modality", filter.Modality, db.Modalities()},
	} {
		for i, value := range enum.values {
			enum.values[i] = strings.ToUpper(value)
			if !slices.Contains(enum.known, enum.values[i]) {
				return filter, usagef("unknown --%s %q: it is one of %s", enum.name, value, strings.Join(enum.known, ", "))
			}
		}
	}
	for _, day := range []struct {
		name, text string
		date       *db.Date
	}{
		{"since", f.since, &filter.Since},
		{"until", f.until, &filter.Until},
	} {
		if !cmd.Flags().Changed(day.name) {
			continue
		}
		date, err := db.ParseDate(day.text)
		if err != nil {
			return filter, usagef("--%s: %w", day.name, err)
		}
		*day.date = date
	}
	if cmd.Flags().Changed("text") {
		filter.Text = &f.text
	}
	if cmd.Flags().Changed("min-confidence") {
		if f.minConfidence < 0 || f.minConfidence > 1 {
			return filter, usagef("--min-confidence %v: want a number between 0 and 1", f.minConfidence)
		}
		filter.MinConfidence = &f.minConfidence
	}
	return filter, nil
}

func raiseColumns() []string {
	return []string{"article", "by", "with", "issue", "act", "modality", "speaker", "part", "quote", "start", "end", "on",
		"confidence", "title", "url", "source", "published"}
}

// exportedRaise is a raise as a line of JSON, its fields in the order of raiseColumns.
type exportedRaise struct {
	Article    string  `json:"article"`
	By         string  `json:"by"`
	With       string  `json:"with"`
	Issue      string  `json:"issue"`
	Act        string  `json:"act"`
	Modality   string  `json:"modality"`
	Speaker    *string `json:"speaker"`
	Part       string  `json:"part"`
	Quote      string  `json:"quote"`
	Start      int     `json:"start"`
	End        int     `json:"end"`
	On         *string `json:"on"`
	Confidence float64 `json:"confidence"`
	Title      string  `json:"title"`
	URL        *string `json:"url"`
	Source     *string `json:"source"`
	Published  *string `json:"published"`
}

// raiseWriter returns what writes one raise after the other in the named format.
func raiseWriter(format string, w io.Writer) (func(db.FlatRaise) error, error) {
	switch format {
	case "jsonl":
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		return func(r db.FlatRaise) error {
			return encoder.Encode(exportedRaise{
				Article: r.Article, By: r.By, With: r.With, Issue: r.Issue, Act: r.Act, Modality: r.Modality,
				Speaker: r.Speaker, Part: string(r.Part), Quote: r.Quote, Start: r.Start, End: r.End, On: r.On,
				Confidence: r.Confidence, Title: r.Title, URL: r.URL, Source: r.Source, Published: r.Published,
			})
		}, nil
	case "csv":
		out := csv.NewWriter(w)
		if err := out.Write(raiseColumns()); err != nil {
			return nil, err
		}
		out.Flush() // a graph without raises has the header all the same
		return func(r db.FlatRaise) error {
			err := out.Write([]string{r.Article, r.By, r.With, r.Issue, r.Act, r.Modality, orEmpty(r.Speaker), string(r.Part), r.Quote,
				strconv.Itoa(r.Start), strconv.Itoa(r.End), orEmpty(r.On), strconv.FormatFloat(r.Confidence, 'g', -1, 64),
				r.Title, orEmpty(r.URL), orEmpty(r.Source), orEmpty(r.Published)})
			out.Flush()
			return err
		}, nil
	}
	return nil, usagef("unknown --format %q: it is jsonl or csv", format)
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
