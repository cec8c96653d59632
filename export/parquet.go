package export

import (
	"database/sql/driver"
	"fmt"
	"io"
	"reflect"
	"time"

	"github.com/parquet-go/parquet-go"

	"demarche/db"
)

// groupBytes is the size of values from which a row group is written out: all that is kept in memory of an export.
const groupBytes = 8 << 20

// parquetWriter writes a Parquet file of row groups. Days are of the logical type DATE.
type parquetWriter struct {
	columns []db.ExportColumn
	out     *parquet.GenericWriter[any]
	row     parquet.Row
	bytes   int // of values since the last row group
}

// newParquetWriter compresses with Snappy: Zstandard makes files a tenth smaller, and would keep four times as much in memory.
func newParquetWriter(dataset string, columns []db.ExportColumn, w io.Writer) *parquetWriter {
	return &parquetWriter{
		columns: columns,
		row:     make(parquet.Row, len(columns)),
		out:     parquet.NewGenericWriter[any](w, parquetSchema(dataset, columns), parquet.Compression(&parquet.Snappy)),
	}
}

// parquetSchema makes the schema from a struct type of the columns, since a group of nodes forgets their order.
func parquetSchema(dataset string, columns []db.ExportColumn) *parquet.Schema {
	types := map[db.ValueType]reflect.Type{
		db.TextValue: reflect.TypeFor[string](), db.DateValue: reflect.TypeFor[int32](), db.IntegerValue: reflect.TypeFor[int64](),
		db.RealValue: reflect.TypeFor[float64](), db.BooleanValue: reflect.TypeFor[bool](),
	}
	fields := make([]reflect.StructField, len(columns))
	for i, column := range columns {
		tag := column.Name
		if column.Optional {
			tag += ",optional"
		}
		if column.Type == db.DateValue {
			tag += ",date"
		}
		fields[i] = reflect.StructField{Name: fmt.Sprintf("Column%d", i), Type: types[column.Type], Tag: reflect.StructTag(fmt.Sprintf("parquet:%q", tag))}
	}
	return parquet.NewSchema(dataset, parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface()))
}

func (p *parquetWriter) write(row []driver.Value) error {
	for i, column := range p.columns {
		value, err := parquetValue(column, row[i])
		if err != nil {
			return fmt.Errorf("write %s: %w", column.Name, err)
		}
		defined := 0
		if column.Optional && row[i] != nil {
			defined = 1
		}
		p.row[i] = value.Level(0, defined, i)
		p.bytes += 8
		if text, ok := row[i].(string); ok {
			p.bytes += len(text)
		}
	}
	if _, err := p.out.WriteRows([]parquet.Row{p.row}); err != nil {
		return err
	}
	if p.bytes < groupBytes {
		return nil
	}
	p.bytes = 0
	return p.out.Flush()
}

func parquetValue(column db.ExportColumn, value driver.Value) (parquet.Value, error) {
	switch value := value.(type) {
	case nil:
		return parquet.NullValue(), nil
	case int64:
		if column.Type == db.BooleanValue {
			return parquet.BooleanValue(value != 0), nil
		}
		return parquet.Int64Value(value), nil
	case float64:
		return parquet.DoubleValue(value), nil
	case string:
		if column.Type != db.DateValue {
			return parquet.ByteArrayValue([]byte(value)), nil
		}
		day, err := time.Parse(time.DateOnly, value)
		if err != nil {
			return parquet.Value{}, err
		}
		return parquet.Int32Value(int32(day.Unix() / (24 * 60 * 60))), nil
	}
	return parquet.Value{}, fmt.Errorf("a %T has no place in Parquet", value)
}

func (p *parquetWriter) close() error { return p.out.Close() }
