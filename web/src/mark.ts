// Marks stretches of a text. The graph counts Unicode code points, a JavaScript string counts UTF-16 units: an emoji
// in front of a quote would shift every mark behind it.

export interface Span {
  /** First code point, from 0. */
  start: number;
  /** Behind the last code point. */
  end: number;
  key: string;
}

export interface Segment {
  text: string;
  /** The keys of all spans over this stretch, in the order in which they were given. */
  keys: string[];
}

/** Cuts a text where spans begin and end. The segments joined are the text again. */
export function segments(text: string, spans: Span[]): Segment[] {
  const points = Array.from(text);
  const inside = spans
    .map((span) => ({ ...span, start: Math.max(0, span.start), end: Math.min(points.length, span.end) }))
    .filter((span) => span.start < span.end);
  const cuts = [...new Set([0, points.length, ...inside.flatMap((span) => [span.start, span.end])])].sort((a, b) => a - b);
  return cuts.slice(1).map((end, i) => ({
    text: points.slice(cuts[i], end).join(""),
    keys: [...new Set(inside.filter((span) => span.start < end && span.end > cuts[i]).map((span) => span.key))],
  }));
}

/** The paragraphs of a text, each with the code point at which it begins. */
export function paragraphs(text: string): { text: string; start: number }[] {
  const found: { text: string; start: number }[] = [];
  let start = 0;
  for (const line of text.split("\n")) {
    if (line.trim() !== "") found.push({ text: line, start });
    start += Array.from(line).length + 1;
  }
  return found;
}
