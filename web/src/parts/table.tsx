import { type ReactNode, useMemo } from "react";
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  sortFn_text,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { count } from "../format";
import { useKept } from "../kept";

export interface Column<Row> {
  id: string;
  header: string;
  /** What the column is sorted by. */
  value(row: Row): string | number;
  /** What it shows; without it the value. */
  cell?(row: Row): ReactNode;
  /** Numbers stand to the right and are sorted largest first. */
  numeric?: boolean;
  /** The cell that names its row. */
  heading?: boolean;
  /** Left out where the screen is narrow. */
  minor?: boolean;
}

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, text: sortFn_text },
});

/** A table that can be sorted by each column, cut to `most` rows until all are asked for. */
export function Table<Row extends object>({
  caption,
  rows,
  columns,
  rowKey,
  most = 15,
}: {
  caption: string;
  rows: Row[];
  columns: Column<Row>[];
  rowKey(row: Row): string;
  most?: number;
}) {
  const [all, setAll] = useKept(`all of ${caption}`, false);
  const defined = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>();
    return helper.columns(
      columns.map((column) =>
        helper.accessor((row) => column.value(row), { id: column.id, header: column.header, sortDescFirst: column.numeric }),
      ),
    );
  }, [columns]);
  const table = useTable({ features, columns: defined, data: rows, getRowId: rowKey });
  const sorted = table.getRowModel().rows;
  const shown = all ? sorted : sorted.slice(0, most);
  const byId = new Map(columns.map((column) => [column.id, column]));
  const classes = (column: Column<Row>) =>
    [column.numeric && "numeric", column.minor && "minor"].filter(Boolean).join(" ") || undefined;

  return (
    <div className="table">
      <div className="scroll" role="region" aria-label={caption} tabIndex={0}>
        <table>
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr>
              {table.getHeaderGroups()[0].headers.map((header) => {
                const order = header.column.getIsSorted();
                return (
                  <th
                    key={header.id}
                    scope="col"
                    className={classes(byId.get(header.id)!)}
                    aria-sort={order === "asc" ? "ascending" : order === "desc" ? "descending" : undefined}
                  >
                    <button type="button" onClick={header.column.getToggleSortingHandler()}>
                      {byId.get(header.id)!.header}
                      {order && (
                        <span aria-hidden="true" className="order">
                          {order === "asc" ? "▲" : "▼"}
                        </span>
                      )}
                    </button>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.id}>
                {columns.map((column) => {
                  const content = column.cell ? column.cell(row.original) : column.value(row.original);
                  return column.heading ? (
                    <th key={column.id} scope="row" className={classes(column)}>
                      {content}
                    </th>
                  ) : (
                    <td key={column.id} className={classes(column)}>
                      {content}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {sorted.length > most && (
        <button type="button" className="more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? `Show the first ${most}` : `Show all ${count(sorted.length)}`}
        </button>
      )}
    </div>
  );
}
