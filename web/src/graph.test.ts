import { expect, test } from "vitest";
import { type Drawing, merge, type Node, tieFilter, toGexf, toSvg } from "./graph";

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
