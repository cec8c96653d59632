package cmd

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"demarche/seeds"
)

func newSeedsCommand(s *settings) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "seeds",
		Short: "Check tables of your own",
		Long: "Tables of your own (countries.tsv, leaders.tsv, issues.tsv and so on, in one folder) are laid over those of the program with\n" +
			"load --seeds DIR and reextract --seeds DIR: a row with the key of one of the program's replaces it, others are added.",
		Args: unknownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "lint DIR",
		Short: "Say what is wrong with tables of your own",
		Long: "Lint lays the tables of DIR over those of the program and checks every row, alone and against the others. What is wrong is\n" +
			"listed on stdout, one problem a line, and the exit code is 1.",
		Example: "  demarche seeds lint my-seeds",
		Args:    arguments(1, 1, "DIR: a folder with tables"),
		RunE: func(cmd *cobra.Command, args []string) error {
			tables, err := seeds.Overlay(os.DirFS(args[0]))
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			problems := seeds.Lint(tables)
			for _, problem := range problems {
				fmt.Fprintln(cmd.OutOrStdout(), problem)
			}
			if len(problems) > 0 {
				return fmt.Errorf("%s: %s: seeds/FORMAT.md says what each table must hold", args[0], count(len(problems), "problem"))
			}
			s.say(cmd.OutOrStdout(), "%s is sound: it makes the seeds %s", args[0], tables.Version())
			return nil
		},
	})
	return cmd
}

// tablesWith are the program's tables with those of a folder laid over them; "" is no folder.
func tablesWith(folder string) (*seeds.Seeds, error) {
	if folder == "" {
		return seeds.Load()
	}
	tables, err := seeds.Overlay(os.DirFS(folder))
	if err != nil {
		return nil, fmt.Errorf("--seeds %s: %w", folder, err)
	}
	if problems := seeds.Lint(tables); len(problems) > 0 {
		return nil, fmt.Errorf("--seeds %s: %s (and %d more): run `demarche seeds lint %s`", folder, problems[0], len(problems)-1, folder)
	}
	return tables, nil
}
