// Reads what somebody types into the search box: "Japan US tariffs", "Japan -> US", "who else raises tariffs".
import { connectPath, inSentence, issuePath, pairPath, partyPath } from "./format";
import { filterSearch } from "./filter";

export interface PartyEntry {
  kind: "party";
  code: string;
  name: string;
  /** Codes, aliases and demonyms. */
  aliases: string[];
}
export interface IssueEntry {
  kind: "issue";
  slug: string;
  name: string;
}
export type Entry = PartyEntry | IssueEntry;

/** The names that a text is read against, by their words in small letters. */
export type Names = Map<string, Entry>;

export interface Reading {
  /** The page that answers. */
  path: string;
  /** What was understood, as a sentence. */
  label: string;
  /** Whether every word of the text was understood. */
  whole: boolean;
}

// Words that carry a question without changing what it is about.
const fillers = new Set(
  (
    "a about all also an and any are ask at be been by change changed connect connection connects did do does else for from had has have " +
    "how in is issue issues it its link links me most of on or over raise raised raises raising say says sentences show since so talk talks " +
    "tell that the their them there they this time to until up was were what when which who whom with"
  ).split(" "),
);

/** A name as it is looked up: no case, accents, points or plural. */
export function nameKey(text: string): string {
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f.’']/g, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
    .replace(/(\p{L}{2}[^s])s$/u, "$1");
}

export function namesOf(entries: Entry[]): Names {
  const names: Names = new Map();
  // The first to bear a name keeps it, and a proper name goes before an alias.
  const add = (name: string, entry: Entry) => {
    const key = nameKey(name);
    if (key !== "" && !names.has(key)) names.set(key, entry);
  };
  for (const entry of entries) add(entry.name, entry);
  for (const entry of entries) {
    if (entry.kind === "issue") add(entry.slug, entry);
    else for (const alias of [entry.code, ...entry.aliases]) add(alias, entry);
  }
  return names;
}

const arrow = /\s*(?:->|=>|→|⇒|➔|>)\s*/;
const date = /\b(since|after|until|before|in|from)\s+(\d{4})(?:-(\d\d))?(?:-(\d\d))?\b/gi;

function stretchOf(word: string, year: string, month?: string, day?: string): { since?: string; until?: string } {
  const first = `${year}-${month ?? "01"}-${day ?? "01"}`;
  const last = day ? first : month ? `${year}-${month}-${daysOf(Number(year), Number(month))}` : `${year}-12-31`;
  switch (word.toLowerCase()) {
    case "until":
      return { until: last };
    case "before":
      return { until: dayBefore(first) };
    case "after":
      return { since: day ? first : `${dayAfter(last)}` };
    case "in":
      return { since: first, until: last };
    default:
      return { since: first };
  }
}

const daysOf = (year: number, month: number) => String(new Date(Date.UTC(year, month, 0)).getUTCDate()).padStart(2, "0");
const moved = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
const dayBefore = (day: string) => moved(day, -1);
const dayAfter = (day: string) => moved(day, 1);

interface Found {
  entry: Entry;
  /** The word in front of the name, in small letters. */
  after: string;
}

const longestName = 6; // words

