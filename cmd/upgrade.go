package cmd

import (
	"github.com/spf13/cobra"

	"demarche/db"
)

func newUpgradeCommand(s *settings) *cobra.Command {
	return &cobra.Command{
		Use:   "upgrade",
		Short: "Bring a file of an older schema up to date",
		Long: "Upgrade brings a file that an older version of the program wrote to the schema of this one, in one transaction\n" +
			"and with all its texts kept. A file that is up to date is left as it is.",
		Example: "  demarche upgrade --db news.db",
		Args:    arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			from, to, err := db.Upgrade(cmd.Context(), s.database)
			if err != nil {
				return err
			}
			if from == to {
				s.say(cmd.OutOrStdout(), "%s has schema %d already", s.database, to)
			} else {
				s.say(cmd.OutOrStdout(), "%s: schema %d, now %d", s.database, from, to)
			}
			return nil
		},
	}
}
