import { expect, test } from "vitest";
import { type Drawing, merge, type Node, tieFilter, toGexf, toSvg, ways } from "./graph";

const node = (id: string, more: Partial<Node> = {}): Node => ({
  id,
  type: "Country",
  name: id,
  path: `/party/${id}`,
  party: id,
  ...more,
});
const tie = (source: string, target: string, raises = 1) => ({
  source,
  target,
  raises,
  issues: [{ slug: "tariffs", name: "Tariffs" }],
});

test("a merged drawing has each node and tie once, and no tie to a node that was cut", () => {
  const one: Drawing = { nodes: [node("a"), node("b")], ties: [tie("a", "b", 2)] };
  const other: Drawing = { nodes: [node("b"), node("a"), node("c")], ties: [tie("b", "a", 2), tie("b", "c", 5)] };
  expect(merge([one, other])).toEqual({ nodes: [node("a"), node("b"), node("c")], ties: [tie("b", "c", 5), tie("a", "b", 2)] });
  expect(merge([one, other], 2).ties).toEqual([tie("a", "b", 2)]);
});

test("a tie leads to its sentences", () => {
  const leader = node("l", { leader: "shigeru-ishiba", party: "JP" });
  expect(tieFilter(node("JP"), node("US"))).toEqual({ between: ["JP", "US"] });
  expect(tieFilter(leader, node("US"))).toEqual({ speaker: ["shigeru-ishiba"], with: ["US"] });
  expect(tieFilter(node("JP"), leader)).toEqual({ speaker: ["shigeru-ishiba"], by: ["JP"] });
  expect(tieFilter(node("i", { party: undefined }), node("US"))).toBeNull();
});

test("what is drawn is escaped", () => {
  const drawing: Drawing = { nodes: [node("a", { name: `<"O'Brien" & co>` }), node("b")], ties: [tie("a", "b")] };
  const places = new Map([
    ["a", { x: 0, y: 0 }],
    ["b", { x: 1, y: 1 }],
  ]);
  for (const text of [toGexf(drawing), toSvg(drawing, places)]) {
    expect(text).toContain("&#60;&#34;O&#39;Brien&#34; &#38; co&#62;");
    expect(text).not.toContain("O'Brien");
  }
});

test("chains that differ in who speaks for a party are one way, the plainest first", () => {
  const [JP, US, CN, IR] = ["JP", "US", "CN", "IR"].map((code) => node(code));
  const trump = node("trump", { leader: "donald-trump", party: "US" });
  const ishiba = node("ishiba", { leader: "shigeru-ishiba", party: "JP" });
  const chain = (...nodes: Node[]) => ({ nodes });
  const spoken = chain(JP, trump, IR);
  const plain = chain(JP, US, IR);
  const both = chain(JP, ishiba, US, IR);
  const roundabout = chain(JP, trump, CN, US, IR);
  const other = chain(JP, CN, trump, IR);
  expect(ways([spoken, plain, other, both, roundabout])).toEqual([
    { key: "JP US IR", chains: [plain, spoken, both, roundabout] },
    { key: "JP CN US IR", chains: [other] },
  ]);
});
