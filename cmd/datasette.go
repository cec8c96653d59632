package cmd

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"demarche/db"
)

func newDatasetteCommand(s *settings) *cobra.Command {
	return &cobra.Command{
		Use:   "datasette-metadata",
		Short: "Print a metadata file for Datasette",
		Long: "Datasette-metadata prints what each table, view and column of the file holds, as the metadata file that Datasette shows\n" +
			"beside the data. It names the database as Datasette does: by the file's name without its suffix. The file need not exist.",
		Example: "  demarche datasette-metadata --db news.db > metadata.json\n" +
			"  datasette news.db --metadata metadata.json",
		Args: arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			base := filepath.Base(s.database)
			encoder := json.NewEncoder(cmd.OutOrStdout())
			encoder.SetIndent("", "  ")
			encoder.SetEscapeHTML(false)
			if err := encoder.Encode(newDatasetteMetadata(strings.TrimSuffix(base, filepath.Ext(base)))); err != nil {
				return fmt.Errorf("print the metadata: %w", err)
			}
			return nil
		},
	}
}

type datasetteMetadata struct {
	Title       string                       `json:"title"`
	Description string                       `json:"description"`
	Databases   map[string]datasetteDatabase `json:"databases"`
}

type datasetteDatabase struct {
	Tables map[string]datasetteTable `json:"tables"` // views are among them
}

type datasetteTable struct {
	Description string            `json:"description"`
	Columns     map[string]string `json:"columns,omitempty"`
	Facets      []string          `json:"facets,omitempty"`
	SortDesc    string            `json:"sort_desc,omitempty"`
	LabelColumn string            `json:"label_column,omitempty"`
	Hidden      bool              `json:"hidden,omitempty"`
}

func newDatasetteMetadata(database string) datasetteMetadata {
	tables := map[string]datasetteTable{}
	for _, description := range db.Describe() {
		table := datasetteTable{Description: description.About, Hidden: description.Kind == db.IndexDescribed}
		for _, column := range description.Columns {
			if table.Columns == nil {
				table.Columns = map[string]string{}
			}
			table.Columns[column.Name] = column.About
		}
		switch description.Name {
		case "raises_flat":
			table.Facets, table.SortDesc = []string{"by_name", "with_name", "issue_name", "act"}, "said_on"
		case "pairs", "issues_by_pair":
			table.SortDesc = "raise_count"
		case "nodes":
			table.LabelColumn = "name"
		case "articles":
			table.LabelColumn = "title"
		}
		tables[description.Name] = table
	}
	return datasetteMetadata{
		Title: "Who raises which issue with whom",
		Description: "Made by Demarche from news: parties, issues, articles, and each raise with the sentence it rests on. " +
			"Begin with the view raises_flat.",
		Databases: map[string]datasetteDatabase{database: {Tables: tables}},
	}
}
