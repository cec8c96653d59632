import { useEffect } from "react";
import { Link, useSearch } from "wouter";
import { useAnswer } from "../answer";
import type { ArticleAndRaisesQuery } from "../generated/operations";
import { actName, articlePath, counted, dayName, issuePath, leaderPath, modalityName, pairPath, partyPath } from "../format";
import { paragraphs, segments, type Span } from "../mark";
import { Article } from "../operations";
import { InPlayground, useTitle } from "../parts/head";
import { Empty, Shown } from "../parts/state";
import { NotFoundPage } from "./not-found";

type Found = NonNullable<ArticleAndRaisesQuery["article"]>;
type Raise = Found["raises"]["nodes"][number];

/** An article with the sentences marked that its raises rest on. */
export function ArticlePage({ id }: { id: string }) {
  const answer = useAnswer(Article, { id });
  useTitle(answer.data?.article?.title ?? "Article");
  return (
    <div className="page">
      <Shown answer={answer} what="the article" title="Article">
        {({ article }) =>
          article ? <Read article={article} /> : <NotFoundPage what={`There is no article with the id “${id}” in this graph.`} />
        }
      </Shown>
    </div>
  );
}

function Read({ article }: { article: Found }) {
  const pairs = pairsOf(article.raises.nodes);
  const raises = pairs.flatMap((pair) => pair.raises);
  const chosen = new URLSearchParams(useSearch()).get("raise");
  const numbers = new Map(raises.map((raise, i) => [raise.id, i + 1]));

  useEffect(() => {
    if (chosen) document.querySelector("mark.chosen")?.scrollIntoView({ block: "center" });
  }, [chosen]);

  const spansOf = (part: "TITLE" | "TEXT"): Span[] =>
    raises.flatMap((raise) =>
      raise.evidence.filter((evidence) => evidence.part === part).map(({ start, end }) => ({ start, end, key: raise.id })),
    );
  const marks = { raises, numbers, chosen };
  const inText = spansOf("TEXT");
  return (
    <article className="article">
      <header>
        <h1>
          <Marked text={article.title} spans={spansOf("TITLE")} {...marks} anchor="title" />
        </h1>
        <p className="meta">
          <span>{article.source ?? "unknown source"}</span>
          <span>{article.published ? <time dateTime={article.published}>{dayName(article.published)}</time> : "undated"}</span>
          {article.url && (
            <span>
              <a href={article.url} rel="noreferrer">
                original
              </a>
            </span>
          )}
          <span>
            id <code>{article.externalId}</code>
          </span>
        </p>
        {article.copyOf && (
          <p className="note">
            A near-copy of <Link href={articlePath(article.copyOf.externalId)}>{article.copyOf.title}</Link>
            {article.copyOf.source && `, ${article.copyOf.source}`}
            {article.copyOf.published && `, ${dayName(article.copyOf.published)}`}: they count as one story.
          </p>
        )}
      </header>
      <div className="with-aside wide-aside">
        <div className="text">
          {paragraphs(article.text).map((paragraph) => (
            <p key={paragraph.start}>
              <Marked
                text={paragraph.text}
                spans={inText.map((span) => ({ ...span, start: span.start - paragraph.start, end: span.end - paragraph.start }))}
                {...marks}
                anchor={String(paragraph.start)}
              />
            </p>
          ))}
        </div>
        <aside aria-labelledby="raises-title">
          <h2 id="raises-title">{counted(article.raises.totalCount, "raise")}</h2>
          {raises.length === 0 && <Empty>Nobody raises anything with anybody here, as far as the extractor sees.</Empty>}
          {pairs.map(({ by, other, raises }) => (
            <section key={`${by.code} ${other.code}`} aria-label={`${by.name} with ${other.name}`}>
              <h3>
                <Link href={pairPath(by.code, other.code)}>
                  {by.name} → {other.name}
                </Link>
              </h3>
              <ol className="raises">
                {raises.map((raise) => (
                  <RaiseItem
                    key={raise.id}
                    raise={raise}
                    number={numbers.get(raise.id)!}
                    chosen={raise.id === chosen}
                    article={article}
                  />
                ))}
              </ol>
            </section>
          ))}
          <h2>It names</h2>
          <ul className="names">
            {[...article.countries, ...article.organizations].map((party) => (
              <li key={party.code}>
                <Link href={partyPath(party.code)}>{party.name}</Link>
              </li>
            ))}
            {article.leaders.map((leader) => (
              <li key={leader.slug}>
                <Link href={leaderPath(leader.slug)}>{leader.name}</Link>
              </li>
            ))}
            {article.issues.map((issue) => (
              <li key={issue.slug}>
                <Link href={issuePath(issue.slug)}>{issue.name}</Link>
              </li>
            ))}
          </ul>
          <p>
            <InPlayground question="an-article-and-its-raises" variables={{ id: article.externalId }} />
          </p>
        </aside>
      </div>
    </article>
  );
}

