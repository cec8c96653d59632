import { Link } from "wouter";
import { filterSearch, type Filter } from "../filter";
import { count, counted } from "../format";

/** A number of raises that leads to their sentences. */
export function Count({ value, filter, label }: { value: number; filter: Partial<Filter>; label?: string }) {
  if (value === 0) return <span className="count none">0</span>;
  return (
    <Link
      className="count"
      href={`/raises${filterSearch(filter)}`}
      aria-label={`${label ? `${label}: ` : ""}${counted(value, "raise")}, show the sentences`}
    >
      {count(value)}
    </Link>
  );
}
