package graph

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"demarche/db"
)

// task is a request on its way to its answer: what it asks for, found, checked and compiled.
type task struct {
	request   *request
	start     time.Time
	document  *document
	known     bool // the document had been parsed before
	operation *ast.OperationDefinition
	variables map[string]any
	plan      *plan
	price     price
	arguments map[*compiled]arguments // evaluated for the cost already
	ran       []db.Ran                // kept where Options.Observe asks for it
}

// prepare takes a task to where it can run. The error is a gqlerror.List or one that present knows; the task is then
// as far as it came.
func (s *schema) prepare(ctx context.Context, t *task) error {
	if t.request.past != nil {
		return t.request.past
	}
	if err := s.options.variables(t.request.Variables); err != nil {
		return err
	}
	text, err := s.text(t.request)
	if err != nil {
		return err
	}
	t.document = s.documents.find(text)
	t.known = t.document != nil
	if !t.known {
		if t.document, err = s.parse(text); err != nil {
			return err
		}
	}
	operations := t.document.tree.Operations
	if t.operation = operations.ForName(t.request.OperationName); t.operation == nil {
		return &codedError{CodeInvalid, notChosen(operations, t.request.OperationName), nil}
	}
	if t.variables, err = validator.VariableValues(s.Schema(), t.operation, t.request.Variables); err != nil {
		var failure *gqlerror.Error
		if errors.As(err, &failure) {
			return coded(CodeInvalid, failure)
		}
		return err
	}
	if err := s.compiled(t); err != nil {
		return err
	}
	if s.options.Admit != nil {
		return s.options.Admit(ctx, t.price.values)
	}
	return nil
}

// text is the document that a request asks for, by its text or by its hash.
func (s *schema) text(asked *request) (string, error) {
	hash := asked.hash()
	switch {
	case s.options.Documents != nil:
		return s.options.Documents.find(asked.Query, hash)
	case hash != "" && asked.Query == "":
		if text := s.documents.textOf(strings.ToLower(hash)); text != "" {
			return text, nil
		}
		// Clients look for these very words.
		return "", &codedError{CodeNotPersisted, "PersistedQueryNotFound", nil}
	case hash != "" && hashOf(asked.Query) != strings.ToLower(hash):
		return "", &codedError{CodeBadRequest, "the hash is not the SHA-256 of the query that stands beside it", nil}
	}
	return asked.Query, nil
}

// parse makes a document of a text that is within the limits and fits the schema.
func (s *schema) parse(text string) (*document, error) {
	if len(text) > s.options.MaxDocument {
		return nil, s.options.documentError()
	}
	if nestsDeeper(text, maxNesting) {
		return nil, limitf("the document nests deeper than %d levels: ask for less at once", maxNesting)
	}
	tree, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, s.options.MaxTokens)
	var failure *gqlerror.Error
	switch {
	case errors.As(err, &failure) && strings.HasPrefix(failure.Message, "exceeded token limit"):
		return nil, limitf("the document has more than %d tokens: ask in several requests", s.options.MaxTokens)
	case failure != nil:
		return nil, coded(CodeParse, failure)
	case err != nil:
		return nil, err
	case len(tree.Operations) == 0:
		return nil, &codedError{CodeInvalid, "no operation provided", nil}
	}
	seen, err := measure(tree, &s.options)
	if err != nil {
		return nil, err
	}
	failures := validator.ValidateWithRules(s.Schema(), tree, chosenRules(false))
	if len(failures) > 0 && len(failures) <= s.options.MaxErrors && !s.options.NoIntrospection {
		// Suggestions take much longer than to find that a name is wrong: there are some for those alone that the client is told of.
		failures = validator.ValidateWithRules(s.Schema(), tree, chosenRules(true))
	}
	if len(failures) > 0 {
		return nil, coded(CodeInvalid, failures...)
	}
	return s.documents.add(text, tree, seen), nil
}

// chosenRules are the specification's; without suggestions none of them tells what the schema has instead of what was asked for.
func chosenRules(suggestions bool) *rules.Rules {
	chosen := rules.NewDefaultRules()
	chosen.RemoveRule(rules.MaxIntrospectionDepth.Name) // Options.MaxIntrospection is in its place
	if !suggestions {
		for _, pair := range [][2]validator.Rule{
			{rules.FieldsOnCorrectTypeRule, rules.FieldsOnCorrectTypeRuleWithoutSuggestions},
			{rules.KnownArgumentNamesRule, rules.KnownArgumentNamesRuleWithoutSuggestions},
			{rules.KnownTypeNamesRule, rules.KnownTypeNamesRuleWithoutSuggestions},
			{rules.ScalarLeafsRule, rules.ScalarLeafsRuleWithoutSuggestions},
			{rules.ValuesOfCorrectTypeRule, rules.ValuesOfCorrectTypeRuleWithoutSuggestions},
		} {
			chosen.RemoveRule(pair[0].Name)
			chosen.AddRule(pair[1].Name, pair[1].RuleFunc)
		}
	}
	return chosen
}

func coded(code string, failures ...*gqlerror.Error) gqlerror.List {
	for _, failure := range failures {
		failure.Extensions = map[string]any{"code": code}
	}
	return failures
}

// compiled gives the task its plan and its cost, made anew where the document has none for these conditions yet.
func (s *schema) compiled(t *task) error {
	key := planKey{t.operation, t.document.conditions(t.variables)}
	if t.plan = t.document.plan(key); t.plan == nil {
		made, err := s.compile(t.document.tree, t.operation, t.variables)
		if err != nil {
			return err
		}
		if statements := made.results + made.fetches; statements > s.options.MaxStatements {
			return limitf("the operation takes up to %d statements, at most %d are allowed: ask in several requests", statements, s.options.MaxStatements)
		}
		if t.operation.Operation == ast.Subscription && len(made.root.single.fields) != 1 {
			return &codedError{CodeInvalid, "the subscription selects nothing: leave out its @skip or @include", t.operation.Position}
		}
		t.document.keep(key, made, made.fields)
		t.plan = made
	}
	r := s.newRun(t)
	var err error
	t.price, err = r.cost(&s.options)
	t.arguments = r.arguments
	return err
}

// newRun starts on the task's plan.
func (s *schema) newRun(t *task) *run {
	if t.arguments == nil {
		t.arguments = map[*compiled]arguments{}
	}
	return &run{schema: s, plan: t.plan, variables: t.variables, arguments: t.arguments}
}

// notChosen says why a name chooses none of a document's operations.
func notChosen(operations ast.OperationList, name string) string {
	if name == "" {
		return fmt.Sprintf("the document has %d operations: choose one with operationName", len(operations))
	}
	names := make([]string, len(operations))
	for i, operation := range operations {
		names[i] = cmp.Or(operation.Name, "one without a name") // which is then the only one
	}
	return fmt.Sprintf("the document has no operation %.60q: it has %s", name, strings.Join(names, ", "))
}
