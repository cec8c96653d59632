package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"demarche/db"
)

func newRemoveCommand(s *settings) *cobra.Command {
	return &cobra.Command{
		Use:   "remove ID…",
		Short: "Take articles out of the graph",
		Long: "Remove takes articles, and all that rests on them, out of the file of the graph. An ID is an article's external id, as\n" +
			"load gave it: the id of its record, its URL, or its path. Ids that no article has are named on stderr, and the exit code is 3.",
		Example: "  demarche remove 2025/02/visit.txt https://example.org/talks --db news.db",
		Args:    arguments(1, -1, "ID: the external id of an article"),
		RunE: func(cmd *cobra.Command, ids []string) error {
			return remove(cmd.Context(), s, ids, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
}

func remove(ctx context.Context, s *settings, ids []string, stdout, stderr io.Writer) (err error) {
	writer, err := db.OpenExisting(ctx, s.database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, writer.Close()) }()
	writer.OnWait(func(text string) { s.say(stderr, "%s", text) })
	unknown, err := writer.RemoveArticles(ctx, ids)
	if err != nil {
		return err
	}
	for _, id := range unknown {
		fmt.Fprintf(stderr, "%s: no article has this id, or it was named twice\n", id)
	}
	s.say(stdout, "%d removed from %s", len(ids)-len(unknown), s.database)
	if len(unknown) > 0 {
		return errRejected
	}
	return nil
}
