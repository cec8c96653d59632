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

/** One raise: its sentence, then who, when, how and where it stands. */
export function Sentence({ raise }: { raise: SentenceData }) {
  return (
    <li className="sentence">
      <blockquote>{raise.quote}</blockquote>
      <p className="meta">
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
        <span className="where">
          <Link href={`${articlePath(raise.article.externalId)}?raise=${encodeURIComponent(raise.id)}`}>{raise.article.title}</Link>
          {raise.article.source && `, ${raise.article.source}`}
        </span>
      </p>
    </li>
  );
}
