// Numbers, days and names of the schema, as a reader should see them.
import type { Act, Modality } from "./generated/operations";
import type { Unit } from "./period";

const numbers = new Intl.NumberFormat("en");
export const count = (value: number) => numbers.format(value);

/** "1 raise", "2 raises". */
export const counted = (value: number, one: string, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;

/** A share in per cent, never "0%" for something and never "100%" for less than all. */
export function share(part: number, whole: number): string {
  if (whole === 0 || part === 0) return "0%";
  const percent = (100 * part) / whole;
  if (percent < 1) return "<1%";
  if (percent > 99 && part < whole) return ">99%";
  return `${Math.round(percent)}%`;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const month = (day: string) => months[Number(day.slice(5, 7)) - 1];

/** "7 Feb 2025". */
export const dayName = (day: string) => `${Number(day.slice(8))} ${month(day)} ${day.slice(0, 4)}`;

export function periodName(period: string, unit: Unit): string {
  switch (unit) {
    case "DAY":
      return dayName(period);
    case "WEEK":
      return `week of ${dayName(period)}`;
    case "MONTH":
      return `${month(period)} ${period.slice(0, 4)}`;
    case "YEAR":
      return period.slice(0, 4);
  }
}

/** "from 2 Jan 2023 to 7 Feb 2025"; says so where nothing is dated. */
export function stretch(first?: string | null, last?: string | null): string {
  if (!first || !last) return "all undated";
  return first === last ? `on ${dayName(first)}` : `from ${dayName(first)} to ${dayName(last)}`;
}

const actNames: Record<Act, string> = {
  AGREE: "agrees",
  CONSULT: "consults",
  SUPPORT: "supports",
  CONCEDE: "concedes",
  COOPERATE: "cooperates",
  AID: "aids",
  RETREAT: "retreats",
  REQUEST: "requests",
  ACCUSE: "accuses",
  REJECT: "rejects",
  THREATEN: "threatens",
  PROTEST: "protests",
  SANCTION: "sanctions",
  MOBILIZE: "mobilises",
  COERCE: "coerces",
  ASSAULT: "assaults",
};
export const actName = (act: Act) => actNames[act];

const modalityNames: Record<Modality, string> = {
  ASSERTED: "said and done",
  FUTURE: "expected",
  HYPOTHETICAL: "possible",
  NEGATED: "not raised",
  HISTORICAL: "told as history",
};
export const modalityName = (modality: Modality) => modalityNames[modality];

/** A party's name inside of a sentence: "the United States", but "Japan". */
export const inSentence = (name: string) =>
  /^(United|European Union|African Union|Arab League|Netherlands|Philippines|Czech Republic|Maldives|Bahamas|Gambia|Comoros|Seychelles|Marshall|Solomon|Dominican Republic|Central African|Democratic Republic|Republic of|Group of|World |International |Organi[sz]ation|Gulf Cooperation|North Atlantic|Association of|Collective Security|Economic Community|Shanghai Cooperation|Vatican|Holy See)/.test(
    name,
  )
    ? `the ${name}`
    : name;

/** A party's name at the beginning of a sentence: "The United States", but "Japan". */
export const atStart = (name: string) => inSentence(name).replace(/^the /, "The ");

export const partyPath = (code: string) => `/party/${encodeURIComponent(code)}`;
export const pairPath = (by: string, other: string) => `/pair/${encodeURIComponent(by)}/${encodeURIComponent(other)}`;
export const issuePath = (slug: string) => `/issue/${encodeURIComponent(slug)}`;
export const leaderPath = (slug: string) => `/leader/${encodeURIComponent(slug)}`;
export const articlePath = (id: string) => `/article/${encodeURIComponent(id)}`;
export const connectPath = (from: string, to?: string) =>
  `/connect/${encodeURIComponent(from)}${to ? `/${encodeURIComponent(to)}` : ""}`;
