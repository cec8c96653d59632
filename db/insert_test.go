package db_test

import (
	"testing"

	"demarche/db/dbtest"
)

func TestPut(t *testing.T) {
	dbtest.File(t, dbtest.Catalog(), dbtest.Articles())
}
