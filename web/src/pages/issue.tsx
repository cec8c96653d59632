import { useMemo } from "react";
import { Link, useSearch } from "wouter";
import { usePages } from "../answer";
import { type Filter, filterSearch, raiseFilter, readFilter } from "../filter";
import type { WhoElseRaisesItQuery } from "../generated/operations";
import { count, counted, issuePath, pairPath, stretch } from "../format";
import { ChangeOfEach, WhoElse } from "../operations";
import { latestColumn, shareColumn } from "../parts/columns";
import { Count } from "../parts/count";
import { Downloads } from "../parts/downloads";
import { Filters } from "../parts/filters";
import { InPlayground, Section, useTitle } from "../parts/head";
import { Matrix } from "../parts/matrix";
import { SentenceList } from "../parts/sentences";
import { Sparkline } from "../parts/sparkline";
import { Empty, Failure, Waiting } from "../parts/state";
import { type Column, Table } from "../parts/table";
import { Timeline } from "../parts/timeline";
import { nextPeriod, periodOf, type Unit } from "../period";
import { type Asked, conditionsAsked } from "../parts/unknown";
import { NotFoundPage } from "./not-found";

type Group = WhoElseRaisesItQuery["raiseStats"]["nodes"][number];

/** Who raises an issue with whom. */
export function IssuePage({ slug }: { slug: string }) {
  const conditions = readFilter(useSearch());
  const filter: Filter = { ...conditions, issue: [slug] };
  const { pages, done, error, unknown, again } = usePages(WhoElse, { issue: slug, filter: raiseFilter(filter) }, ({ raiseStats }) =>
    raiseStats.pageInfo.hasNextPage ? { after: raiseStats.pageInfo.endCursor } : null,
  );
  const first = pages[0];
  const issue = first?.issue;
  const total = first?.total.nodes[0];
  const groups = useMemo(() => pages.flatMap((page) => page.raiseStats.nodes), [pages]);
  useTitle(issue?.name ?? slug);
  if (unknown) {
    const onward = (other: string) => issuePath(other) + filterSearch(conditions);
    const asked: Asked[] = [{ kind: "issue", name: slug, path: onward }, ...conditionsAsked(conditions, issuePath(slug))];
    return <NotFoundPage what={error} asked={asked} />;
  }
  if (error || !first) {
    return (
      <div className="page">
        <h1>{slug}</h1>
        {error ? <Failure reason={error} again={again} /> : <Waiting what="the issue" />}
      </div>
    );
  }
  if (!issue) return <NotFoundPage />;
  return (
    <div className="page">
      <h1>{issue.name}</h1>
      <p className="lead">
        {issue.description} <span className="note">Area: {issue.area}.</span>
      </p>
      <Filters fixed={["issue"]} />
      {!total || total.raiseCount === 0 ? (
        <Empty>
          <p>No article here reports it raised by anybody under these conditions.</p>
        </Empty>
      ) : (
        <>
          <p className="summary">
            <Count value={total.raiseCount} filter={filter} label={issue.name} /> {total.raiseCount === 1 ? "raise" : "raises"}{" "}
            between {counted(first.raiseStats.totalCount, "pair")} in {counted(total.articleCount, "article")} (
            {counted(total.storyCount, "story", "stories")}, {counted(total.sourceCount, "source")}),{" "}
            {stretch(total.firstOn, total.lastOn)}.{" "}
            <InPlayground question="who-else-raises-it" variables={{ issue: slug, filter: raiseFilter(filter) }} />
          </p>
          <Section id="who" title="Who raises it with whom">
            {!done && <Waiting what="pairs" done={groups.length} of={first.raiseStats.totalCount} />}
            {done && <Matrix groups={groups} filter={filter} />}
            <Pairs groups={groups} filter={filter} total={total.raiseCount} />
            <Downloads dataset="pairs" filter={filter} what={`Pairs that raise ${issue.name}`} />
          </Section>
          <Section id="time" title="Over time">
            <Timeline filter={filter} first={total.firstOn} last={total.lastOn} what={`Raises of ${issue.name}`} />
          </Section>
          {total.firstOn && total.lastOn && (
            <Section id="parties" title="Over time, by who raises it">
              <ByParty filter={filter} first={total.firstOn} last={total.lastOn} total={total.raiseCount} />
            </Section>
          )}
          <Section id="sentences" title="Sentences">
            <SentenceList key={filterSearch(filter)} filter={filter} most={10} />
          </Section>
        </>
      )}
    </div>
  );
}

