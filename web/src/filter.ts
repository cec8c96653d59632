// The conditions of a page, as its address holds them: the names are those of the downloads, so that the address of a
// page and of its CSV differ in the path alone.
import type { Act, Modality, RaiseFilter } from "./generated/operations";

export const acts: Act[] = [
  "AGREE",
  "CONSULT",
  "SUPPORT",
  "CONCEDE",
  "COOPERATE",
  "AID",
  "RETREAT",
  "REQUEST",
  "ACCUSE",
  "REJECT",
  "THREATEN",
  "PROTEST",
  "SANCTION",
  "MOBILIZE",
  "COERCE",
  "ASSAULT",
];
export const modalities: Modality[] = ["ASSERTED", "FUTURE", "HYPOTHETICAL", "NEGATED", "HISTORICAL"];

export interface Filter {
  by: string[];
  with: string[];
  /** Either direction between any two of these. */
  between: string[];
  issue: string[];
  area: string[];
  act: Act[];
  modality: Modality[];
  speaker: string[];
  source: string[];
  /** First and last day, YYYY-MM-DD. */
  since?: string;
  until?: string;
  /** Between 0 and 1. */
  minConfidence?: number;
  /** Words of the quote. */
  text?: string;
}

export type ListKey = "by" | "with" | "between" | "issue" | "area" | "act" | "modality" | "speaker" | "source";
export const listKeys: ListKey[] = ["by", "with", "between", "issue", "area", "act", "modality", "speaker", "source"];
/** Conditions of which there is one at most, by their names in an address. */
const singleKeys = { since: "since", until: "until", minConfidence: "min-confidence", text: "text" } as const;

export const noFilter: Filter = {
  by: [],
  with: [],
  between: [],
  issue: [],
  area: [],
  act: [],
  modality: [],
  speaker: [],
  source: [],
};

/** What an address asks for; what cannot be read (a day that is none, an unknown act) is left out. */
export function readFilter(search: string | URLSearchParams): Filter {
  const params = new URLSearchParams(search);
  const all = (key: string) => [
    ...new Set(
      params
        .getAll(key)
        .map((value) => value.trim())
        .filter(Boolean),
    ),
  ];
  const known = <T extends string>(key: string, values: T[]) =>
    all(key)
      .map((value) => value.toUpperCase())
      .filter((value): value is T => (values as string[]).includes(value));
  const confidence = Number(params.get(singleKeys.minConfidence) ?? Number.NaN);
  return {
    by: all("by"),
    with: all("with"),
    between: all("between"),
    issue: all("issue"),
    area: all("area"),
    act: known("act", acts),
    modality: known("modality", modalities),
    speaker: all("speaker"),
    source: all("source"),
    since: day(params.get("since")?.trim()),
    until: day(params.get("until")?.trim()),
    minConfidence: confidence > 0 && confidence <= 1 ? confidence : undefined,
    text: params.get("text")?.trim() || undefined,
  };
}

function day(value?: string): string | undefined {
  if (!value || !/^\d{4}-\d\d-\d\d$/.test(value)) return undefined;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.valueOf()) && date.toISOString().startsWith(value) ? value : undefined;
}

/** A condition of an address that cannot be read, by its name there. */
export interface Unreadable {
  name: string;
  value: string;
  /** What the condition takes. */
  wanted: string;
}

/** What `readFilter` leaves out of an address, though it was meant as a condition. */
export function unreadable(search: string | URLSearchParams): Unreadable[] {
  const params = new URLSearchParams(search);
  const filter = readFilter(params);
  const left: Unreadable[] = [];
  const check = (name: string, isRead: (value: string) => boolean, wanted: string) => {
    for (const value of new Set(params.getAll(name).map((value) => value.trim()).filter(Boolean)))
      if (!isRead(value)) left.push({ name, value, wanted });
  };
  for (const name of ["since", "until"] as const) check(name, (value) => value === filter[name], "one day, such as 2025-02-07");
  check("act", (value) => filter.act.some((act) => act === value.toUpperCase()), "acts, such as REQUEST");
  check("modality", (value) => filter.modality.some((mode) => mode === value.toUpperCase()), "modes, such as ASSERTED");
  check(singleKeys.minConfidence, (value) => Number(value) === filter.minConfidence, "one number above 0 and up to 1");
  return left;
}

/** The query string of a filter, with its question mark; empty where nothing is asked for. */
export function filterSearch(filter: Partial<Filter>, extra: Record<string, string | undefined> = {}): string {
  const params = new URLSearchParams();
  for (const key of listKeys) for (const value of filter[key] ?? []) params.append(key, value);
  for (const [key, name] of Object.entries(singleKeys)) {
    const value = filter[key as keyof typeof singleKeys];
    if (value !== undefined) params.set(name, String(value));
  }
  for (const [key, value] of Object.entries(extra)) if (value !== undefined && value !== "") params.set(key, value);
  const text = params.toString();
  return text && `?${text}`;
}

/** The filter as GraphQL takes it: an empty list holds never, so it is left out. */
export function raiseFilter(filter: Filter): RaiseFilter {
  const asked: RaiseFilter = {};
  for (const key of listKeys) if (filter[key].length > 0) Object.assign(asked, { [key]: filter[key] });
  for (const key of Object.keys(singleKeys) as (keyof typeof singleKeys)[]) {
    if (filter[key] !== undefined) Object.assign(asked, { [key]: filter[key] });
  }
  return asked;
}

/** The filter with one value of a list put in the place of another. */
export function replaced(filter: Filter, key: ListKey, value: string, other: string): Filter {
  return { ...filter, [key]: (filter[key] as string[]).map((held) => (held === value ? other : held)) };
}

/** The filter without one value of one of its conditions. */
export function without(filter: Filter, key: keyof Filter, value?: string): Filter {
  const held = filter[key];
  return { ...filter, [key]: Array.isArray(held) ? held.filter((other) => other !== value) : undefined };
}

export type Dataset = "raises" | "articles" | "issues" | "pairs" | "periods";
export type Format = "csv" | "json" | "jsonl" | "parquet";

/** The plain address of a download; it is not cut by what a page shows. */
export function exportUrl(
  dataset: Dataset,
  format: Format,
  filter: Partial<Filter>,
  extra?: Record<string, string | undefined>,
): string {
  return `/export/${dataset}.${format}${filterSearch(filter, extra)}`;
}
