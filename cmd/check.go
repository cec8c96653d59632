package cmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"demarche/db"
)

func newCheckCommand(s *settings) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Verify the file of the graph",
		Long: "Check verifies the file: SQLite's own integrity, references, every quote equal to its slice of the text,\n" +
			"the search index and the summary tables in step with what they sum up. It changes nothing. What is wrong is\n" +
			"listed on stdout, one finding a line, and the exit code is 1.",
		Example: "  demarche check --db news.db",
		Args:    arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			findings, err := db.Check(cmd.Context(), s.database)
			if err != nil {
				return err
			}
			for _, finding := range findings {
				fmt.Fprintln(cmd.OutOrStdout(), finding)
			}
			if len(findings) > 0 {
				return fmt.Errorf("check %s: %s: load the articles into a new file, or restore a back-up", s.database, count(len(findings), "finding"))
			}
			s.say(cmd.OutOrStdout(), "%s is sound", s.database)
			return nil
		},
	}
}
