import { useEffect, useMemo } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { useAnswer } from "../answer";
import { type Filter, filterSearch, raiseFilter, readFilter } from "../filter";
import type { CounterpartsQuery, PartyBothWaysQuery } from "../generated/operations";
import {
  atStart,
  connectPath,
  count,
  counted,
  dayName,
  inSentence,
  issuePath,
  leaderPath,
  pairPath,
  partyPath,
  stretch,
} from "../format";
import { Counterparts, Party } from "../operations";
import { latestColumn, shareColumn } from "../parts/columns";
import { Count } from "../parts/count";
import { Downloads } from "../parts/downloads";
import { Filters } from "../parts/filters";
import { InPlayground, Section, useTitle } from "../parts/head";
import { Empty, Shown } from "../parts/state";
import { type Column, Table } from "../parts/table";
import { Timeline } from "../parts/timeline";
import { conditionsAsked } from "../parts/unknown";
import { NotFoundPage } from "./not-found";

type Found = NonNullable<CounterpartsQuery["party"]>;

/** A country or organisation: what it raises with others and others with it, side by side. */
export function PartyPage({ party }: { party: string }) {
  const search = useSearch();
  const conditions = readFilter(search);
  const [, navigate] = useLocation();
  const there: Filter = { ...conditions, by: [party], with: [] };
  const back: Filter = { ...conditions, by: [], with: [party] };
  const profile = useAnswer(Counterparts, { party, filter: raiseFilter(conditions) });
  const answer = useAnswer(Party, { there: raiseFilter(there), back: raiseFilter(back) });
  const found = profile.data?.party;
  useTitle(found?.name ?? party);
  useEffect(() => {
    if (found && found.code !== party) navigate(partyPath(found.code) + (search && `?${search}`), { replace: true });
  }, [found?.code]);

  if (profile.unknown) {
    const onward = (code: string) => partyPath(code) + filterSearch(conditions);
    const asked = [{ kind: "party" as const, name: party, path: onward }, ...conditionsAsked(conditions, partyPath(party))];
    return <NotFoundPage what={profile.error} asked={asked} />;
  }
  return (
    <div className="page">
      <Shown answer={profile} what={party} title={party}>
        {({ party: found }) => (
          <>
            <Profile party={found!} />
            <Filters fixed={["by", "with"]} />
            <Shown answer={answer} what={`what ${found!.name} raises`}>
              {(data) => <Sides party={found!} data={data} there={there} back={back} conditions={conditions} />}
            </Shown>
          </>
        )}
      </Shown>
    </div>
  );
}

type InOffice = Extract<Found, { leaders: unknown }>["leaders"][number];

/** Titles of those who are named first. */
const heads =
  /^(President|Prime Minister|Chancellor|Premier|Supreme Leader|King|Queen|Emperor|Emir|Sultan|Crown Prince|Taoiseach)/;

/** The office that a leader holds for a party now. */
const officeOf = (leader: InOffice, code: string) =>
  leader.offices.findLast((office) => office.party.code === code && !office.until) ?? leader.offices.at(-1);

function Profile({ party }: { party: Found }) {
  const leaders = "leaders" in party ? party.leaders.map((leader) => ({ ...leader, office: officeOf(leader, party.code) })) : [];
  leaders.sort((a, b) => Number(heads.test(b.office?.title ?? "")) - Number(heads.test(a.office?.title ?? "")));
  return (
    <header className="profile">
      <h1>{party.name}</h1>
      <p className="meta">
        <span>{"alpha3" in party ? `${party.code}, ${party.alpha3}` : party.code}</span>
        {"capital" in party && party.capital && <span>{party.capital}</span>}
        {"region" in party && party.region && <span>{party.region}</span>}
        {party.aliases.length > 0 && <span>also {party.aliases.slice(0, 4).join(", ")}</span>}
        <span>
          <Link href={connectPath(party.code)}>Its ties, drawn</Link>
        </span>
      </p>
      {leaders.length > 0 && (
        <ul className="leaders" aria-label="In office">
          {leaders.map(({ slug, name, office }) => (
            <li key={slug}>
              <Link href={leaderPath(slug)}>{name}</Link>{" "}
              <small>{office && `${office.title}${office.since ? `, since ${dayName(office.since)}` : ""}`}</small>
            </li>
          ))}
        </ul>
      )}
      {"members" in party && party.members.length > 0 && (
        <details className="members">
          <summary>{counted(party.members.length, "member")}</summary>
          <ul className="names">
            {party.members.map((member) => (
              <li key={member.code}>
                <Link href={partyPath(member.code)}>{member.name}</Link>
              </li>
            ))}
          </ul>
        </details>
      )}
    </header>
  );
}

interface Partner {
  code: string;
  name: string;
  raises: number;
  stories: number;
  last: string | null;
}

