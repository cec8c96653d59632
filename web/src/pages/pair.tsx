import { useEffect, useMemo } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { useAnswer, usePages } from "../answer";
import { type Filter, filterSearch, raiseFilter, readFilter } from "../filter";
import type { PairBothWaysQuery } from "../generated/operations";
import {
  actName,
  atStart,
  connectPath,
  count,
  counted,
  inSentence,
  issuePath,
  leaderPath,
  pairPath,
  partyPath,
  share,
  stretch,
} from "../format";
import { ChangeOfEach, Pair } from "../operations";
import { latestColumn } from "../parts/columns";
import { Count } from "../parts/count";
import { Downloads } from "../parts/downloads";
import { Filters } from "../parts/filters";
import { InPlayground, Section, useTitle } from "../parts/head";
import { bySentence, Sentence } from "../parts/sentence";
import { Sparkline } from "../parts/sparkline";
import { Empty, Shown } from "../parts/state";
import { type Column, Table } from "../parts/table";
import { Timeline } from "../parts/timeline";
import { nextPeriod, periodOf, type Unit } from "../period";
import { type Asked, conditionsAsked } from "../parts/unknown";
import { NotFoundPage } from "./not-found";

/** What one party raises with another. `by` and `other` are any names of them; the address is put right to their codes. */
export function PairPage({ by, other }: { by: string; other: string }) {
  const search = useSearch();
  const [, navigate] = useLocation();
  const conditions = readFilter(search);
  const there: Filter = { ...conditions, by: [by], with: [other] };
  const back: Filter = { ...conditions, by: [other], with: [by], speaker: [] };
  const variables = {
    one: by,
    other,
    there: raiseFilter(there),
    back: raiseFilter(back),
    thereToo: raiseFilter({ ...there, with: [] }),
    hereToo: raiseFilter({ ...there, by: [], speaker: [] }),
  };
  const answer = useAnswer(Pair, variables);
  const one = answer.data?.one;
  const two = answer.data?.other;
  useTitle(one && two ? `${one.name} → ${two.name}` : `${by} → ${other}`);
  useEffect(() => {
    if (one && two && (one.code !== by || two.code !== other))
      navigate(pairPath(one.code, two.code) + (search && `?${search}`), { replace: true });
  }, [one?.code, two?.code]);

  if (answer.unknown) {
    const onward = filterSearch(conditions);
    const asked: Asked[] = [
      { kind: "party", name: by, path: (code) => pairPath(code, other) + onward },
      { kind: "party", name: other, path: (code) => pairPath(by, code) + onward },
      ...conditionsAsked(conditions, pairPath(by, other)),
    ];
    return <NotFoundPage what={answer.error} asked={asked} />;
  }
  return (
    <div className="page">
      <Shown answer={answer} what={`what ${by} raises with ${other}`} title={`${by} → ${other}`}>
        {(data) => <Both data={data} there={there} back={back} conditions={conditions} variables={variables} />}
      </Shown>
    </div>
  );
}

function Both({
  data,
  there,
  back,
  conditions,
  variables,
}: {
  data: PairBothWaysQuery;
  there: Filter;
  back: Filter;
  conditions: Filter;
  variables: object;
}) {
  const one = data.one!;
  const two = data.other!;
  const total = data.there.nodes[0];
  const returned = data.back.nodes[0];
  const asked = filterSearch(conditions);
  return (
    <>
      <h1>
        <Link href={partyPath(one.code)}>{one.name}</Link> <span aria-label="raises with">→</span>{" "}
        <Link href={partyPath(two.code)}>{two.name}</Link>
      </h1>
      <nav className="switch" aria-label="Direction">
        <Link href={pairPath(one.code, two.code) + asked} aria-current="page">
          {atStart(one.name)} raises with {inSentence(two.name)} <strong>{count(total?.raiseCount ?? 0)}</strong>
        </Link>
        <Link href={pairPath(two.code, one.code) + asked}>
          {atStart(two.name)} raises with {inSentence(one.name)} <strong>{count(returned?.raiseCount ?? 0)}</strong>
        </Link>
      </nav>
      <Filters fixed={["by", "with"]} />
      {!total || total.raiseCount === 0 ? (
        <Empty>
          <p>
            No article here reports {inSentence(one.name)} raising anything {asked && "of this kind "}with {inSentence(two.name)}.{" "}
            {returned && returned.raiseCount > 0 && (
              <Link href={pairPath(two.code, one.code) + asked}>
                The other way round there are {counted(returned.raiseCount, "raise")}.
              </Link>
            )}{" "}
            <Link href={connectPath(one.code, two.code)}>What connects the two</Link>
          </p>
        </Empty>
      ) : (
        <>
          <p className="summary">
            <Count value={total.raiseCount} filter={there} label="All" /> {total.raiseCount === 1 ? "raise" : "raises"} of{" "}
            {counted(data.issues.totalCount, "issue")} in {counted(total.articleCount, "article")} (
            {counted(total.storyCount, "story", "stories")}, {counted(total.sourceCount, "source")}),{" "}
            {stretch(total.firstOn, total.lastOn)}. <InPlayground question="a-pair-both-ways" variables={variables} />
          </p>
          <div className="with-aside">
            <div>
              <Section id="issues" title="Issues">
                <Issues data={data} there={there} back={back} />
                <Downloads dataset="issues" filter={there} what={`Issues that ${inSentence(one.name)} raises with ${inSentence(two.name)}`} />
              </Section>
              <Section id="time" title="Over time">
                <Timeline
                  filter={there}
                  first={total.firstOn}
                  last={total.lastOn}
                  what={`Raises from ${inSentence(one.name)} to ${inSentence(two.name)}`}
                />
              </Section>
            </div>
            <aside aria-label="Manner and company">
              <Acts data={data} there={there} total={total.raiseCount} />
              <Company data={data} there={there} conditions={conditions} />
            </aside>
          </div>
          <Section id="evidence" title="Evidence, by issue">
            <Evidence data={data} there={there} />
            <Downloads dataset="raises" filter={there} what="These raises with their sentences" />
          </Section>
        </>
      )}
    </>
  );
}

