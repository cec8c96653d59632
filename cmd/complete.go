package cmd

import (
	"context"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"demarche/db"
	"demarche/export"
	"demarche/seeds"
)

// names are what completion offers, each maybe with a tab and what it means.
type names struct {
	parties, issues, areas, leaders []cobra.Completion
}

// knownNames are those of the file of the graph; while it is not there, or cannot be read, those of the program's tables.
func knownNames(ctx context.Context, database string) names {
	var found names
	areas := map[string]bool{}
	issue := func(slug, name, area string) {
		found.issues = append(found.issues, cobra.CompletionWithDesc(slug, name))
		if !areas[area] {
			areas[area] = true
			found.areas = append(found.areas, area)
		}
	}
	party := func(code, name string) {
		found.parties = append(found.parties, cobra.CompletionWithDesc(code, name))
		if !strings.Contains(name, " ") { // which shells would take for two words
			found.parties = append(found.parties, cobra.CompletionWithDesc(name, code))
		}
	}
	// Opening a file that is missing, or another program's, would say so on a line that somebody is typing.
	if _, err := os.Stat(database); err == nil {
		if reader, err := db.OpenReader(ctx, database); err == nil {
			defer reader.Close()
			err := reader.View(ctx, func(v *db.View) error {
				for _, list := range [][]*db.Node{v.Countries, v.Organizations} {
					for _, node := range list {
						party(node.Key, node.Name)
					}
				}
				for _, node := range v.Issues {
					issue(node.Key, node.Name, node.Area)
				}
				for _, node := range v.Leaders {
					found.leaders = append(found.leaders, cobra.CompletionWithDesc(node.Key, node.Name))
				}
				return nil
			})
			if err == nil {
				return found
			}
		}
	}
	tables, err := seeds.Load()
	if err != nil {
		return names{}
	}
	for _, country := range tables.Countries {
		party(country.Code, country.Name)
	}
	for _, organization := range tables.Organizations {
		party(organization.Code, organization.Name)
	}
	for _, row := range tables.Issues {
		issue(row.Slug, row.Name, row.Area)
	}
	for _, leader := range tables.Leaders {
		found.leaders = append(found.leaders, cobra.CompletionWithDesc(leader.Slug, leader.Name))
	}
	return found
}

// offerValues completes a flag with those of the values that begin as it does, if the command has the flag.
func offerValues(cmd *cobra.Command, flag string, values func(ctx context.Context) []cobra.Completion) {
	if cmd.Flags().Lookup(flag) == nil {
		return
	}
	err := cmd.RegisterFlagCompletionFunc(flag, func(cmd *cobra.Command, _ []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var fitting []cobra.Completion
		for _, value := range values(cmd.Context()) {
			if strings.HasPrefix(value, begun) {
				fitting = append(fitting, value)
			}
		}
		return fitting, cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic(err) // it is offered twice
	}
}

// completeExport offers values for the flags of an export.
func completeExport(s *settings, cmd *cobra.Command, dataset string) {
	offer := func(flag string, values func(context.Context) []cobra.Completion) { offerValues(cmd, flag, values) }
	for _, flag := range []string{"by", "with", "between", "mentions"} {
		offer(flag, func(ctx context.Context) []cobra.Completion { return knownNames(ctx, s.database).parties })
	}
	offer("issue", func(ctx context.Context) []cobra.Completion { return knownNames(ctx, s.database).issues })
	offer("area", func(ctx context.Context) []cobra.Completion { return knownNames(ctx, s.database).areas })
	offer("speaker", func(ctx context.Context) []cobra.Completion { return knownNames(ctx, s.database).leaders })
	for flag, values := range map[string][]cobra.Completion{
		"act": db.Acts(), "modality": db.Modalities(), "unit": {"day", "week", "month", "year"}, "per": {"issue", "pair"},
	} {
		offer(flag, func(context.Context) []cobra.Completion { return values })
	}
	offer("format", func(context.Context) []cobra.Completion {
		var formats []cobra.Completion
		for _, format := range export.Formats(dataset) {
			formats = append(formats, format.Name)
		}
		return formats
	})
}