/** Finds names, the longest first, and says which words are left over. */
function find(text: string, names: Names): { found: Found[]; left: string[] } {
  const words = text.split(/[^\p{L}\p{N}.'’-]+/u).filter(Boolean);
  const found: Found[] = [];
  const left: string[] = [];
  for (let i = 0; i < words.length;) {
    let length = Math.min(longestName, words.length - i);
    for (; length > 0; length--) {
      const run = words.slice(i, i + length);
      const entry = names.get(nameKey(run.join(" ")));
      if (!entry || (length === 1 && isFiller(run[0]))) continue;
      found.push({ entry, after: (words[i - 1] ?? "").toLowerCase() });
      break;
    }
    if (length === 0) {
      if (!fillers.has(words[i].toLowerCase())) left.push(words[i]);
      length = 1;
    }
    i += length;
  }
  return { found, left };
}

/** "in", "it" and "to" are codes of countries too: they are meant as such only where they stand in capitals. */
const isFiller = (word: string) => fillers.has(word.toLowerCase()) && word !== word.toUpperCase();

/** What a text asks for, or null where it names no party and no issue. */
export function read(text: string, names: Names): Reading | null {
  const days: { since?: string; until?: string } = {};
  const undated = text.replace(date, (_, word: string, year: string, month?: string, day?: string) => {
    Object.assign(days, stretchOf(word, year, month, day));
    return " ";
  });
  const parts = undated.split(arrow);
  const sides = parts.map((part) => find(part, names));
  const left = sides.flatMap((side) => side.left);
  const found = sides.flatMap((side) => side.found);
  const parties = found.filter((f): f is Found & { entry: PartyEntry } => f.entry.kind === "party");
  const issue = found.map((f) => f.entry).find((entry): entry is IssueEntry => entry.kind === "issue");
  const whole = left.length === 0;
  const [first, second] = distinct(parties);
  const on = issue ? ` about ${issue.name}` : "";
  const when =
    days.since && days.until
      ? `, ${days.since} to ${days.until}`
      : days.since
        ? `, since ${days.since}`
        : days.until
          ? `, until ${days.until}`
          : "";
  const search = (filter: object) => filterSearch({ ...filter, ...days });

  if (first && second) {
    if (/\b(connect\w*|links?|path|chain)\b/i.test(text) && !issue) {
      return {
        path: connectPath(first.entry.code, second.entry.code),
        label: `What connects ${inSentence(first.entry.name)} and ${inSentence(second.entry.name)}`,
        whole,
      };
    }
    // "raised with Japan by the US": who comes after "by" is who raises.
    const [by, other] =
      second.after === "by" || (first.after === "with" && second.after !== "with") ? [second, first] : [first, second];
    return {
      path: pairPath(by.entry.code, other.entry.code) + search({ issue: issue ? [issue.slug] : [] }),
      label: `What ${inSentence(by.entry.name)} raises with ${inSentence(other.entry.name)}${on}${when}`,
      whole,
    };
  }
  if (issue) {
    if (!first) return { path: issuePath(issue.slug) + search({}), label: `Who raises ${issue.name}${when}`, whole };
    if (/\bwho(m|se)?\b/i.test(text) || first.after === "with" || first.after === "to") {
      return {
        path: issuePath(issue.slug) + search({ with: [first.entry.code] }),
        label: `Who raises ${issue.name} with ${inSentence(first.entry.name)}${when}`,
        whole,
      };
    }
    return {
      path: partyPath(first.entry.code) + search({ issue: [issue.slug] }),
      label: `What ${inSentence(first.entry.name)} raises, and is told,${on}${when}`,
      whole,
    };
  }
  if (first)
    return {
      path: partyPath(first.entry.code) + search({}),
      label: `${first.entry.name}: what it raises and is told${when}`,
      whole,
    };
  return null;
}

/** The parties named, each once; "who else" after a pair leaves the pair as it is. */
function distinct<T extends Found & { entry: PartyEntry }>(parties: T[]): T[] {
  return parties.filter((party, i) => parties.findIndex((other) => other.entry.code === party.entry.code) === i);
}

/** What a text would ask for if its last word, which is being typed, were the beginning of a name; at most so many. */
export function guess(text: string, entries: Entry[], names: Names, most: number): Reading[] {
  const [, before, last] = /^(.*\S\s+)(\S+)$/.exec(text.trim()) ?? [];
  if (!last || !read(before, names)) return [];
  return complete(last, entries, most).flatMap((entry) => {
    const reading = read(before + entry.name, names);
    return reading?.whole ? [reading] : [];
  });
}

/** Parties and issues one of whose words begins with the last words typed, at most so many. */
export function complete(text: string, entries: Entry[], most: number): Entry[] {
  const key = nameKey(text);
  if (key === "") return [];
  const rank = (entry: Entry) => {
    const name = nameKey(entry.name);
    if (name === key) return 0;
    if (name.startsWith(key)) return 1;
    if (name.includes(` ${key}`)) return 2;
    if (entry.kind === "party" && entry.aliases.some((alias) => nameKey(alias).startsWith(key))) return 3;
    return 4;
  };
  return entries
    .map((entry) => ({ entry, rank: rank(entry) }))
    .filter(({ rank }) => rank < 4)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ entry }) => entry);
}

/**
 * Of what is known, that which is spelled like a text, nearest first, at most so many. Where no whole name is, those of which
 * a word is spelled like a word of the text.
 */
export function near<Known>(text: string, known: Known[], namesOf: (one: Known) => string[], most: number): Known[] {
  const whole = nameKey(text);
  const measured = (wordsOf: (name: string) => string[]) =>
    known
      .map((one) => ({ one, distance: leastEdits(wordsOf(whole), namesOf(one).map(nameKey).flatMap(wordsOf)) }))
      .filter(({ distance }) => distance < Number.POSITIVE_INFINITY)
      .sort((a, b) => a.distance - b.distance)
      .slice(0, most)
      .map(({ one }) => one);
  const found = measured((name) => [name]);
  return found.length > 0 ? found : measured((name) => name.split(" "));
}

/** The names that an entry of the directory goes by. */
export const namesOfEntry = (entry: Entry) => (entry.kind === "party" ? [entry.name, ...entry.aliases] : [entry.name, entry.slug]);

// Of three letters nearly everything is one letter away.
const shortestNear = 4;

function leastEdits(asked: string[], names: string[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const one of asked) {
    for (const name of names) {
      if (Math.min(one.length, name.length) < shortestNear) continue;
      least = Math.min(least, edits(one, name, Math.min(3, Math.floor(one.length / 4))));
    }
  }
  return least;
}

/** How many letters have to be put in, left out, changed or swapped with the next; infinite where they are more than so many. */
function edits(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let previous = Array.from({ length: other.length + 1 }, (_, j) => j);
  for (let i = 1; i <= one.length; i++) {
    const current = [i];
    for (let j = 1; j <= other.length; j++) {
      const changed = previous[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
      current[j] = Math.min(changed, previous[j] + 1, current[j - 1] + 1);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        current[j] = Math.min(current[j], before[j - 2] + 1);
    }
    [before, previous] = [previous, current];
  }
  return previous[other.length] <= most ? previous[other.length] : Number.POSITIVE_INFINITY;
}
