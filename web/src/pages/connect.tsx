import { type FormEvent, lazy, Suspense, useEffect, useMemo } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { useAnswer } from "../answer";
import { useDirectory } from "../directory";
import { connectPath, count, counted, inSentence, issuePath, leaderPath, pairPath, partyPath } from "../format";
import type { NeighborhoodQuery, PathsQuery } from "../generated/operations";
import { type Drawing, merge, mostNodes, type Node, type Tie, tieFilter, ways } from "../graph";
import { useKept } from "../kept";
import { Neighborhood, Paths, TwoEnds } from "../operations";
import { Count } from "../parts/count";
import { Downloads } from "../parts/downloads";
import { InPlayground, Section, useTitle } from "../parts/head";
import { Empty, Shown, Waiting } from "../parts/state";
import { type Column, Table } from "../parts/table";
import type { Asked } from "../parts/unknown";
import { NotFoundPage } from "./not-found";

const Network = lazy(() => import("../parts/network"));

type AnyNode = PathsQuery["paths"][number]["nodes"][number] | NeighborhoodQuery["neighborhood"]["nodes"][number];

function nodeOf(node: AnyNode): Node {
  const { id, __typename: type } = node;
  if ("code" in node) return { id, type, name: node.name, path: partyPath(node.code), party: node.code };
  if ("externalId" in node) return { id, type, name: node.title, path: `/article/${encodeURIComponent(node.externalId)}` };
  if ("party" in node)
    return { id, type, name: node.name, path: leaderPath(node.slug), party: node.party.code, leader: node.slug };
  if ("slug" in node) return { id, type, name: node.name, path: issuePath(node.slug) };
  return { id, type, name: id, path: "/" };
}

const tieOf = (link: { source: { id: string }; target: { id: string }; raiseCount: number; issues: Tie["issues"] }): Tie => ({
  source: link.source.id,
  target: link.target.id,
  raises: link.raiseCount,
  issues: link.issues,
});

// Leaders make many chains of one way: with fewer, the ways that come after would not be seen.
const mostChains = 100;
const waysShown = 10;

/** What connects two parties, or what surrounds one. */
export function ConnectPage({ from, to }: { from?: string; to?: string }) {
  return (
    <div className="page">
      {from && to ? <Between from={from} to={to} /> : from ? <Around from={from} /> : <h1>What connects two parties?</h1>}
      <Choose from={from} to={to} />
    </div>
  );
}