function Sides({
  party,
  data,
  there,
  back,
  conditions,
}: {
  party: Found;
  data: PartyBothWaysQuery;
  there: Filter;
  back: Filter;
  conditions: Filter;
}) {
  const out = data.there.nodes[0];
  const into = data.back.nodes[0];
  const raised = out?.raiseCount ?? 0;
  const addressed = into?.raiseCount ?? 0;
  if (raised + addressed === 0) {
    return (
      <Empty>
        <p>No article here reports {inSentence(party.name)} raising anything with anybody, or being told anything, under these conditions.</p>
      </Empty>
    );
  }
  const partners: Partner[] = party.counterparts.edges.map(({ node, raiseCount, storyCount, lastOn }) => ({
    code: node.code,
    name: node.name,
    raises: raiseCount,
    stories: storyCount,
    last: lastOn ?? null,
  }));
  const raisers: Partner[] = data.raisedBy.nodes.map(({ by, raiseCount, storyCount, lastOn }) => ({
    code: by!.code,
    name: by!.name,
    raises: raiseCount,
    stories: storyCount,
    last: lastOn ?? null,
  }));
  const onward = filterSearch(conditions);
  return (
    <>
      <div className="sides">
        <Side
          id="raises"
          title={`${atStart(party.name)} raises`}
          group={out}
          total={raised}
          filter={there}
          partners={partners}
          partnerHeader="With"
          path={(code) => pairPath(party.code, code) + onward}
          narrow={(code) => ({ ...there, with: [code] })}
          issues={data.issues.nodes}
        />
        <Side
          id="addressed"
          title={`Others raise with ${inSentence(party.name)}`}
          group={into}
          total={addressed}
          filter={back}
          partners={raisers}
          partnerHeader="By"
          path={(code) => pairPath(code, party.code) + onward}
          narrow={(code) => ({ ...back, by: [code] })}
          issues={data.returned.nodes}
        />
      </div>
      <Section
        id="time"
        title={`${raised > 0 ? `What ${inSentence(party.name)} raises` : `What others raise with ${inSentence(party.name)}`}, over time`}
      >
        <Timeline
          filter={raised > 0 ? there : back}
          first={(raised > 0 ? out : into)?.firstOn}
          last={(raised > 0 ? out : into)?.lastOn}
          what={raised > 0 ? `Raises by ${inSentence(party.name)}` : `Raises with ${inSentence(party.name)}`}
        />
      </Section>
      <p className="onward">
        <InPlayground question="a-party-both-ways" variables={{ there: raiseFilter(there), back: raiseFilter(back) }} />
      </p>
    </>
  );
}

type Total = PartyBothWaysQuery["there"]["nodes"][number] | undefined;
type IssueRow = PartyBothWaysQuery["issues"]["nodes"][number];

function Side({
  id,
  title,
  group,
  total,
  filter,
  partners,
  partnerHeader,
  path,
  narrow,
  issues,
}: {
  id: string;
  title: string;
  group: Total;
  total: number;
  filter: Filter;
  partners: Partner[];
  partnerHeader: string;
  path(code: string): string;
  narrow(code: string): Filter;
  issues: IssueRow[];
}) {
  const partnerColumns = useMemo<Column<Partner>[]>(
    () => [
      {
        id: "partner",
        header: partnerHeader,
        heading: true,
        value: (row) => row.name,
        cell: (row) => <Link href={path(row.code)}>{row.name}</Link>,
      },
      {
        id: "raises",
        header: "Raises",
        numeric: true,
        value: (row) => row.raises,
        cell: (row) => <Count value={row.raises} filter={narrow(row.code)} label={row.name} />,
      },
      shareColumn(total, (row) => row.raises),
      {
        id: "stories",
        header: "Stories",
        numeric: true,
        minor: true,
        value: (row) => row.stories,
        cell: (row) => count(row.stories),
      },
      latestColumn((row) => row.last),
    ],
    [partners, total, filterSearch(filter)],
  );
  const issueColumns = useMemo<Column<IssueRow>[]>(
    () => [
      {
        id: "issue",
        header: "Issue",
        heading: true,
        value: (row) => row.issue!.name,
        cell: ({ issue }) => (
          <>
            <Link href={issuePath(issue!.slug) + filterSearch({ by: filter.by, with: filter.with })}>{issue!.name}</Link>{" "}
            <small className="area">{issue!.area}</small>
          </>
        ),
      },
      {
        id: "raises",
        header: "Raises",
        numeric: true,
        value: (row) => row.raiseCount,
        cell: (row) => <Count value={row.raiseCount} filter={{ ...filter, issue: [row.issue!.slug] }} label={row.issue!.name} />,
      },
      shareColumn(total, (row) => row.raiseCount),
    ],
    [issues, total, filterSearch(filter)],
  );
  return (
    <section className="side" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {!group || total === 0 ? (
        <Empty>Nothing under these conditions.</Empty>
      ) : (
        <>
          <p className="summary">
            <Count value={total} filter={filter} label={title} /> {total === 1 ? "raise" : "raises"} in{" "}
            {counted(group.articleCount, "article")} ({counted(group.storyCount, "story", "stories")}),{" "}
            {stretch(group.firstOn, group.lastOn)}.
          </p>
          <Table
            caption={`${title}: ${partnerHeader.toLowerCase()} whom`}
            rows={partners}
            columns={partnerColumns}
            rowKey={(row) => row.code}
            most={10}
          />
          <Downloads dataset="pairs" filter={filter} what={`${title}, by pair`} />
          <Table
            caption={`${title}: which issues`}
            rows={issues}
            columns={issueColumns}
            rowKey={(row) => row.issue!.slug}
            most={10}
          />
          <Downloads dataset="issues" filter={filter} what={`${title}, by issue`} />
        </>
      )}
    </section>
  );
}
