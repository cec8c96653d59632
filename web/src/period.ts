// Days, weeks, months and years of a timeline. All days are strings YYYY-MM-DD, as the graph gives them, and no time
// zone ever moves them.

export type Unit = "DAY" | "WEEK" | "MONTH" | "YEAR";

const dayLength = 86_400_000; // milliseconds

const toDate = (day: string) => new Date(`${day}T00:00:00Z`);
const toDay = (date: Date) => date.toISOString().slice(0, 10);

/** First day of the period that a day lies in; a week begins on Monday. */
export function periodOf(day: string, unit: Unit): string {
  switch (unit) {
    case "DAY":
      return day;
    case "WEEK": {
      const date = toDate(day);
      return toDay(new Date(date.valueOf() - ((date.getUTCDay() + 6) % 7) * dayLength));
    }
    case "MONTH":
      return `${day.slice(0, 7)}-01`;
    case "YEAR":
      return `${day.slice(0, 4)}-01-01`;
  }
}

/** First day of the period behind the one that begins on this day. */
export function nextPeriod(period: string, unit: Unit): string {
  const date = toDate(period);
  if (unit === "DAY" || unit === "WEEK") return toDay(new Date(date.valueOf() + (unit === "DAY" ? 1 : 7) * dayLength));
  if (unit === "MONTH") date.setUTCMonth(date.getUTCMonth() + 1);
  else date.setUTCFullYear(date.getUTCFullYear() + 1);
  return toDay(date);
}

/** Last day of a period. */
export function lastDay(period: string, unit: Unit): string {
  return toDay(new Date(toDate(nextPeriod(period, unit)).valueOf() - dayLength));
}

/** The finest unit in which a stretch of days makes a timeline that can still be read. */
export function unitFor(first: string, last: string): Unit {
  const days = (toDate(last).valueOf() - toDate(first).valueOf()) / dayLength;
  if (days <= 62) return "DAY";
  if (days <= 500) return "WEEK";
  if (days <= 12 * 366) return "MONTH";
  return "YEAR";
}

export interface Moment {
  /** First day of the period. */
  period: string;
  raises: number;
  /** Articles of the period; 0 says that there was nothing to find a raise in. */
  articles: number;
}

/** Whether there was nothing to find a raise in; a raise may be of an earlier day than the article that reports it. */
export const isSilent = (moment: Moment) => moment.articles === 0 && moment.raises === 0;

/** The days that a timeline is drawn of, and in what. */
export interface Stretch {
  first: string;
  last: string;
  unit: Unit;
}

/** From the first raise to the last, or as far as was asked for. */
export function stretchOf(first: string, last: string, asked: { since?: string; until?: string }): Stretch {
  const [begin, end] = [asked.since ?? first, asked.until ?? last];
  return { first: begin, last: end, unit: unitFor(begin, end) };
}

interface Counted {
  period?: string | null;
}

/**
 * One row for each period of the stretch from one day to another, those with neither raise nor article included: they
 * are what tells silence from a missing archive.
 */
export function timeline(
  raises: (Counted & { raiseCount: number })[],
  articles: (Counted & { articleCount: number })[],
  { first, last, unit }: Stretch,
): Moment[] {
  const raised = new Map(raises.flatMap((group) => (group.period ? [[group.period, group.raiseCount]] : [])));
  const read = new Map(articles.flatMap((group) => (group.period ? [[group.period, group.articleCount]] : [])));
  const rows: Moment[] = [];
  for (let period = periodOf(first, unit); period <= last; period = nextPeriod(period, unit)) {
    rows.push({ period, raises: raised.get(period) ?? 0, articles: read.get(period) ?? 0 });
  }
  return rows;
}
