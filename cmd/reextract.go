package cmd

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"demarche/db"
	"demarche/loader"
)

func newReextractCommand(s *settings) *cobra.Command {
	var options loadOptions
	cmd := &cobra.Command{
		Use:   "reextract",
		Short: "Run the present extractor over the stored texts",
		Long: "Reextract reads every article of the file again, with the extractor and the seeds of this program, and puts what it finds in\n" +
			"place of what was found before. Articles that were read by the same versions are passed over. Nothing needs to be at hand but\n" +
			"the file of the graph.",
		Example: "  demarche reextract --db news.db\n  demarche reextract --seeds my-seeds --db news.db",
		Args:    arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := options.verify(); err != nil {
				return err
			}
			options.quiet = s.quiet
			return reextract(cmd.Context(), s.database, cmd.OutOrStdout(), cmd.ErrOrStderr(), options)
		},
	}
	options.addFlags(cmd.Flags())
	return cmd
}

func reextract(ctx context.Context, database string, stdout, stderr io.Writer, options loadOptions) (err error) {
	tables, err := options.tables()
	if err != nil {
		return err
	}
	reader, err := db.OpenReader(ctx, database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	total, err := reader.CountArticles(ctx)
	if err != nil {
		return err
	}
	writer, err := db.OpenExisting(ctx, database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, writer.Close()) }()
	bar := newLoadBar(stderr, options.quiet)
	defer bar.close()
	bar.total = total
	if !options.quiet {
		writer.OnWait(bar.print)
	}
	return options.report("reextract", database, bar, stdout, stderr, func(run loader.Options) (loader.Summary, error) {
		return loader.Reextract(ctx, reader, writer, tables, run)
	})
}
