import { expect, test } from "vitest";
import { bySentence, type SentenceData } from "./sentence";

const raise = (id: string, quote: string, article: string): SentenceData => ({
  id,
  quote,
  act: "REQUEST",
  modality: "ASSERTED",
  confidence: 0.5,
  article: { externalId: article, title: article },
});

test("raises side by side that rest on one sentence of one article stand together", () => {
  const groups = bySentence([
    raise("1", "A.", "x"),
    raise("2", "A.", "x"),
    raise("3", "A.", "y"),
    raise("4", "B.", "y"),
    raise("5", "A.", "x"),
  ]);
  expect(groups.map((group) => group.map(({ id }) => id))).toEqual([["1", "2"], ["3"], ["4"], ["5"]]);
});