const brief = (raise: Raise) => `${raise.by.name} → ${raise.with.name}: ${raise.issue.name}`;

/** A text with its evidence marked; each mark carries the numbers of the raises that rest on it. */
function Marked({
  text,
  spans,
  raises,
  numbers,
  chosen,
  anchor,
}: {
  text: string;
  spans: Span[];
  raises: Raise[];
  numbers: Map<string, number>;
  chosen: string | null;
  anchor: string;
}) {
  return segments(text, spans).map(({ text, keys }, i) => {
    const key = `${anchor} ${i}`;
    if (keys.length === 0) return <span key={key}>{text}</span>;
    const told = raises.filter((raise) => keys.includes(raise.id));
    return (
      <mark key={key} className={chosen && keys.includes(chosen) ? "chosen" : undefined} title={told.map(brief).join("\n")}>
        {text}
        {told.map((raise) => (
          <sup key={raise.id}>
            <a href={`#raise-${numbers.get(raise.id)}`} aria-label={`Raise ${numbers.get(raise.id)}: ${brief(raise)}`}>
              {numbers.get(raise.id)}
            </a>
          </sup>
        ))}
      </mark>
    );
  });
}

/** Raises by who raises with whom, the pairs in the order of their first raise. */
function pairsOf(raises: Raise[]): { by: Raise["by"]; other: Raise["with"]; raises: Raise[] }[] {
  const pairs = new Map<string, { by: Raise["by"]; other: Raise["with"]; raises: Raise[] }>();
  for (const raise of raises) {
    const key = `${raise.by.code} ${raise.with.code}`;
    const pair = pairs.get(key) ?? { by: raise.by, other: raise.with, raises: [] };
    pair.raises.push(raise);
    pairs.set(key, pair);
  }
  return [...pairs.values()];
}

function RaiseItem({ raise, number, chosen, article }: { raise: Raise; number: number; chosen: boolean; article: Found }) {
  return (
    <li id={`raise-${number}`} className={chosen ? "chosen" : undefined} value={number}>
      <details open={chosen}>
        <summary>
          <strong>{raise.issue.name}</strong> <span>{actName(raise.act)}</span>
          {raise.modality !== "ASSERTED" && <span className="modality">{modalityName(raise.modality)}</span>}
          <span>{raise.confidence.toFixed(2)}</span>
        </summary>
        <p className="why">
          {raise.speaker && (
            <>
              Speaker: <Link href={leaderPath(raise.speaker.slug)}>{raise.speaker.name}</Link>.{" "}
            </>
          )}
          {raise.on && raise.on !== article.published && `Said on ${dayName(raise.on)}. `}
          Confidence {raise.confidence.toFixed(2)}; {raise.explanation}.
        </p>
        <p className="why">
          {counted(raise.evidence.length, "sentence says", "sentences say")} so:{" "}
          <Link href={`${articlePath(article.externalId)}?raise=${encodeURIComponent(raise.id)}`}>show in the text</Link>.{" "}
          <Link href={issuePath(raise.issue.slug)}>Who else raises {raise.issue.name}</Link>
        </p>
      </details>
    </li>
  );
}
