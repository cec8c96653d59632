import { Link } from "wouter";
import { useAnswer } from "../answer";
import type { CoverageQuery } from "../generated/operations";
import { connectPath, count, counted, dayName, inSentence, issuePath, pairPath } from "../format";
import { Coverage, IssuesOfAPair, RaisesByMonth } from "../operations";
import { Count } from "../parts/count";
import { Downloads } from "../parts/downloads";
import { Section, useTitle } from "../parts/head";
import { SearchBox } from "../parts/search-box";
import { Sparkline } from "../parts/sparkline";
import { Empty, Shown } from "../parts/state";
import { nextPeriod, periodOf } from "../period";
import { questions } from "../questions";

export function LandingPage() {
  useTitle("");
  const coverage = useAnswer(Coverage, {});
  return (
    <div className="page landing">
      <div className="opening">
        <h1>Who raises which issue with whom</h1>
        <p className="lead">
          Demarche reads news for one thing: a government or organisation bringing a matter to another. Every answer shows its
          sentences.
        </p>
        <SearchBox id="landing-search" prominent />
      </div>
      <Shown answer={coverage} what="what the graph covers">
        {(data) => (data.dataset.raiseCount === 0 ? <Nothing articles={data.dataset.articleCount} /> : <Overview data={data} />)}
      </Shown>
    </div>
  );
}

function Nothing({ articles }: { articles: number }) {
  return (
    <Empty>
      <p>
        {articles === 0 ? "There is no article in this graph yet." : `No raise was found in ${counted(articles, "article")}.`}{" "}
        Load some with <code>demarche load PATH</code>; what is loaded shows here at once.
      </p>
    </Empty>
  );
}

type Pair = CoverageQuery["pairs"]["nodes"][number];

function Overview({ data }: { data: CoverageQuery }) {
  const { dataset, pairs, issues } = data;
  const [first] = pairs.nodes;
  const by = first.by!;
  const other = first.with!;
  const issue = issues.nodes[0].issue!;
  // Two who raise something, though not the first pair again: a chain between those would be one link long.
  const far = pairs.nodes.map((pair) => pair.with!).find((party) => party.code !== by.code && party.code !== other.code) ?? other;
  const asked: [string, string][] = [
    [pairPath(by.code, other.code), `What does ${inSentence(by.name)} raise with ${inSentence(other.name)}?`],
    [issuePath(issue.slug), `Who else raises ${issue.name}?`],
    [`${pairPath(by.code, other.code)}#time`, `How did that change over time?`],
    [connectPath(by.code, far.code), `What connects ${inSentence(by.name)} and ${inSentence(far.name)}?`],
    [`/raises?by=${by.code}&with=${other.code}`, "Show me the sentences."],
  ];
  return (
    <>
      <ul className="asked" aria-label="Questions">
        {asked.map(([path, text]) => (
          <li key={text}>
            <Link href={path}>{text}</Link>
          </li>
        ))}
      </ul>
      <p className="coverage">
        <Count value={dataset.raiseCount} filter={{}} label="All raises" /> raises in {counted(dataset.articleCount, "article")}
        {dataset.since && dataset.until && `, ${dayName(dataset.since)} to ${dayName(dataset.until)}`}.{" "}
        <Link href="/about">What the data covers, and how good it is</Link>
      </p>
      <div className="columns">
        <Section
          id="pairs"
          title="Most active pairs"
          aside={<span className="note">{counted(pairs.totalCount, "pair")} in all, latest two years drawn</span>}
        >
          <ol className="pairlist">
            {pairs.nodes.map((pair) => (
              <li key={`${pair.by!.code} ${pair.with!.code}`}>
                <Link href={pairPath(pair.by!.code, pair.with!.code)}>
                  {pair.by!.name} <span aria-label="with">→</span> {pair.with!.name}
                </Link>
                <PairSparkline pair={pair} until={dataset.until} />
                <Count
                  value={pair.raiseCount}
                  filter={{ by: [pair.by!.code], with: [pair.with!.code] }}
                  label={`${pair.by!.name} with ${pair.with!.name}`}
                />
              </li>
            ))}
          </ol>
          <Downloads dataset="pairs" filter={{}} what="All pairs" />
        </Section>
        <Example by={by} other={other} />
      </div>
      <div className="columns">
        <Section
          id="issues"
          title="Most raised issues"
          aside={<span className="note">{counted(issues.totalCount, "issue")} in all</span>}
        >
          <ul className="issuelist">
            {issues.nodes.map(({ issue, raiseCount }) => (
              <li key={issue!.slug}>
                <Link href={issuePath(issue!.slug)}>{issue!.name}</Link>{" "}
                <Count value={raiseCount} filter={{ issue: [issue!.slug] }} label={issue!.name} />
              </li>
            ))}
          </ul>
          <Downloads dataset="issues" filter={{}} what="All issues" />
        </Section>
        <Section id="questions" title="Ready questions" aside={<span className="note">GraphQL, in the playground</span>}>
          <ul className="questions">
            {questions.map((question) => (
              <li key={question.slug}>
                <a href={`/playground?question=${question.slug}`}>{question.title}</a>
              </li>
            ))}
          </ul>
        </Section>
      </div>
    </>
  );
}

const monthsDrawn = 24;

function PairSparkline({ pair, until }: { pair: Pair; until?: string | null }) {
  const months: string[] = [];
  if (until) {
    const last = periodOf(until, "MONTH");
    const begin = new Date(`${last}T00:00:00Z`);
    begin.setUTCMonth(begin.getUTCMonth() - monthsDrawn + 1);
    for (let month = begin.toISOString().slice(0, 10); month <= last; month = nextPeriod(month, "MONTH")) months.push(month);
  }
  const { data } = useAnswer(RaisesByMonth, { by: pair.by!.code, with: pair.with!.code, since: months[0] }, months.length === 0);
  const counts = new Map(data?.raiseStats.nodes.map((group) => [group.period, group.raiseCount]));
  const values = months.map((month) => counts.get(month) ?? 0);
  const recent = values.reduce((sum, value) => sum + value, 0);
  return <Sparkline values={values} label={data ? `${count(recent)} in the latest ${monthsDrawn} months` : "being read"} />;
}

/** What an answer looks like, before anybody has asked. */
function Example({ by, other }: { by: { code: string; name: string }; other: { code: string; name: string } }) {
  const answer = useAnswer(IssuesOfAPair, { by: by.code, with: other.code });
  return (
    <Section
      id="example"
      title={`${by.name} → ${other.name}`}
      aside={<Link href={pairPath(by.code, other.code)}>All of it</Link>}
    >
      <Shown answer={answer} what="an example">
        {({ issues }) => (
          <ol className="example">
            {issues.edges.slice(0, 4).map(({ node, raiseCount }) => (
              <li key={node.slug}>
                <p>
                  <Link href={`${pairPath(by.code, other.code)}?issue=${node.slug}`}>{node.name}</Link>{" "}
                  <Count
                    value={raiseCount}
                    filter={{ by: [by.code], with: [other.code], issue: [node.slug] }}
                    label={node.name}
                  />
                </p>
                {node.raises.nodes.slice(0, 1).map((raise) => (
                  <blockquote key={raise.quote}>{raise.quote}</blockquote>
                ))}
              </li>
            ))}
          </ol>
        )}
      </Shown>
    </Section>
  );
}