function Pairs({ groups, filter, total }: { groups: Group[]; filter: Filter; total: number }) {
  const columns = useMemo<Column<Group>[]>(
    () => [
      {
        id: "by",
        header: "By",
        heading: true,
        value: (row) => row.by!.name,
        cell: (row) => (
          <Link href={pairPath(row.by!.code, row.with!.code) + filterSearch({ ...filter, by: [], with: [] })}>
            {row.by!.name}
          </Link>
        ),
      },
      { id: "with", header: "With", value: (row) => row.with!.name },
      {
        id: "raises",
        header: "Raises",
        numeric: true,
        value: (row) => row.raiseCount,
        cell: (row) => (
          <Count
            value={row.raiseCount}
            filter={{ ...filter, by: [row.by!.code], with: [row.with!.code] }}
            label={`${row.by!.name} with ${row.with!.name}`}
          />
        ),
      },
      shareColumn(total, (row) => row.raiseCount),
      {
        id: "stories",
        header: "Stories",
        numeric: true,
        minor: true,
        value: (row) => row.storyCount,
        cell: (row) => count(row.storyCount),
      },
      latestColumn((row) => row.lastOn),
    ],
    [total, filterSearch(filter)],
  );
  return (
    <Table
      caption="Pairs, most raises first"
      rows={groups}
      columns={columns}
      rowKey={(row) => `${row.by!.code} ${row.with!.code}`}
      most={10}
    />
  );
}

interface Course {
  code: string;
  name: string;
  total: number;
  values: number[];
}

/** The course of each party's raises: small charts that share their axis, and are a table. */
function ByParty({ filter, first, last, total }: { filter: Filter; first: string; last: string; total: number }) {
  const unit: Unit = Number(last.slice(0, 4)) - Number(first.slice(0, 4)) >= 3 ? "YEAR" : "MONTH";
  const { pages, done, error, again } = usePages(
    ChangeOfEach,
    { filter: raiseFilter(filter), groupBy: ["BY", unit] },
    ({ raiseStats }) => (raiseStats.pageInfo.hasNextPage ? { after: raiseStats.pageInfo.endCursor } : null),
  );
  const [rows, periods] = useMemo(() => {
    const periods: string[] = [];
    for (let period = periodOf(first, unit); period <= last; period = nextPeriod(period, unit)) periods.push(period);
    const found = new Map<string, Course>();
    for (const { by, period, raiseCount } of pages.flatMap((page) => page.raiseStats.nodes)) {
      const course = found.get(by!.code) ?? { code: by!.code, name: by!.name, total: 0, values: periods.map(() => 0) };
      course.total += raiseCount;
      if (period) course.values[periods.indexOf(period)] = raiseCount;
      found.set(by!.code, course);
    }
    return [[...found.values()].sort((a, b) => b.total - a.total || (a.code < b.code ? -1 : 1)), periods];
  }, [pages, first, last, unit]);
  const name = (period: string) => period.slice(0, unit === "YEAR" ? 4 : 7);
  const columns = useMemo<Column<Course>[]>(
    () => [
      { id: "by", header: "By", heading: true, value: (row) => row.name },
      {
        id: "raises",
        header: "Raises",
        numeric: true,
        value: (row) => row.total,
        cell: (row) => <Count value={row.total} filter={{ ...filter, by: [row.code] }} label={row.name} />,
      },
      shareColumn(total, (row) => row.total),
      {
        id: "course",
        header: `${name(periods[0])} to ${name(periods.at(-1)!)}, by ${unit.toLowerCase()}`,
        value: (row) => row.values.findLastIndex((value) => value > 0),
        cell: (row) => (
          <Sparkline
            values={row.values}
            label={row.values.flatMap((value, i) => (value > 0 ? [`${name(periods[i])}: ${value}`] : [])).join(", ")}
          />
        ),
      },
    ],
    [rows, periods, unit, total],
  );
  if (error) return <Failure reason={error} again={again} />;
  if (!done) return <Waiting what="the course of each party" done={pages.length * 100} of={pages[0]?.raiseStats.totalCount} />;
  return (
    <>
      <Table
        caption={`Raises by party and ${unit.toLowerCase()}`}
        rows={rows}
        columns={columns}
        rowKey={(row) => row.code}
        most={10}
      />
      <Downloads dataset="raises" filter={filter} extra={{ columns: "by,on,with,article" }} what="Who raises it on which day" />
    </>
  );
}
