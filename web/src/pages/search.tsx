import { Link, useSearch } from "wouter";
import { useMemo } from "react";
import { useAnswer, usePages } from "../answer";
import { read } from "../ask";
import { useDirectory } from "../directory";
import type { NodeType, SearchQuery } from "../generated/operations";
import { articlePath, count, counted, dayName, issuePath, leaderPath, partyPath } from "../format";
import { useKept } from "../kept";
import { MostActive, Search } from "../operations";
import { Downloads } from "../parts/downloads";
import { InPlayground, Section, useTitle } from "../parts/head";
import { DidYouMean } from "../parts/near";
import { SentenceList } from "../parts/sentences";
import { Empty, Failure, Waiting } from "../parts/state";
import { noFilter } from "../filter";

const types: [NodeType, string, string][] = [
  ["COUNTRY", "Countries", "country"],
  ["ORGANIZATION", "Organisations", "organisation"],
  ["LEADER", "Leaders", "leader"],
  ["ISSUE", "Issues", "issue"],
  ["ARTICLE", "Articles", "article"],
];

/** Everything that matches some words, and what they mean as a question. */
export function SearchPage() {
  const params = new URLSearchParams(useSearch());
  const text = params.get("q")?.trim() ?? "";
  const type = types.find(([type]) => type === params.get("type"))?.[0];
  const { names, done } = useDirectory(text === "");
  const reading = useMemo(() => (done ? read(text, names) : null), [text, names, done]);
  useTitle(text ? `“${text}”` : "Search");
  if (text === "") {
    return (
      <div className="page reading">
        <h1>Search</h1>
        <p className="lead">
          Press <kbd>/</kbd> and type: a country, an organisation, an issue, a leader, or any words of an article. Or begin with
          what is raised most:
        </p>
        <Beginnings />
      </div>
    );
  }
  const path = (type?: NodeType) => `/search?q=${encodeURIComponent(text)}${type ? `&type=${type}` : ""}`;
  return (
    <div className="page reading">
      <h1>“{text}”</h1>
      {reading && (
        <p className="reading-of">
          As a question: <Link href={reading.path}>{reading.label}</Link>
        </p>
      )}
      <nav className="tabs" aria-label="What to search">
        <Link href={path()} aria-current={type ? undefined : "page"}>
          Everything
        </Link>
        {types.map(([each, name]) => (
          <Link key={each} href={path(each)} aria-current={type === each ? "page" : undefined}>
            {name}
          </Link>
        ))}
      </nav>
      <Hits key={path(type)} text={text} type={type} />
      {!type && (
        <Section id="sentences" title="Sentences with these words">
          <SentenceList
            key={text}
            filter={{ ...noFilter, text }}
            most={5}
            none="No sentence in which something is raised holds all of these words."
          />
        </Section>
      )}
    </div>
  );
}

const pageSize = 20;

function Hits({ text, type }: { text: string; type?: NodeType }) {
  const [wanted, setWanted] = useKept("hits", 1);
  const variables = { text, first: pageSize, types: type ? [type] : undefined };
  const { pages, error, again } = usePages(
    Search,
    variables,
    ({ search }) => (search.pageInfo.hasNextPage ? { after: search.pageInfo.endCursor } : null),
    { most: wanted },
  );
  if (error) return <Failure reason={error} again={again} />;
  if (pages.length === 0) return <Waiting what="what matches" />;
  const total = pages[0].search.totalCount;
  const edges = pages.flatMap((page) => page.search.edges);
  if (total === 0) {
    return (
      <>
        <Empty>
          <p>
            {type ? `No ${types.find(([each]) => each === type)![2]} here has` : "Nothing holds"} all of these words. Use fewer, or
            only the beginning of one with a star: <code>semicond*</code>.
          </p>
          <DidYouMean text={text} />
        </Empty>
        <Beginnings />
      </>
    );
  }
  return (
    <>
      <p className="summary" aria-live="polite">
        {edges.length < total
          ? `The best ${count(edges.length)} of ${counted(total, "match", "matches")}`
          : counted(total, "match", "matches")}
        . <InPlayground question="search" variables={variables} />
      </p>
      <ol className="hits">
        {edges.map((edge) => (
          <Hit key={edge.node.id} edge={edge} />
        ))}
      </ol>
      {edges.length < total && (
        <button type="button" className="more" onClick={() => setWanted(wanted + 1)}>
          Show {Math.min(pageSize, total - edges.length)} more
        </button>
      )}
      <Downloads
        dataset="articles"
        filter={{ text }}
        extra={{ columns: "id,title,published,source,url,raise_count" }}
        what="The articles with these words"
      />
    </>
  );
}

/** Where somebody may begin who does not know what there is. */
function Beginnings() {
  const { data } = useAnswer(MostActive, {});
  if (!data) return null;
  const lists: [string, string, [path: string, name: string][]][] = [
    ["parties", "Countries and organisations", data.parties.nodes.map(({ by }) => [partyPath(by!.code), by!.name])],
    // Most raises have no speaker.
    ["leaders", "Leaders", data.leaders.nodes.flatMap(({ speaker }) => (speaker ? [[leaderPath(speaker.slug), speaker.name]] : []))],
    ["issues", "Issues", data.issues.nodes.map(({ issue }) => [issuePath(issue!.slug), issue!.name])],
  ];
  return (
    <div className="beginnings">
      {lists
        .filter(([, , links]) => links.length > 0)
        .map(([id, title, links]) => (
          <Section key={id} id={`most-${id}`} title={title}>
            <ul className="names">
              {links.map(([path, name]) => (
                <li key={path}>
                  <Link href={path}>{name}</Link>
                </li>
              ))}
            </ul>
          </Section>
        ))}
    </div>
  );
}

function Hit({ edge }: { edge: SearchQuery["search"]["edges"][number] }) {
  const { node, snippet } = edge;
  let path = "";
  let name = "";
  let about = "";
  switch (node.__typename) {
    case "Article":
      [path, name, about] = [articlePath(node.externalId), node.title, node.published ? dayName(node.published) : "undated"];
      break;
    case "Leader":
      [path, name, about] = [leaderPath(node.slug), node.name, "leader"];
      break;
    case "Country":
    case "Organization":
      [path, name, about] = [partyPath(node.code), node.name, node.__typename === "Country" ? "country" : "organisation"];
      break;
    case "Issue":
      [path, name, about] = [issuePath(node.slug), node.name, "issue"];
      break;
    default:
      return null;
  }
  return (
    <li>
      <Link href={path}>{name}</Link> <small>{about}</small>
      {plain(snippet) !== name && (
        <p>
          <Snippet text={snippet} />
        </p>
      )}
    </li>
  );
}

const entities: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&#34;": '"', "&quot;": '"', "&#39;": "'" };

const plain = (snippet: string) =>
  snippet.replace(/<\/?mark>/g, "").replace(/&(?:amp|lt|gt|quot|#34|#39);/g, (entity) => entities[entity]);

/** The graph's snippet: <mark> around what matched, all else escaped. It is read, never written into the page as HTML. */
function Snippet({ text }: { text: string }) {
  return text
    .split(/<mark>(.*?)<\/mark>/s)
    .map((part, i) => (i % 2 === 1 ? <mark key={i}>{plain(part)}</mark> : <span key={i}>{plain(part)}</span>));
}
