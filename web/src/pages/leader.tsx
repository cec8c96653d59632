import { useMemo } from "react";
import { Link, useSearch } from "wouter";
import { useAnswer } from "../answer";
import { type Filter, filterSearch, raiseFilter, readFilter } from "../filter";
import type { LeaderProfileQuery } from "../generated/operations";
import { articlePath, counted, dayName, issuePath, leaderPath, pairPath, partyPath, stretch } from "../format";
import { Leader } from "../operations";
import { latestColumn, shareColumn } from "../parts/columns";
import { Count } from "../parts/count";
import { Downloads } from "../parts/downloads";
import { Filters } from "../parts/filters";
import { InPlayground, Section, useTitle } from "../parts/head";
import { SentenceList } from "../parts/sentences";
import { Empty, Shown } from "../parts/state";
import { type Column, Table } from "../parts/table";
import { Timeline } from "../parts/timeline";
import { type Asked, conditionsAsked } from "../parts/unknown";
import { NotFoundPage } from "./not-found";

/** A leader: offices with their days, and what he or she raises with whom while speaking for a party. */
export function LeaderPage({ slug }: { slug: string }) {
  const conditions = readFilter(useSearch());
  const filter: Filter = { ...conditions, speaker: [slug] };
  const answer = useAnswer(Leader, { slug, filter: raiseFilter(filter) });
  useTitle(answer.data?.leader?.name ?? slug);
  if (answer.unknown) {
    const onward = (other: string) => leaderPath(other) + filterSearch(conditions);
    const asked: Asked[] = [{ kind: "leader", name: slug, path: onward }, ...conditionsAsked(conditions, leaderPath(slug))];
    return <NotFoundPage what={answer.error} asked={asked} />;
  }
  return (
    <div className="page">
      <Shown answer={answer} what="the leader" title={slug}>
        {(data) => (data.leader ? <Profile data={data} filter={filter} /> : <NotFoundPage />)}
      </Shown>
    </div>
  );
}

type Counterpart = LeaderProfileQuery["counterparts"]["nodes"][number];
type IssueRow = LeaderProfileQuery["issues"]["nodes"][number];

function Profile({ data, filter }: { data: LeaderProfileQuery; filter: Filter }) {
  const leader = data.leader!;
  const total = data.total.nodes[0];
  const raised = total?.raiseCount ?? 0;
  const partners = useMemo<Column<Counterpart>[]>(
    () => [
      {
        id: "with",
        header: "With",
        heading: true,
        value: (row) => row.with!.name,
        cell: (row) => (
          <Link href={pairPath(row.by!.code, row.with!.code) + filterSearch({ speaker: filter.speaker })}>{row.with!.name}</Link>
        ),
      },
      { id: "by", header: "For", minor: true, value: (row) => row.by!.name },
      {
        id: "raises",
        header: "Raises",
        numeric: true,
        value: (row) => row.raiseCount,
        cell: (row) => (
          <Count
            value={row.raiseCount}
            filter={{ ...filter, by: [row.by!.code], with: [row.with!.code] }}
            label={row.with!.name}
          />
        ),
      },
      shareColumn(raised, (row) => row.raiseCount),
      latestColumn((row) => row.lastOn),
    ],
    [data],
  );
  const issues = useMemo<Column<IssueRow>[]>(
    () => [
      {
        id: "issue",
        header: "Issue",
        heading: true,
        value: (row) => row.issue!.name,
        cell: ({ issue }) => <Link href={issuePath(issue!.slug)}>{issue!.name}</Link>,
      },
      {
        id: "raises",
        header: "Raises",
        numeric: true,
        value: (row) => row.raiseCount,
        cell: (row) => <Count value={row.raiseCount} filter={{ ...filter, issue: [row.issue!.slug] }} label={row.issue!.name} />,
      },
      shareColumn(raised, (row) => row.raiseCount),
      latestColumn((row) => row.lastOn),
    ],
    [data],
  );
  return (
    <>
      <header className="profile">
        <h1>{leader.name}</h1>
        <p className="meta">
          <span>
            <Link href={partyPath(leader.party.code)}>{leader.party.name}</Link>
          </span>
          {leader.aliases.length > 0 && <span>also {leader.aliases.join(", ")}</span>}
        </p>
        <table className="offices">
          <caption className="sr-only">Offices</caption>
          <thead>
            <tr>
              <th scope="col">Office</th>
              <th scope="col">Of</th>
              <th scope="col">From</th>
              <th scope="col">To</th>
            </tr>
          </thead>
          <tbody>
            {leader.offices.map((office) => (
              <tr key={`${office.title} ${office.party.code} ${office.since}`}>
                <th scope="row">{office.title}</th>
                <td>
                  <Link href={partyPath(office.party.code)}>{office.party.name}</Link>
                </td>
                <td>{office.since ? dayName(office.since) : "not known"}</td>
                <td>{office.until ? dayName(office.until) : "in office"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </header>
      <Filters fixed={["speaker"]} />
      {!total || raised === 0 ? (
        <Empty>
          <p>
            No article here names {leader.name} as the speaker of a raise under these conditions;{" "}
            {counted(leader.articles.totalCount, "article")} mention the name.
          </p>
        </Empty>
      ) : (
        <>
          <p className="summary">
            <Count value={raised} filter={filter} label={leader.name} /> {raised === 1 ? "raise" : "raises"} in{" "}
            {counted(total.articleCount, "article")} ({counted(total.storyCount, "story", "stories")}),{" "}
            {stretch(total.firstOn, total.lastOn)}.{" "}
            <InPlayground question="a-leader" variables={{ slug: leader.slug, filter: raiseFilter(filter) }} />
          </p>
          <div className="sides">
            <Section id="partners" title="With whom">
              <Table
                caption="With whom, most raises first"
                rows={data.counterparts.nodes}
                columns={partners}
                rowKey={(row) => `${row.by!.code} ${row.with!.code}`}
                most={10}
              />
              <Downloads dataset="pairs" filter={filter} what={`Raises of ${leader.name} by pair`} />
            </Section>
            <Section id="issues" title="What">
              <Table
                caption="Issues, most raised first"
                rows={data.issues.nodes}
                columns={issues}
                rowKey={(row) => row.issue!.slug}
                most={10}
              />
              <Downloads dataset="issues" filter={filter} what={`Issues of ${leader.name}`} />
            </Section>
          </div>
          <Section id="time" title="Over time">
            <Timeline filter={filter} first={total.firstOn} last={total.lastOn} what={`Raises of ${leader.name}`} />
          </Section>
          <Section id="sentences" title="Sentences">
            <SentenceList key={filterSearch(filter)} filter={filter} most={10} />
          </Section>
        </>
      )}
      <Section id="articles" title="Latest articles that mention the name">
        {leader.articles.nodes.length === 0 ? (
          <Empty>None.</Empty>
        ) : (
          <ul className="articles">
            {leader.articles.nodes.map((article) => (
              <li key={article.externalId}>
                <Link href={articlePath(article.externalId)}>{article.title}</Link>{" "}
                <small>
                  {article.source ?? "unknown source"}, {article.published ? dayName(article.published) : "undated"}
                </small>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </>
  );
}
