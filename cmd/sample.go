package cmd

import (
	"context"
	"errors"

	"demarche/db"
	"demarche/loader"
	"demarche/seeds"
)

// loadSample makes a new file of the sample articles that the binary carries.
func loadSample(ctx context.Context, path string) (err error) {
	tables, err := seeds.Load()
	if err != nil {
		return err
	}
	writer, err := db.OpenWriter(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, writer.Close()) }()
	_, err = loader.Load(ctx, writer, tables, loader.Samples(), loader.Options{})
	return err
}
