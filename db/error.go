package db

import "fmt"

// NotFound says that a node which was asked for by name or id is not in the graph.
type NotFound struct {
	Message string // what, where, what next
}

// Error is the message.
func (e *NotFound) Error() string { return e.Message }

// Invalid says that an argument, a record or a file cannot be used as it is.
type Invalid struct {
	Message string // what, where, what next
}

// Error is the message.
func (e *Invalid) Error() string { return e.Message }

func invalidf(format string, args ...any) error { return &Invalid{fmt.Sprintf(format, args...)} }

func notFoundf(format string, args ...any) error { return &NotFound{fmt.Sprintf(format, args...)} }

// short cuts what somebody passed to what a message can hold.
func short(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
