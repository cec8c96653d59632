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
      <Shown answer={answer} what="the article">
        {({ article }) => (article ? <Read article={article} /> : <NotFoundPage what={`There is no article with the id “${id}” in this graph.`} />)}
      </Shown>
    </div>
  );
}

function Read({ article }: { article: Found }) {
  const raises = article.raises.nodes;
  const chosen = new URLSearchParams(useSearch()).get("raise");
  const numbers = new Map(raises.map((raise, i) => [raise.id, i + 1]));

  useEffect(() => {
    if (chosen) document.querySelector("mark.chosen")?.scrollIntoView({ block: "center" });
  }, [chosen]);

  const spansOf = (part: "TITLE" | "TEXT"): Span[] =>
    raises.flatMap((raise) => raise.evidence.filter((evidence) => evidence.part === part).map(({ start, end }) => ({ start, end, key: raise.id })));
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
          <ol className="raises">
            {raises.map((raise) => (
              <RaiseCard key={raise.id} raise={raise} number={numbers.get(raise.id)!} chosen={raise.id === chosen} article={article.externalId} />
            ))}
          </ol>
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

const brief = (raise: Raise) => `${raise.by.name} → ${raise.with.name}: ${raise.issue.name.toLowerCase()}`;

/** A text with its evidence marked; each mark carries the numbers of the raises that rest on it. */
function Marked({ text, spans, raises, numbers, chosen, anchor }: {
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

function RaiseCard({ raise, number, chosen, article }: { raise: Raise; number: number; chosen: boolean; article: string }) {
  return (
    <li id={`raise-${number}`} className={chosen ? "chosen" : undefined} value={number}>
      <p className="who">
        <Link href={pairPath(raise.by.code, raise.with.code)}>
          {raise.by.name} → {raise.with.name}
        </Link>
        <br />
        <Link href={issuePath(raise.issue.slug)}>{raise.issue.name}</Link>
      </p>
      <p className="meta">
        <span>{actName(raise.act)}</span>
        <span className={raise.modality === "ASSERTED" ? undefined : "modality"}>{modalityName(raise.modality)}</span>
        {raise.speaker && (
          <span>
            <Link href={leaderPath(raise.speaker.slug)}>{raise.speaker.name}</Link>
          </span>
        )}
        {raise.on && (
          <span>
            <time dateTime={raise.on}>{dayName(raise.on)}</time>
          </span>
        )}
        <span>confidence {raise.confidence.toFixed(2)}</span>
      </p>
      <details>
        <summary>Why</summary>
        <p className="why">{raise.explanation}</p>
        <p>
          {counted(raise.evidence.length, "sentence says", "sentences say")} so.{" "}
          <Link href={`${articlePath(article)}?raise=${encodeURIComponent(raise.id)}`}>Show in the text</Link>
        </p>
      </details>
    </li>
  );
}
