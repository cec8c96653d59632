package cmd

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"demarche/db"
	"demarche/graph"
)

func newQueryCommand(s *settings) *cobra.Command {
	var variables []string
	var format, operation string
	cmd := &cobra.Command{
		Use:   "query QUERY|@FILE|-",
		Short: "Run one GraphQL operation against the file, no server needed",
		Long: "Query runs one GraphQL operation against the file and prints its answer. The operation is the argument itself,\n" +
			"the content of FILE after an @, or what stands on stdin for a dash.\n\n" +
			"A variable's value is JSON where it reads as JSON (12, true, [\"JP\"], null) and text otherwise.\n" +
			"Format json is the whole response. Formats table and csv print rows: the edges or nodes of a connection, the elements\n" +
			"of a list, else the one object, with what is nested in them as columns of dotted names.\n" +
			"Errors of the operation go to stderr, one line each, and the exit code is 1.",
		Example: "  demarche query '{ issues(raisedBy: \"Japan\", raisedWith: \"US\") { edges { raiseCount node { name } } } }'\n" +
			"  demarche query @pair.graphql --var by=JP --var with=US --format csv",
		Args: arguments(1, 1, "QUERY: an operation, @FILE, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			stdout := cmd.OutOrStdout()
			write, err := answerWriter(format, stdout)
			if err != nil {
				return err
			}
			values, err := parseVariables(variables)
			if err != nil {
				return err
			}
			query, err := readQuery(args[0], cmd.InOrStdin())
			if err != nil {
				return err
			}
			if err := checkOperation(query, operation, values); err != nil {
				return err
			}
			reader, err := db.OpenReader(cmd.Context(), s.database)
			if err != nil {
				return err
			}
			defer reader.Close()
			response := graph.Execute(cmd.Context(), reader, query, values, operation)
			if len(response.Data) > 0 && string(response.Data) != "null" {
				if err := write(response, selectionOf(query, operation, values)); err != nil {
					return err
				}
			}
			for _, fault := range response.Errors {
				fmt.Fprintf(cmd.ErrOrStderr(), "demarche: %s%s\n", faultPlace(fault, values), strings.Join(strings.Fields(fault.Message), " "))
			}
			if len(response.Errors) > 0 {
				return errReported
			}
			return nil
		},
	}
	cmd.Flags().StringArrayVar(&variables, "var", nil, "a variable of the operation, `NAME=VALUE`; repeat for several")
	cmd.Flags().StringVar(&operation, "operation", "", "`NAME` of the operation to run, where the document has several")
	cmd.Flags().StringVar(&format, "format", "", "`FORMAT`: json, table or csv (default table on a terminal, else json)")
	offerValues(cmd, "format", func(context.Context) []cobra.Completion { return []cobra.Completion{"json", "table", "csv"} })
	return cmd
}

// checkOperation refuses what the command line has wrong: no operation, or none chosen of several, and variables
// that the operation does not have or that it is missing. What is wrong with the query itself is left to its execution.
func checkOperation(query, name string, values map[string]any) error {
	document, err := parser.ParseQuery(&ast.Source{Input: query})
	if err != nil && strings.TrimSpace(query) != "" {
		return nil
	}
	if document == nil || len(document.Operations) == 0 {
		return usagef("the query holds no operation: pass one, such as '{ dataset { articleCount } }'")
	}
	const nameless = "one without a name"
	names := make([]string, len(document.Operations))
	for i, operation := range document.Operations {
		names[i] = cmp.Or(operation.Name, nameless)
	}
	chosen := document.Operations[0]
	switch {
	case name != "":
		if chosen = document.Operations.ForName(name); chosen == nil {
			return usagef("--operation %q is not in the query, which has %s", name, strings.Join(names, ", "))
		}
	case slices.Contains(names, nameless) && len(names) > 1:
		return nil
	case len(names) > 1:
		return usagef("the query has %d operations: choose one with --operation (%s)", len(names), strings.Join(names, ", "))
	}
	var declared []string
	for _, variable := range chosen.VariableDefinitions {
		declared = append(declared, variable.Variable)
		if value, given := values[variable.Variable]; variable.Type.NonNull && (given && value == nil || !given && variable.DefaultValue == nil) {
			return usagef("the operation needs a value for $%s (%s): pass it with --var %s=…", variable.Variable, variable.Type, variable.Variable)
		}
	}
	for _, given := range slices.Sorted(maps.Keys(values)) {
		switch {
		case slices.Contains(declared, given):
		case declared == nil:
			return usagef("--var %s: the operation has no variables", given)
		default:
			return usagef("--var %s: the operation has no such variable, it has %s", given, strings.Join(declared, ", "))
		}
	}
	return nil
}

// faultPlace says where an error stands: in a variable, in the answer, or else in the query.
func faultPlace(fault *gqlerror.Error, values map[string]any) string {
	if len(fault.Path) >= 2 && fault.Path[0] == ast.PathName("variable") {
		if name, _ := fault.Path[1].(ast.PathName); values[string(name)] != nil {
			place := fmt.Sprintf("--var %s=…: ", name)
			if inside := fault.Path[2:]; len(inside) > 0 {
				place += inside.String() + ": "
			}
			return place
		}
	}
	if len(fault.Path) > 0 {
		return fault.Path.String() + ": "
	}
	if len(fault.Locations) > 0 {
		return fmt.Sprintf("line %d, column %d of the query: ", fault.Locations[0].Line, fault.Locations[0].Column)
	}
	return ""
}

func readQuery(argument string, stdin io.Reader) (string, error) {
	switch {
	case argument == "-":
		text, err := io.ReadAll(stdin)
		if err != nil {
			return "", fmt.Errorf("read the query from stdin: %w", err)
		}
		return string(text), nil
	case argument == "@":
		return "", usagef("@ names no file: give @FILE, or - for standard input")
	case strings.HasPrefix(argument, "@"):
		text, err := os.ReadFile(argument[1:])
		if err != nil {
			return "", fmt.Errorf("read the query: %w", err)
		}
		return string(text), nil
	}
	return argument, nil
}

// parseVariables reads NAME=VALUE pairs. Numbers stay json.Number, so that none loses digits on its way.
func parseVariables(pairs []string) (map[string]any, error) {
	values := make(map[string]any, len(pairs))
	for _, pair := range pairs {
		name, text, found := strings.Cut(pair, "=")
		if !found || name == "" {
			return nil, usagef("--var %q is no NAME=VALUE", pair)
		}
		var value any
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(&value); err != nil || decoder.More() {
			value = text
		}
		values[name] = value
	}
	return values, nil
}
