import { type ReactNode, useMemo } from "react";
import { useAnswer } from "../answer";
import { type Dataset, exportUrl, type Format, noFilter } from "../filter";
import type { CoverageQuery, SourcesQuery } from "../generated/operations";
import { count, counted, dayName, share } from "../format";
import { Coverage, Sources } from "../operations";
import { Count } from "../parts/count";
import { Downloads } from "../parts/downloads";
import { Section, useTitle } from "../parts/head";
import { Shown } from "../parts/state";
import { type Column, Table } from "../parts/table";
import { Timeline } from "../parts/timeline";
import { questions } from "../questions";

/** What the graph was made from, how good it is, and how to take it along. */
export function AboutPage() {
  useTitle("About the data");
  const coverage = useAnswer(Coverage, {});
  const sources = useAnswer(Sources, {});
  return (
    <div className="page reading">
      <h1>About the data</h1>
      <Shown answer={coverage} what="what the graph covers">
        {({ dataset }) => (
          <>
            <Facts dataset={dataset} />
            <Quality dataset={dataset} />
            <Section id="days" title="Articles and raises over time">
              <Timeline filter={noFilter} first={dataset.since} last={dataset.until} what="All raises" />
            </Section>
          </>
        )}
      </Shown>
      <Section id="sources" title="Sources">
        <Shown answer={sources} what="the sources">
          {(data) => <BySource data={data} />}
        </Shown>
      </Section>
      <Takeaway />
    </div>
  );
}

function Facts({ dataset }: { dataset: CoverageQuery["dataset"] }) {
  const facts: [string, ReactNode][] = [
    ["Articles", count(dataset.articleCount)],
    ["Raises", <Count key="raises" value={dataset.raiseCount} filter={{}} />],
    ["First day", dataset.since ? dayName(dataset.since) : "none is dated"],
    ["Last day", dataset.until ? dayName(dataset.until) : "none is dated"],
    ["Articles without a day", count(dataset.undatedCount)],
    ["Not in English", `${count(dataset.foreignLanguageCount)} (${share(dataset.foreignLanguageCount, dataset.articleCount)})`],
    ["Extractor", dataset.extractorVersion],
    ["Names and issues", dataset.seedsVersion],
  ];
  return (
    <>
      <p className="lead">
        A <strong>raise</strong> is one country or organisation bringing one issue to another, as one article reports it.{" "}
        {counted(dataset.articleCount, "article")} were read by a program; articles that are not in English can be searched, but
        no raise was looked for in them.
      </p>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Quality({ dataset }: { dataset: CoverageQuery["dataset"] }) {
  const { precision, recall } = dataset;
  return (
    <Section id="quality" title="How good it is">
      {precision == null || recall == null ? (
        <p>The extractor that made this graph was not measured.</p>
      ) : (
        <>
          <div className="quality">
            <p>
              <strong>{Math.round(100 * precision)}%</strong>
              <meter min={0} max={1} value={precision} aria-label="Precision" /> of the raises it finds are right (precision).
            </p>
            <p>
              <strong>{Math.round(100 * recall)}%</strong>
              <meter min={0} max={1} value={recall} aria-label="Recall" /> of the raises that careful readers find it finds too
              (recall).
            </p>
          </div>
          <p>
            Both were measured on annotated articles that the extractor was not built on, and not on the articles of this graph.
            Each raise has a confidence: the condition “confidence from 0.7” on any page keeps the surer ones. Read the sentences
            before you quote a number.
          </p>
        </>
      )}
    </Section>
  );
}

interface SourceRow {
  source: string;
  /** Whether the articles came with a source. */
  named: boolean;
  articles: number;
  stories: number;
  raises: number;
}

const sourceColumns: Column<SourceRow>[] = [
  { id: "source", header: "Source", heading: true, value: (row) => row.source },
  { id: "articles", header: "Articles", numeric: true, value: (row) => row.articles, cell: (row) => count(row.articles) },
  {
    id: "stories",
    header: "Stories",
    numeric: true,
    minor: true,
    value: (row) => row.stories,
    cell: (row) => count(row.stories),
  },
  {
    id: "raises",
    header: "Raises",
    numeric: true,
    value: (row) => row.raises,
    cell: (row) =>
      row.named ? <Count value={row.raises} filter={{ source: [row.source] }} label={row.source} /> : count(row.raises),
  },
  {
    id: "rate",
    header: "Raises per 100 articles",
    numeric: true,
    minor: true,
    value: (row) => row.raises / row.articles,
    cell: (row) => ((100 * row.raises) / row.articles).toFixed(1),
  },
];

function BySource({ data }: { data: SourcesQuery }) {
  const total = data.articleStats.totalCount;
  const rows = useMemo<SourceRow[]>(() => {
    const raises = new Map(data.raiseStats.nodes.map((group) => [group.source?.toLowerCase(), group.raiseCount]));
    return data.articleStats.nodes.map((group) => ({
      source: group.source ?? "none given",
      named: group.source != null,
      articles: group.articleCount,
      stories: group.storyCount,
      raises: raises.get(group.source?.toLowerCase()) ?? 0,
    }));
  }, [data]);
  return (
    <>
      {rows.length < total && (
        <p className="note">
          The largest {rows.length} of {count(total)} sources.
        </p>
      )}
      <Table caption="Articles and raises by source" rows={rows} columns={sourceColumns} rowKey={(row) => row.source} most={12} />
      <Downloads
        dataset="articles"
        filter={{}}
        extra={{ columns: "id,source,published,raise_count" }}
        what="Articles with their sources"
      />
    </>
  );
}

const downloads: [Dataset, string, Record<string, string>?][] = [
  ["raises", "every raise with its sentence"],
  ["articles", "every article with its text"],
  ["issues", "issues with their counts"],
  ["pairs", "who raises with whom, how often"],
  ["periods", "raises and articles by month", { unit: "month" }],
];
const formats: Format[] = ["csv", "json", "jsonl", "parquet"];

function Takeaway() {
  return (
    <Section id="downloads" title="Take it along">
      <ul className="takeaway">
        {downloads.map(([dataset, about, extra]) => (
          <li key={dataset}>
            <strong>{dataset}</strong> <span>{about}</span>{" "}
            <span className="downloads">
              {formats.map((format) => (
                <a
                  key={format}
                  href={exportUrl(dataset, format, {}, extra)}
                  aria-label={`${dataset} as ${format.toUpperCase()}`}
                  download
                >
                  {format.toUpperCase()}
                </a>
              ))}
            </span>
          </li>
        ))}
        <li>
          <strong>graph</strong> <span>parties and what they raise, for Gephi, Cytoscape and their like</span>{" "}
          <span className="downloads">
            <a href="/export/graph.gexf" aria-label="graph as GEXF" download>
              GEXF
            </a>
            <a href="/export/graph.graphml" aria-label="graph as GraphML" download>
              GraphML
            </a>
          </span>
        </li>
      </ul>
      <p>
        The file behind this page is SQLite: <code>sqlite3</code>, Datasette and DuckDB open it as it is. Programs ask{" "}
        <code>POST /graphql</code>; its <a href="/schema.graphql">schema</a> describes every field, and the{" "}
        <a href="/playground">playground</a> brings {questions.length} ready questions, which are those that these pages ask.
      </p>
    </Section>
  );
}
