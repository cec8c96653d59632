import assert from "node:assert/strict";
import { test } from "node:test";
import { faults } from "./answer.mjs";

const exported = [
  { article: "a", issue: "tariffs", quote: "Lift the tariffs." },
  { article: "b", issue: "tariffs", quote: "Lift them." },
  { article: "b", issue: "beef", quote: "Buy beef." },
];
const raises = exported.map(({ article, issue, quote }, i) => ({ id: `id ${i}`, article: { externalId: article }, issue: { slug: issue }, quote }));
const right = {
  issues: [
    { slug: "tariffs", raiseCount: 2 },
    { slug: "beef", raiseCount: 1 },
  ],
  raises,
  refetched: { ...raises[2] },
};

test("a right answer has no fault", () => assert.deepEqual(faults(right, exported), []));

for (const [fault, change, sentence] of [
  ["a wrong count", { issues: [{ slug: "tariffs", raiseCount: 3 }, { slug: "beef", raiseCount: 1 }] }, /The issues are beef 1, tariffs 3/],
  ["an issue left out", { issues: [right.issues[0]] }, /The issues are tariffs 2, and should be beef 1, tariffs 2/],
  ["a raise left out", { raises: raises.slice(1) }, /1 raises are missing, as \["a"/],
  ["a raise twice", { raises: [raises[0], ...raises] }, /1 raises came more than once/],
  ["another quote", { raises: raises.with(0, { ...raises[0], quote: "Lift" }) }, /not of the export/],
  ["no node", { refetched: null }, /The node of the last raise is null/],
  ["another node", { refetched: raises[0] }, /The node of the last raise is {"id":"id 0"/],
  ["nothing", { issues: [], raises: [], refetched: null }, /The issues are none/],
]) {
  test(`${fault} is a fault`, () => assert.match(faults({ ...right, ...change }, exported).join(" "), sentence));
}
