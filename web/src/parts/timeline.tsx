import { lazy, Suspense, useCallback, useMemo } from "react";
import { useLocation } from "wouter";
import { usePages } from "../answer";
import { type Filter, filterSearch, raiseFilter, readFilter } from "../filter";
import { count, periodName } from "../format";
import { OverTime } from "../operations";
import { isSilent, lastDay, type Moment, periodOf, type Stretch, stretchOf, timeline, type Unit } from "../period";
import { Count } from "./count";
import { Downloads } from "./downloads";
import { Failure, Waiting } from "./state";
import { type Column, Table } from "./table";

const Chart = lazy(() => import("./chart"));

/**
 * Raises over time, with the articles that there were to find them in. `first` and `last` are the first and last day of
 * the raises; a period that is chosen is shown closer.
 */
export function Timeline({
  filter,
  first,
  last,
  what,
}: {
  filter: Filter;
  first?: string | null;
  last?: string | null;
  what: string;
}) {
  if (!first || !last) return <p className="note">None of these raises has a day, so there is no course of time to show.</p>;
  return <Course filter={filter} {...stretchOf(first, last, filter)} what={what} />;
}

function Course({ filter, first, last, unit, what }: { filter: Filter; what: string } & Stretch) {
  const [path, navigate] = useLocation();
  const { pages, done, error, again } = usePages(
    OverTime,
    {
      filter: raiseFilter(filter),
      articles: { since: periodOf(first, unit), until: lastDay(periodOf(last, unit), unit) },
      raisesBy: [unit],
      articlesBy: [unit],
    },
    ({ raiseStats, articleStats }, asked) =>
      raiseStats.pageInfo.hasNextPage || articleStats.pageInfo.hasNextPage
        ? {
            // A list that has ended keeps its cursor, behind which there is nothing.
            afterRaises: raiseStats.pageInfo.endCursor ?? asked.afterRaises,
            afterArticles: articleStats.pageInfo.endCursor ?? asked.afterArticles,
          }
        : null,
  );
  const raises = useMemo(() => pages.flatMap((page) => page.raiseStats.nodes), [pages]);
  const rows = useMemo(
    () =>
      done
        ? timeline(
            raises,
            pages.flatMap((page) => page.articleStats.nodes),
            { first, last, unit },
          )
        : [],
    [done, raises, pages, first, last, unit],
  );
  const columns = useMemo(() => columnsOf(filter, unit), [filterSearch(filter), unit]);
  const closer = useCallback(
    (period: string) =>
      navigate(`${path}${filterSearch({ ...readFilter(location.search), since: period, until: lastDay(period, unit) })}`),
    [navigate, path, unit],
  );
  if (error) return <Failure reason={error} again={again} />;
  if (!done) {
    const total = pages[0] && Math.max(pages[0].raiseStats.totalCount, pages[0].articleStats.totalCount);
    return (
      <div className="chart-place">
        <Waiting what="the course of time" done={Math.min(total ?? 0, pages.length * 100)} of={total} />
      </div>
    );
  }
  const undated = raises.find((group) => !group.period)?.raiseCount ?? 0;
  const empty = rows.filter(isSilent).length;
  const word = unit.toLowerCase();
  return (
    <figure className="chart">
      <Suspense fallback={<div className="chart-place" />}>
        <Chart
          rows={rows}
          unit={unit}
          label={`${what} by ${word}; the table below the chart has the same numbers.`}
          choose={unit === "DAY" ? undefined : closer}
        />
      </Suspense>
      <figcaption>
        {what} by {word}, and in grey the articles that were read. {unit !== "DAY" && `Choose a ${word} to look closer. `}
        {empty > 0 &&
          `In ${count(empty)} of ${count(rows.length)} ${word}s there was no article to find any in; these are hatched. `}
        {undated > 0 && `${count(undated)} without a day are not shown.`}
      </figcaption>
      <details>
        <summary>Table</summary>
        <Table caption={`${what} by ${word}`} rows={rows} columns={columns} rowKey={(row) => row.period} most={24} />
      </details>
      <Downloads dataset="periods" filter={filter} extra={{ unit: word }} what={`${what} by ${word}`} />
    </figure>
  );
}

function columnsOf(filter: Filter, unit: Unit): Column<Moment>[] {
  return [
    {
      id: "period",
      header: unit === "WEEK" ? "Week" : unit[0] + unit.slice(1).toLowerCase(),
      heading: true,
      value: (row) => row.period,
      cell: (row) => periodName(row.period, unit),
    },
    {
      id: "raises",
      header: "Raises",
      numeric: true,
      value: (row) => (isSilent(row) ? -1 : row.raises),
      cell: (row) =>
        isSilent(row) ? (
          <span className="note">no articles</span>
        ) : (
          <Count
            value={row.raises}
            filter={{ ...filter, since: row.period, until: lastDay(row.period, unit) }}
            label={periodName(row.period, unit)}
          />
        ),
    },
    { id: "articles", header: "Articles read", numeric: true, value: (row) => row.articles, cell: (row) => count(row.articles) },
    {
      id: "rate",
      header: "Raises per 100 articles",
      numeric: true,
      minor: true,
      value: (row) => (row.articles === 0 ? -1 : row.raises / row.articles),
      cell: (row) => (row.articles === 0 ? "–" : ((100 * row.raises) / row.articles).toFixed(1)),
    },
  ];
}
