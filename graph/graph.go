// Package graph answers GraphQL operations over a db.Reader.
//
// Every request goes one way, however it came: over HTTP (transport.go), a WebSocket (socket.go) or as an event stream
// (stream.go). task.go finds or parses its document, measures it before it is validated (bounds.go), and compiles it, once
// per document, into a plan (plan.go), whose fields are looked up in one table (fields.go). Running a plan (run.go) takes
// one SQL statement for every to-many level of the selection, whatever the number of rows, and then writes the JSON straight
// from the rows; no resolver is called for a field of a row. Subscriptions run theirs for all raises that are new
// (subscription.go), once feed.go has seen that there are any.
//
// gqlgen makes the typed schema; what clients ask of that itself (introspect.go) is answered like all else. All SQL is in
// db; every error becomes what clients see in error.go.
package graph

//go:generate go tool gqlgen generate
