package cmd

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func newManCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write the manual pages",
		Long: "Man writes a manual page for each command into DIR, which it makes where it is missing. The pages bear today's date, or that of\n" +
			"the environment's SOURCE_DATE_EPOCH.",
		Example: "  demarche man /usr/local/share/man/man1",
		Args:    arguments(1, 1, "DIR: a folder for the pages"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o777); err != nil {
				return fmt.Errorf("make a folder for the pages: %w", err)
			}
			header := &doc.GenManHeader{Section: "1", Source: "Demarche " + version, Manual: "Demarche"}
			if err := doc.GenManTree(cmd.Root(), header, args[0]); err != nil {
				return fmt.Errorf("write the pages: %w", err)
			}
			return nil
		},
	}
}
