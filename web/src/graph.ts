// The graph that a page draws: nodes and ties of chains and neighbourhoods, as one graph that is never larger than can
// be read.

import type { Filter } from "./filter";

export interface Node {
  id: string;
  /** The type of the schema: Country, Organization, Leader, Issue, Article. */
  type: string;
  name: string;
  /** The page about it. */
  path: string;
  /** The code of a party; of a leader that of the party that he or she speaks for. */
  party?: string;
  /** The slug of a leader. */
  leader?: string;
}

export interface Tie {
  source: string;
  target: string;
  raises: number;
  issues: { slug: string; name: string }[];
}

export interface Drawing {
  nodes: Node[];
  ties: Tie[];
}

export const mostNodes = 150;

/** The raises that tie two stations: between two parties in either direction, or those of a leader with or for a party. */
export function tieFilter(one: Node, other: Node): Partial<Filter> | null {
  if (!one.party || !other.party) return null;
  if (!one.leader && !other.leader) return { between: [one.party, other.party] };
  const [leader, party] = one.leader ? [one, other] : [other, one];
  if (!leader.leader || party.leader) return null;
  return { speaker: [leader.leader], [leader.party === party.party ? "by" : "with"]: [party.party] };
}

/** Chains that pass the same parties in the same order; whoever speaks for a party is taken for the party. */
export interface Way<Chain> {
  /** What distinguishes it from others: the codes of its parties. */
  key: string;
  /** The plainest first: the shortest, and of those the one with the fewest leaders. */
  chains: Chain[];
}

/** The ways that there are in chains, in the order of their first chains. */
export function ways<Chain extends { nodes: Node[] }>(chains: Chain[]): Way<Chain>[] {
  const found = new Map<string, Way<Chain>>();
  for (const chain of chains) {
    const stops: string[] = [];
    for (const node of chain.nodes) {
      const stop = node.party ?? node.id;
      // Coming back to a party is a detour that leads nowhere.
      const before = stops.indexOf(stop);
      if (before < 0) stops.push(stop);
      else stops.length = before + 1;
    }
    const key = stops.join(" ");
    const way = found.get(key) ?? { key, chains: [] };
    way.chains.push(chain);
    found.set(key, way);
  }
  const leaders = ({ nodes }: Chain) => nodes.filter((node) => node.leader).length;
  for (const way of found.values())
    way.chains.sort((a, b) => a.nodes.length - b.nodes.length || leaders(a) - leaders(b));
  return [...found.values()];
}

/** Several graphs as one: each node and tie once, cut to the first `most` nodes and the ties between those. */
export function merge(drawings: Drawing[], most = mostNodes): Drawing {
  const nodes = new Map<string, Node>();
  for (const node of drawings.flatMap((drawing) => drawing.nodes)) {
    if (nodes.size < most && !nodes.has(node.id)) nodes.set(node.id, node);
  }
  const ties = new Map<string, Tie>();
  for (const tie of drawings.flatMap((drawing) => drawing.ties)) {
    const key = [tie.source, tie.target].sort().join(" ");
    if (nodes.has(tie.source) && nodes.has(tie.target) && !ties.has(key)) ties.set(key, tie);
  }
  return { nodes: [...nodes.values()], ties: [...ties.values()].sort((a, b) => b.raises - a.raises) };
}

const escapeXml = (text: string) =>
  text.replace(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");

/** The drawing as GEXF 1.3, as Gephi opens it. */
export function toGexf({ nodes, ties }: Drawing): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" version="1.3">
  <graph defaultedgetype="undirected">
    <attributes class="node">
      <attribute id="type" title="type" type="string"/>
    </attributes>
    <attributes class="edge">
      <attribute id="issues" title="issues" type="string"/>
    </attributes>
    <nodes>
${nodes.map((node) => `      <node id="${escapeXml(node.id)}" label="${escapeXml(node.name)}"><attvalues><attvalue for="type" value="${escapeXml(node.type)}"/></attvalues></node>`).join("\n")}
    </nodes>
    <edges>
${ties
  .map(
    (tie, i) =>
      `      <edge id="${i}" source="${escapeXml(tie.source)}" target="${escapeXml(tie.target)}" weight="${tie.raises}"><attvalues><attvalue for="issues" value="${escapeXml(tie.issues.map((issue) => issue.slug).join(" "))}"/></attvalues></edge>`,
  )
  .join("\n")}
    </edges>
  </graph>
</gexf>
`;
}

/** Where a node stands in the picture. */
export interface Place {
  x: number;
  y: number;
}

/** The drawing as an SVG picture of its own, in ink on paper whatever the page's colours. */
export function toSvg({ nodes, ties }: Drawing, places: Map<string, Place>, width = 1200, height = 900): string {
  const margin = 80;
  const all = nodes.map((node) => places.get(node.id)!);
  const [minX, maxX] = [Math.min(...all.map(({ x }) => x)), Math.max(...all.map(({ x }) => x))];
  const [minY, maxY] = [Math.min(...all.map(({ y }) => y)), Math.max(...all.map(({ y }) => y))];
  const x = (place: Place) => (margin + ((place.x - minX) / (maxX - minX || 1)) * (width - 2 * margin)).toFixed(1);
  const y = (place: Place) => (height - margin - ((place.y - minY) / (maxY - minY || 1)) * (height - 2 * margin)).toFixed(1);
  const most = Math.max(1, ...ties.map((tie) => tie.raises));
  const lines = ties.map((tie) => {
    const [from, to] = [places.get(tie.source)!, places.get(tie.target)!];
    return `<line x1="${x(from)}" y1="${y(from)}" x2="${x(to)}" y2="${y(to)}" stroke="#9aa3ad" stroke-width="${(0.5 + (4 * tie.raises) / most).toFixed(1)}"/>`;
  });
  const dots = nodes.map((node) => {
    const place = places.get(node.id)!;
    return `<circle cx="${x(place)}" cy="${y(place)}" r="6" fill="#1f4e8c"/><text x="${x(place)}" y="${Number(y(place)) - 9}" text-anchor="middle">${escapeXml(node.name)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="13" fill="#1d2126"><rect width="100%" height="100%" fill="#ffffff"/>${lines.join("")}${dots.join("")}</svg>\n`;
}