type IssueRow = PairBothWaysQuery["issues"]["nodes"][number];

function Issues({ data, there, back }: { data: PairBothWaysQuery; there: Filter; back: Filter }) {
  const total = data.there.nodes[0];
  const returned = new Map(data.returned.nodes.map((group) => [group.issue!.slug, group.raiseCount]));
  const unit: Unit =
    total.firstOn && total.lastOn && Number(total.lastOn.slice(0, 4)) - Number(total.firstOn.slice(0, 4)) >= 3 ? "YEAR" : "MONTH";
  const { pages, done } = usePages(ChangeOfEach, { filter: raiseFilter(there), groupBy: ["ISSUE", unit] }, ({ raiseStats }) =>
    raiseStats.pageInfo.hasNextPage ? { after: raiseStats.pageInfo.endCursor } : null,
  );
  const courses = useMemo(() => {
    const periods: string[] = [];
    if (done && total.firstOn && total.lastOn) {
      for (let period = periodOf(total.firstOn, unit); period <= total.lastOn; period = nextPeriod(period, unit))
        periods.push(period);
    }
    const found = new Map<string, number[]>();
    for (const { issue, period, raiseCount } of pages.flatMap((page) => page.raiseStats.nodes)) {
      if (!period) continue;
      const values = found.get(issue!.slug) ?? periods.map(() => 0);
      values[periods.indexOf(period)] = raiseCount;
      found.set(issue!.slug, values);
    }
    return { found, periods };
  }, [pages, done, unit, total.firstOn, total.lastOn]);

  const columns = useMemo<Column<IssueRow>[]>(
    () => [
      {
        id: "issue",
        header: "Issue",
        heading: true,
        value: (row) => row.issue!.name,
        cell: ({ issue }) => (
          <>
            <a href={`#evidence-${issue!.slug}`}>{issue!.name}</a> <small className="area">{issue!.area}</small>
          </>
        ),
      },
      {
        id: "raises",
        header: "Raises",
        numeric: true,
        value: (row) => row.raiseCount,
        cell: (row) => <Count value={row.raiseCount} filter={{ ...there, issue: [row.issue!.slug] }} label={row.issue!.name} />,
      },
      {
        id: "share",
        header: `Of ${count(total.raiseCount)}`,
        numeric: true,
        value: (row) => row.raiseCount,
        cell: (row) => (
          <span className="bar">
            <meter min={0} max={data.issues.nodes[0].raiseCount} value={row.raiseCount} aria-hidden="true" />{" "}
            {share(row.raiseCount, total.raiseCount)}
          </span>
        ),
      },
      {
        id: "course",
        header: `By ${unit.toLowerCase()}`,
        minor: true,
        value: (row) => row.lastOn ?? "",
        cell: (row) => {
          const values = courses.found.get(row.issue!.slug) ?? [];
          const told = values.flatMap((value, i) =>
            value > 0 ? [`${courses.periods[i].slice(0, unit === "YEAR" ? 4 : 7)}: ${value}`] : [],
          );
          return <Sparkline values={values} label={told.join(", ") || "undated"} />;
        },
      },
      { ...latestColumn((row) => row.lastOn), minor: false },
      {
        id: "back",
        header: `From ${data.other!.name}`,
        numeric: true,
        minor: true,
        value: (row) => returned.get(row.issue!.slug) ?? 0,
        cell: (row) => (
          <Count
            value={returned.get(row.issue!.slug) ?? 0}
            filter={{ ...back, issue: [row.issue!.slug] }}
            label={`${row.issue!.name}, the other way round`}
          />
        ),
      },
    ],
    [data, courses, unit],
  );
  return (
    <Table caption="Issues, most raised first" rows={data.issues.nodes} columns={columns} rowKey={(row) => row.issue!.slug} />
  );
}

