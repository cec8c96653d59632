package cmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"demarche/db"
	"demarche/loader/extract"
	"demarche/seeds"
)

// version is the program's own; CHANGELOG.md tells what each brought. Releases have the linker set it, which takes a variable.
var version = "0.1.0-dev"

func newVersionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the versions of program, schema, extractor and seeds",
		Long:    "Version prints the versions of the program, of the file format that it reads and writes, and of the extractor\nand the seeds, which are stored with each article that they read.",
		Example: "  demarche version",
		Args:    arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "demarche   %s\nschema     %d\nextractor  %s\nseeds      %s\n",
				version, db.SchemaVersion, extract.Version(), seeds.Version())
			return err
		},
	}
}
