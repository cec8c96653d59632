package export

import (
	"bytes"
	"database/sql/driver"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"demarche/db"
)

// csvWriter writes a header and a line a row; what is not known is empty.
type csvWriter struct {
	columns []db.ExportColumn
	out     *csv.Writer
	cells   []string
}

func newCSVWriter(columns []db.ExportColumn, w io.Writer) (*csvWriter, error) {
	c := &csvWriter{columns: columns, out: csv.NewWriter(w), cells: make([]string, len(columns))}
	for i, column := range columns {
		c.cells[i] = column.Name
	}
	return c, c.out.Write(c.cells)
}

func (c *csvWriter) write(row []driver.Value) error {
	for i, column := range c.columns {
		c.cells[i] = cell(column.Type, row[i])
	}
	return c.out.Write(c.cells)
}

func (c *csvWriter) close() error {
	c.out.Flush()
	return c.out.Error()
}

// cell writes a value as text; nil is empty.
func cell(valueType db.ValueType, value driver.Value) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	case int64:
		if valueType == db.BooleanValue {
			return strconv.FormatBool(value != 0)
		}
		return strconv.FormatInt(value, 10)
	case float64:
		return strconv.FormatFloat(value, 'g', -1, 64)
	}
	return fmt.Sprint(value)
}

// objectEncoder writes a row as a JSON object, every column in order, what is not known null.
type objectEncoder struct {
	columns []db.ExportColumn
	names   []string // each as JSON, with what stands before it and the colon
	out     bytes.Buffer
	values  *json.Encoder // into out
}

func newObjectEncoder(columns []db.ExportColumn) *objectEncoder {
	e := &objectEncoder{columns: columns}
	for i, column := range columns {
		before := ","
		if i == 0 {
			before = "{"
		}
		e.names = append(e.names, before+strconv.Quote(column.Name)+":")
	}
	e.values = json.NewEncoder(&e.out)
	e.values.SetEscapeHTML(false)
	return e
}

// encode returns the object, which lasts until the next call.
func (e *objectEncoder) encode(row []driver.Value) ([]byte, error) {
	e.out.Reset()
	for i, value := range row {
		e.out.WriteString(e.names[i])
		if number, ok := value.(int64); ok && e.columns[i].Type == db.BooleanValue {
			value = number != 0
		}
		if err := e.values.Encode(value); err != nil {
			return nil, fmt.Errorf("write %s: %w", e.columns[i].Name, err)
		}
		e.out.Truncate(e.out.Len() - 1) // the encoder ends a value with a new line
	}
	e.out.WriteByte('}')
	return e.out.Bytes(), nil
}

// jsonWriter writes an object a line, or a list of them.
type jsonWriter struct {
	encoder *objectEncoder
	w       io.Writer
	list    bool
	rows    int
}

func (j *jsonWriter) write(row []driver.Value) error {
	object, err := j.encoder.encode(row)
	if err != nil {
		return err
	}
	before, after := "", "\n"
	if j.list {
		before, after = ",\n", ""
		if j.rows == 0 {
			before = "[\n"
		}
	}
	j.rows++
	if _, err := io.WriteString(j.w, before); err != nil {
		return err
	}
	if _, err := j.w.Write(object); err != nil {
		return err
	}
	_, err = io.WriteString(j.w, after)
	return err
}

func (j *jsonWriter) close() error {
	if !j.list {
		return nil
	}
	end := "\n]\n"
	if j.rows == 0 {
		end = "[]\n"
	}
	_, err := io.WriteString(j.w, end)
	return err
}
