import { expect, test } from "vitest";
import { paragraphs, segments } from "./mark";

test("offsets are code points: an emoji in front shifts nothing", () => {
  const text = "😀 Japan asked. 🇯🇵 It waited.";
  const start = Array.from("😀 ").length;
  const end = start + Array.from("Japan asked.").length;
  expect(segments(text, [{ start, end, key: "a" }])).toEqual([
    { text: "😀 ", keys: [] },
    { text: "Japan asked.", keys: ["a"] },
    { text: " 🇯🇵 It waited.", keys: [] },
  ]);
});

test("spans that overlap are cut where either begins or ends", () => {
  expect(
    segments("abcdef", [
      { start: 0, end: 4, key: "a" },
      { start: 2, end: 6, key: "b" },
    ]),
  ).toEqual([
    { text: "ab", keys: ["a"] },
    { text: "cd", keys: ["a", "b"] },
    { text: "ef", keys: ["b"] },
  ]);
});

test("spans outside of the text, or of nothing, mark nothing", () => {
  const spans = [
    { start: -5, end: 0, key: "a" },
    { start: 3, end: 3, key: "b" },
    { start: 9, end: 12, key: "c" },
  ];
  expect(segments("abc", spans)).toEqual([{ text: "abc", keys: [] }]);
  expect(segments("abc", [{ start: -2, end: 99, key: "a" }])).toEqual([{ text: "abc", keys: ["a"] }]);
  expect(segments("", [])).toEqual([]);
});

test("one raise that rests on a sentence twice marks it once", () => {
  expect(
    segments("ab", [
      { start: 0, end: 2, key: "a" },
      { start: 0, end: 2, key: "a" },
    ]),
  ).toEqual([{ text: "ab", keys: ["a"] }]);
});

test("paragraphs know where they begin in the text, in code points", () => {
  expect(paragraphs("😀 one\n\ntwo\n")).toEqual([
    { text: "😀 one", start: 0 },
    { text: "two", start: 7 },
  ]);
});
