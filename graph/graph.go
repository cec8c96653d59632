// Package graph answers GraphQL operations over a db.Reader.
//
// gqlgen parses, validates, introspects and carries the transports. What it would do next, calling a resolver for
// every field of every row, it never gets to do: each operation is compiled, once per document, into a plan (plan.go),
// whose fields are looked up in one table (fields.go). Running a plan (run.go) takes one SQL statement for every
// to-many level of the selection, whatever the number of rows, and then writes the JSON straight from the rows.
//
// All SQL is in db; all HTTP beyond gqlgen's server is in handler.go; every error becomes what clients see in error.go.
package graph

//go:generate go tool gqlgen generate
