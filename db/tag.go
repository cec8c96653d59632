//go:build !sqlite_fts5

package db

// Full-text search is compiled into SQLite only with the build tag sqlite_fts5: this name, which exists
// nowhere, stops a build without it and says what to do.
var _ = build_with_tags_sqlite_fts5
