import { type Dataset, exportUrl, type Filter, type Format } from "../filter";

const formats: Format[] = ["csv", "json", "parquet"];

/** Plain addresses of everything that a table or chart is drawn from, whatever of it is on the page. */
export function Downloads({
  dataset,
  filter,
  extra,
  what,
}: {
  dataset: Dataset;
  filter: Partial<Filter>;
  extra?: Record<string, string>;
  what: string;
}) {
  return (
    <p className="downloads">
      <span aria-hidden="true">All of it: </span>
      {formats.map((format) => (
        <a
          key={format}
          href={exportUrl(dataset, format, filter, extra)}
          aria-label={`${what} as ${format.toUpperCase()}`}
          download
        >
          {format.toUpperCase()}
        </a>
      ))}
    </p>
  );
}