function Acts({ data, there, total }: { data: PairBothWaysQuery; there: Filter; total: number }) {
  return (
    <Section id="acts" title="In which manner">
      <ul className="tally">
        {data.acts.nodes.map(({ act, raiseCount }) => (
          <li key={act}>
            <span>{actName(act!)}</span> <Count value={raiseCount} filter={{ ...there, act: [act!] }} label={actName(act!)} />{" "}
            <small>{share(raiseCount, total)}</small>
          </li>
        ))}
      </ul>
      <h3>Who speaks</h3>
      <ul className="tally">
        {data.speakers.nodes.map(({ speaker, raiseCount }) => (
          <li key={speaker?.slug ?? ""}>
            {speaker ? <Link href={leaderPath(speaker.slug)}>{speaker.name}</Link> : <span>nobody named</span>}{" "}
            {speaker ? (
              <Count value={raiseCount} filter={{ ...there, speaker: [speaker.slug] }} label={speaker.name} />
            ) : (
              <span className="count">{count(raiseCount)}</span>
            )}{" "}
            <small>{share(raiseCount, total)}</small>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Company({ data, there, conditions }: { data: PairBothWaysQuery; there: Filter; conditions: Filter }) {
  const one = data.one!;
  const two = data.other!;
  const what = conditions.issue.length > 0 ? "this" : "issues";
  const others = data.alsoWith.nodes.flatMap(({ with: party, raiseCount }) =>
    party!.code === two.code ? [] : [{ party: party!, raiseCount }],
  );
  const rivals = data.alsoBy.nodes.flatMap(({ by: party, raiseCount }) =>
    party!.code === one.code ? [] : [{ party: party!, raiseCount }],
  );
  return (
    <Section id="company" title="With and by others">
      <h3>
        {atStart(one.name)} raises {what} also with
      </h3>
      <Parties
        parties={others}
        path={(code) => pairPath(one.code, code) + filterSearch(conditions)}
        narrow={(code) => ({ ...there, with: [code] })}
      />
      <h3>
        Also raise {what} with {inSentence(two.name)}
      </h3>
      <Parties
        parties={rivals}
        path={(code) => pairPath(code, two.code) + filterSearch({ ...conditions, speaker: [] })}
        narrow={(code) => ({ ...there, by: [code], speaker: [] })}
      />
      <p className="onward">
        <Link href={connectPath(one.code, two.code)}>What else connects the two</Link>
      </p>
    </Section>
  );
}

function Parties({
  parties,
  path,
  narrow,
}: {
  parties: { party: { code: string; name: string }; raiseCount: number }[];
  path(code: string): string;
  narrow(code: string): Filter;
}) {
  if (parties.length === 0) return <p className="note">Nobody else.</p>;
  return (
    <ul className="tally">
      {parties.map(({ party, raiseCount }) => (
        <li key={party.code}>
          <Link href={path(party.code)}>{party.name}</Link>{" "}
          <Count value={raiseCount} filter={narrow(party.code)} label={party.name} />
        </li>
      ))}
    </ul>
  );
}

function Evidence({ data, there }: { data: PairBothWaysQuery; there: Filter }) {
  return data.issues.nodes.map(({ issue, raiseCount }, i) => (
    <details key={issue!.slug} id={`evidence-${issue!.slug}`} className="evidence" open={i < 3}>
      <summary>
        <h3>{issue!.name}</h3> <span className="note">{counted(raiseCount, "raise")}</span>
      </summary>
      <ol className="sentences">
        {bySentence(issue!.raises.nodes).map((group) => (
          <Sentence key={group[0].id} raises={group} />
        ))}
      </ol>
      <p className="onward">
        {raiseCount > issue!.raises.nodes.length && (
          <Link href={`/raises${filterSearch({ ...there, issue: [issue!.slug] })}`}>All {counted(raiseCount, "sentence")}</Link>
        )}{" "}
        <Link href={issuePath(issue!.slug)}>Who else raises {issue!.name}</Link>
      </p>
    </details>
  ));
}
