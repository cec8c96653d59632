import { count, dayName, share } from "../format";
import type { Column } from "./table";

/** What share of all raises a row has. */
export function shareColumn<Row>(total: number, raises: (row: Row) => number): Column<Row> {
  return {
    id: "share",
    header: `Of ${count(total)}`,
    numeric: true,
    value: raises,
    cell: (row) => share(raises(row), total),
  };
}

/** The latest day on which a row was raised, if any of its raises has one. */
export function latestColumn<Row>(last: (row: Row) => string | null | undefined): Column<Row> {
  return {
    id: "last",
    header: "Latest",
    numeric: true,
    minor: true,
    value: (row) => last(row) ?? "",
    cell: (row) => {
      const day = last(row);
      return day ? dayName(day) : "undated";
    },
  };
}
