package cmd

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"demarche/db"
	"demarche/export"
)

func newExportCommand(s *settings) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write what the graph holds, for other tools",
		Long: "Export writes what the graph holds to stdout, in an order that does not depend on how it was loaded. A running\n" +
			"server gives the same at " + export.Path + "raises.csv?by=JP and the like, with the flags as parameters.",
		Example: "  demarche export raises --db news.db > raises.jsonl\n" +
			"  demarche export issues --db news.db --by JP --with US --format csv\n" +
			"  demarche export graph --db news.db > news.gexf",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("what to export is missing: %s", strings.Join(export.Datasets(), ", "))
			}
			return unknownCommand(cmd, args)
		},
		RunE: func(*cobra.Command, []string) error { return nil }, // Args has refused whatever comes here
	}
	for _, dataset := range []struct{ name, short, long, example string }{
		{"raises", "Write every raise",
			"Export raises writes every raise, or those that the flags choose, ordered by article, part, start, by, with and issue.",
			"--by JP --with US --since 2025-01-01 --format csv > raises.csv"},
		{"articles", "Write articles with their texts",
			"Export articles writes every article, or those with a raise that the flags choose; --since, --until, --source and --text are\n" +
				"about the article itself. As JSONL or CSV it can be loaded again.",
			"--mentions Japan --since 2025-01-01 > articles.jsonl"},
		{"issues", "Count raises by issue",
			"Export issues writes what the flags choose counted by issue, or by pair of parties and issue, most raised first.",
			"--by JP --with US --format csv > issues.csv"},
		{"pairs", "Count raises by who raises and with whom",
			"Export pairs writes what the flags choose counted by the party that raises and the one that it is raised with, most raised first.",
			"--issue tariffs --format csv > pairs.csv"},
		{"periods", "Count raises by day, week, month or year",
			"Export periods writes what the flags choose counted by period. Every period from the first to the last has a row, also where there\n" +
				"are no articles: there the counts are not known, and not zero.",
			"--by JP --with US --unit week --format csv > weeks.csv"},
		{"parties", "Count what each party raises, and what is raised with it",
			"Export parties writes the parties of what the flags choose, by code.",
			"--format csv > parties.csv"},
		{"graph", "Write parties and what they raise as a graph",
			"Export graph writes parties as nodes and an edge for each pair of which one raises something with the other, from the one that raises.\n" +
				"GEXF is for Gephi, GraphML for Cytoscape, yEd, NetworkX and igraph.",
			"--area trade --format graphml > trade.graphml"},
	} {
		cmd.AddCommand(newExportDatasetCommand(s, dataset.name, dataset.short, dataset.long, dataset.example))
	}
	return cmd
}

func newExportDatasetCommand(s *settings, dataset, short, long, example string) *cobra.Command {
	parameters := export.Parameters(dataset)
	formats := export.Formats(dataset)
	many, single := map[string]*[]string{}, map[string]*string{}
	var format string
	cmd := &cobra.Command{
		Use:   dataset,
		Short: short,
		Long: long + "\n\n" + columnsHelp(dataset) +
			"Flags hold all at once; one that is repeated holds when any of its values does.",
		Example: "  demarche export " + dataset + " --db news.db " + example,
		Args:    arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			values := url.Values{}
			for name, given := range many {
				if len(*given) > 0 {
					values[name] = *given
				}
			}
			for name, given := range single {
				if cmd.Flags().Changed(name) {
					values.Set(name, *given)
				}
			}
			request, err := export.Parse(dataset, format, values)
			if err != nil {
				return usagef("--%w", err)
			}
			reader, err := db.OpenReader(cmd.Context(), s.database)
			if err != nil {
				return err
			}
			defer reader.Close()
			return reader.LongView(cmd.Context(), func(v *db.View) error { return request.Write(cmd.Context(), v, cmd.OutOrStdout()) })
		},
	}
	cmd.Flags().StringVar(&format, "format", formats[0].Name, "`FORMAT`: "+export.FormatNames(dataset))
	for _, parameter := range parameters {
		// The word in capitals stands for the value in the help.
		about := strings.Replace(parameter.About, parameter.Value, "`"+parameter.Value+"`", 1)
		if parameter.Many {
			many[parameter.Name] = cmd.Flags().StringArray(parameter.Name, nil, about+"; repeat for several")
		} else {
			single[parameter.Name] = cmd.Flags().String(parameter.Name, parameter.Default, about)
		}
	}
	completeExport(s, cmd, dataset)
	return cmd
}

// columnsHelp says what a row holds.
func columnsHelp(dataset string) string {
	var out strings.Builder
	for _, columns := range export.Columns(dataset) {
		fmt.Fprintf(&out, "%s:\n", columns.Title)
		for _, column := range columns.Columns {
			fmt.Fprintf(&out, "  %-15s %s\n", column.Name, column.About)
		}
		out.WriteString("\n")
	}
	out.WriteString("Parties are codes, dates YYYY-MM-DD. What is not known is null in JSON and Parquet, empty in CSV, left out of a graph.\n")
	return out.String()
}
