import { Link } from "wouter";
import type { Act, Modality } from "../generated/operations";
import { actName, articlePath, dayName, issuePath, leaderPath, modalityName, pairPath } from "../format";

export interface SentenceData {
  id: string;
  by?: { code: string; name: string };
  with?: { code: string; name: string };
  issue?: { slug: string; name: string };
  act: Act;
  modality: Modality;
  on?: string | null;
  quote: string;
  confidence: number;
  explanation?: string;
  speaker?: { slug: string; name: string } | null;
  article: { externalId: string; title: string; source?: string | null };
}

/** The raises of a list, those that stand side by side and rest on one sentence of one article together. */
export function bySentence<Raise extends SentenceData>(raises: Raise[]): Raise[][] {
  const groups: Raise[][] = [];
  for (const raise of raises) {
    const last = groups.at(-1);
    if (last && last[0].quote === raise.quote && last[0].article.externalId === raise.article.externalId) last.push(raise);
    else groups.push([raise]);
  }
  return groups;
}

/** A sentence, then each raise that it tells of: who, when and how; then where it stands. */
export function Sentence({ raises }: { raises: SentenceData[] }) {
  const { quote, article } = raises[0];
  return (
    <li className="sentence">
      <blockquote>{quote}</blockquote>
      {raises.map((raise) => (
        <p className="meta" key={raise.id}>
          {raise.by && raise.with && (
            <span>
              <Link href={pairPath(raise.by.code, raise.with.code)}>
                {raise.by.name} → {raise.with.name}
              </Link>
            </span>
          )}
          {raise.issue && (
            <span>
              <Link href={issuePath(raise.issue.slug)}>{raise.issue.name}</Link>
            </span>
          )}
          <span>{raise.on ? <time dateTime={raise.on}>{dayName(raise.on)}</time> : "undated"}</span>
          {raise.speaker && (
            <span>
              <Link href={leaderPath(raise.speaker.slug)}>{raise.speaker.name}</Link>
            </span>
          )}
          <span>{actName(raise.act)}</span>
          {raise.modality !== "ASSERTED" && <span className="modality">{modalityName(raise.modality)}</span>}
          <span title="How sure the extractor is, between 0 and 1">confidence {raise.confidence.toFixed(2)}</span>
        </p>
      ))}
      <p className="where">
        <Link href={`${articlePath(article.externalId)}?raise=${encodeURIComponent(raises[0].id)}`}>{article.title}</Link>
        {article.source && `, ${article.source}`}
      </p>
    </li>
  );
}
