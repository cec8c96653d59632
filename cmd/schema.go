package cmd

import (
	"io"

	"github.com/spf13/cobra"

	"demarche/graph"
)

func newSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Print the GraphQL schema",
		Long:    "Schema prints the GraphQL schema that the server serves, in the schema definition language, every element described.",
		Example: "  demarche schema > schema.graphqls",
		Args:    arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := io.WriteString(cmd.OutOrStdout(), graph.SDL())
			return err
		},
	}
}