function Choose({ from, to }: { from?: string; to?: string }) {
  const [, navigate] = useLocation();
  const { entries, done } = useDirectory();
  const parties = entries.filter((entry) => entry.kind === "party").sort((a, b) => a.name.localeCompare(b.name));
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    navigate(connectPath(String(form.get("from")), String(form.get("to")) || undefined));
  }
  if (!done) return <Waiting what="the parties" />;
  return (
    <form className="choose" onSubmit={submit} key={`${from} ${to}`}>
      <label>
        From
        <select name="from" defaultValue={from ?? parties[0]?.code}>
          {parties.map((party) => (
            <option key={party.code} value={party.code}>
              {party.name}
            </option>
          ))}
        </select>
      </label>
      <label>
        To
        <select name="to" defaultValue={to ?? ""}>
          <option value="">all around it</option>
          {parties.map((party) => (
            <option key={party.code} value={party.code}>
              {party.name}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" className="primary">
        Connect
      </button>
    </form>
  );
}

function Between({ from, to }: { from: string; to: string }) {
  const ends = useAnswer(TwoEnds, { from, to });
  const one = ends.data?.from;
  const two = ends.data?.to;
  useTitle(one && two ? `What connects ${inSentence(one.name)} and ${inSentence(two.name)}` : "Connect");
  const [, navigate] = useLocation();
  useEffect(() => {
    if (one && two && (one.code !== from || two.code !== to)) navigate(connectPath(one.code, two.code), { replace: true });
  }, [one?.code, two?.code]);
  const variables = { from: one?.id ?? "", to: two?.id ?? "", maxLength: 4, first: mostChains };
  const chains = useAnswer(Paths, variables, !one || !two || one.id === two.id);
  if (ends.unknown) {
    const asked: Asked[] = [
      { kind: "party", name: from, path: (code) => connectPath(code, to) },
      { kind: "party", name: to, path: (code) => connectPath(from, code) },
    ];
    return <NotFoundPage what={ends.error} asked={asked} />;
  }
  if (!one || !two)
    return (
      <Shown answer={ends} what="the parties" title={`${from} and ${to}`}>
        {() => null}
      </Shown>
    );
  return (
    <>
      <h1>
        What connects <Link href={partyPath(one.code)}>{inSentence(one.name)}</Link> and{" "}
        <Link href={partyPath(two.code)}>{inSentence(two.name)}</Link>?
      </h1>
      <p className="summary">
        {ends.data!.raises.totalCount > 0 ? (
          <>
            Directly{" "}
            <Link href={`/raises?between=${one.code}&between=${two.code}`}>{counted(ends.data!.raises.totalCount, "raise")}</Link>
            :{" "}
            <Link href={pairPath(one.code, two.code)}>
              {one.name} → {two.name}
            </Link>
            ,{" "}
            <Link href={pairPath(two.code, one.code)}>
              {two.name} → {one.name}
            </Link>
            .
          </>
        ) : (
          "No article here reports one raising anything with the other directly."
        )}{" "}
        <InPlayground question="paths" variables={variables} />
      </p>
      {one.id === two.id ? (
        <Empty>Both are the same. Choose another below.</Empty>
      ) : (
        <Shown answer={chains} what="chains">
          {({ paths }) => <Chains paths={paths} ends={[one.id, two.id]} name={`${one.code}-${two.code}`} />}
        </Shown>
      )}
    </>
  );
}

type Chain = Drawing & { key: string };

function Chains({ paths, ends, name }: { paths: PathsQuery["paths"]; ends: string[]; name: string }) {
  const chains = useMemo<Chain[]>(
    () =>
      paths.map((path) => ({
        key: path.nodes.map((node) => node.id).join(" "),
        nodes: path.nodes.map(nodeOf),
        ties: path.links.map(tieOf),
      })),
    [paths],
  );
  const drawing = useMemo(() => merge(chains), [chains]);
  const fixed = useMemo(() => ends, [ends.join(" ")]);
  const [all, setAll] = useKept("all ways", false);
  const found = useMemo(() => ways(chains), [chains]);
  if (paths.length === 0) return <Empty>No chain of at most four ties connects the two.</Empty>;
  return (
    <>
      <Section
        id="chains"
        title={counted(found.length, "way")}
        aside={
          <span className="note">
            {chains.length === mostChains ? `the ${mostChains} shortest chains` : counted(chains.length, "chain")}; those that differ
            only in who speaks for a party are one way
          </span>
        }
      >
        <ol className="chains">
          {(all ? found : found.slice(0, waysShown)).map(({ key, chains: [plainest, ...others] }) => (
            <li key={key}>
              <Stops chain={plainest} />
              {others.length > 0 && (
                <details className="folded">
                  <summary>
                    {counted(others.length, "more chain")} <small>{others.length === 1 ? "goes" : "go"} this way, through leaders</small>
                  </summary>
                  <ol>
                    {others.map((chain) => (
                      <li key={chain.key}>
                        <Stops chain={chain} />
                      </li>
                    ))}
                  </ol>
                </details>
              )}
            </li>
          ))}
        </ol>
        {found.length > waysShown && (
          <button type="button" className="more" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? `Show the first ${waysShown}` : `Show all ${count(found.length)}`}
          </button>
        )}
      </Section>
      <Drawn drawing={drawing} ends={fixed} name={name} />
    </>
  );
}

function Stops({ chain: { nodes, ties } }: { chain: Chain }) {
  return (
    <div className="chain">
      {nodes.map((node, i) => (
        <span key={node.id} className="stop">
          {i > 0 && (
            <span className="link">
              <TieCount one={nodes[i - 1]} other={node} raises={ties[i - 1].raises} />{" "}
              <small>
                {ties[i - 1].issues
                  .slice(0, 2)
                  .map((issue) => issue.name)
                  .join(", ")}
              </small>
            </span>
          )}
          <Link href={node.path}>{node.name}</Link>
        </span>
      ))}
    </div>
  );
}

function Around({ from }: { from: string }) {
  const ends = useAnswer(TwoEnds, { from, to: from });
  const [, navigate] = useLocation();
  const [path] = useLocation();
  const wanted = Number(new URLSearchParams(useSearch()).get("nodes"));
  const limit = [25, 50, 100, mostNodes].includes(wanted) ? wanted : 50;
  const one = ends.data?.from;
  useTitle(one ? `What surrounds ${inSentence(one.name)}` : "Connect");
  useEffect(() => {
    if (one && one.code !== from) navigate(connectPath(one.code), { replace: true });
  }, [one?.code]);
  const variables = { id: one?.id ?? "", depth: 2, limit };
  const answer = useAnswer(Neighborhood, variables, !one);
  if (ends.unknown) return <NotFoundPage what={ends.error} asked={[{ kind: "party", name: from, path: (code) => connectPath(code) }]} />;
  if (!one)
    return (
      <Shown answer={ends} what="the party" title={from}>
        {() => null}
      </Shown>
    );
  return (
    <>
      <h1>
        What surrounds <Link href={partyPath(one.code)}>{inSentence(one.name)}</Link>?
      </h1>
      <p className="summary">
        <label className="inline">
          The{" "}
          <select value={limit} onChange={(event) => navigate(`${path}?nodes=${event.target.value}`)}>
            {[25, 50, 100, mostNodes].map((number) => (
              <option key={number}>{number}</option>
            ))}
          </select>{" "}
          nodes with the strongest ties
        </label>
        . <InPlayground question="neighborhood" variables={variables} />
      </p>
      <Shown answer={answer} what="its ties">
        {({ neighborhood }) => <Surroundings neighborhood={neighborhood} end={one.id} name={one.code} />}
      </Shown>
    </>
  );
}

function Surroundings({
  neighborhood,
  end,
  name,
}: {
  neighborhood: NeighborhoodQuery["neighborhood"];
  end: string;
  name: string;
}) {
  const drawing = useMemo(
    () => merge([{ nodes: neighborhood.nodes.map(nodeOf), ties: neighborhood.links.map(tieOf) }]),
    [neighborhood],
  );
  const ends = useMemo(() => [end], [end]);
  if (drawing.ties.length === 0)
    return <Empty>Nothing is tied to it: no article here reports it raising anything, or being told anything.</Empty>;
  return <Drawn drawing={drawing} ends={ends} name={name} />;
}

/** The raises of a tie, which lead to their sentences. */
function TieCount({ one, other, raises }: { one: Node; other: Node; raises: number }) {
  const filter = tieFilter(one, other);
  return filter ? (
    <Count value={raises} filter={filter} label={`${one.name} and ${other.name}`} />
  ) : (
    <span className="count">{count(raises)}</span>
  );
}

/** The drawing and its list. */
function Drawn({ drawing, ends, name }: { drawing: Drawing; ends: string[]; name: string }) {
  const columns = useMemo<Column<Tie>[]>(() => {
    const nodes = new Map(drawing.nodes.map((node) => [node.id, node]));
    const link = (id: string) => <Link href={nodes.get(id)!.path}>{nodes.get(id)!.name}</Link>;
    return [
      {
        id: "source",
        header: "One end",
        heading: true,
        value: (tie) => nodes.get(tie.source)!.name,
        cell: (tie) => link(tie.source),
      },
      { id: "target", header: "Other end", value: (tie) => nodes.get(tie.target)!.name, cell: (tie) => link(tie.target) },
      {
        id: "raises",
        header: "Raises",
        numeric: true,
        value: (tie) => tie.raises,
        cell: (tie) => <TieCount one={nodes.get(tie.source)!} other={nodes.get(tie.target)!} raises={tie.raises} />,
      },
      {
        id: "issues",
        header: "Mostly about",
        minor: true,
        value: (tie) => tie.issues[0]?.name ?? "",
        cell: (tie) =>
          tie.issues
            .slice(0, 3)
            .map((issue) => issue.name)
            .join(", "),
      },
    ];
  }, [drawing]);
  return (
    <Section id="drawing" title={`${counted(drawing.nodes.length, "node")}, ${counted(drawing.ties.length, "tie")}`}>
      <Suspense fallback={<div className="network" />}>
        <Network drawing={drawing} ends={ends} name={`demarche-${name}`} />
      </Suspense>
      <Table
        caption="Ties, strongest first"
        rows={drawing.ties}
        columns={columns}
        rowKey={(tie) => `${tie.source} ${tie.target}`}
        most={15}
      />
      <Downloads
        dataset="pairs"
        filter={{ between: drawing.nodes.flatMap(({ party, leader }) => (party && !leader ? [party] : [])) }}
        what="The pairs of these parties"
      />
      <p className="downloads">
        <span>The whole graph: </span>
        <a href="/export/graph.gexf" download>
          GEXF
        </a>
        <a href="/export/graph.graphml" download>
          GraphML
        </a>
      </p>
    </Section>
  );
}
