import { describe, expect, test } from "vitest";
import { complete, type Entry, guess, nameKey, namesOf, namesOfEntry, near, read } from "./ask";

const entries: Entry[] = [
  { kind: "party", code: "JP", name: "Japan", aliases: ["JPN", "Tokyo", "Japanese"] },
  { kind: "party", code: "US", name: "United States", aliases: ["USA", "US", "U.S.", "America", "Washington"] },
  { kind: "party", code: "IN", name: "India", aliases: ["IND", "New Delhi"] },
  { kind: "party", code: "IT", name: "Italy", aliases: ["ITA", "Rome"] },
  { kind: "party", code: "CI", name: "Côte d’Ivoire", aliases: ["CIV", "Ivory Coast"] },
  { kind: "party", code: "EU", name: "European Union", aliases: ["EU", "Brussels"] },
  { kind: "party", code: "KR", name: "South Korea", aliases: ["KOR", "Seoul"] },
  { kind: "issue", slug: "tariffs", name: "Tariffs" },
  { kind: "issue", slug: "south-china-sea", name: "South China Sea" },
  { kind: "issue", slug: "trade", name: "Trade relations" },
];
const names = namesOf(entries);

describe("a question", () => {
  test.each([
    ["Japan US", "/pair/JP/US"],
    ["japan us tariffs", "/pair/JP/US?issue=tariffs"],
    ["Japan -> US", "/pair/JP/US"],
    ["US → Japan tariffs", "/pair/US/JP?issue=tariffs"],
    ["US=>Japan", "/pair/US/JP"],
    ["What does Japan raise with the United States?", "/pair/JP/US"],
    ["what is raised with Japan by the US", "/pair/US/JP"],
    ["tariffs raised by the EU with America", "/pair/EU/US?issue=tariffs"],
    ["who else tariffs", "/issue/tariffs"],
    ["Who else raises tariffs?", "/issue/tariffs"],
    ["tariff", "/issue/tariffs"],
    ["who raises tariffs with Japan", "/issue/tariffs?with=JP"],
    ["South China Sea", "/issue/south-china-sea"],
    ["south korea south china sea", "/party/KR?issue=south-china-sea"],
    ["Japan tariffs", "/party/JP?issue=tariffs"],
    ["Tokyo", "/party/JP"],
    ["U.S.", "/party/US"],
    ["cote d'ivoire", "/party/CI"],
    ["IN US", "/pair/IN/US"],
    ["Japan in it", "/party/JP"],
    ["what connects Japan and Italy", "/connect/JP/IT"],
    ["Japan US since 2025", "/pair/JP/US?since=2025-01-01"],
    ["Japan US tariffs in 2025-02", "/pair/JP/US?issue=tariffs&since=2025-02-01&until=2025-02-28"],
    ["tariffs before 2025-03-01", "/issue/tariffs?until=2025-02-28"],
    ["tariffs after 2024", "/issue/tariffs?since=2025-01-01"],
  ])("%s leads to %s", (text, path) => {
    const reading = read(text, names);
    expect(reading?.path).toBe(path);
    expect(reading?.whole).toBe(true);
  });

  test("that names nothing known is none", () => {
    expect(read("quantum gravity", names)).toBeNull();
    expect(read("", names)).toBeNull();
    expect(read("who else", names)).toBeNull();
  });

  test("with words that are not understood says so, so that they can be searched for", () => {
    expect(read("Japan semiconductors", names)).toMatchObject({ path: "/party/JP", whole: false });
  });

  test("says in words what was understood", () => {
    expect(read("japan us tariffs", names)?.label).toBe("What Japan raises with the United States about Tariffs");
  });
});

test("a name is found without case, accents, points and plural", () => {
  expect(nameKey("  CÔTE d’Ivoire ")).toBe(nameKey("cote d'ivoire"));
  expect(nameKey("U.S.")).toBe("us");
  expect(nameKey("Tariffs")).toBe("tariff");
  expect(nameKey("Press")).toBe("press");
});

test("while the last word is being typed, questions are guessed from its beginning", () => {
  expect(guess("japan uni", entries, names, 3).map(({ path }) => path)).toEqual(["/pair/JP/US", "/pair/JP/EU"]);
  expect(guess("Japan US tar", entries, names, 3).map(({ path }) => path)).toEqual(["/pair/JP/US?issue=tariffs"]);
  expect(guess("uni", entries, names, 3)).toEqual([]);
  expect(guess("quantum uni", entries, names, 3)).toEqual([]);
});

test("completion puts what begins with the text before what merely holds it", () => {
  const names = complete("south", entries, 5).map((entry) => entry.name);
  expect(names).toEqual(["South Korea", "South China Sea"]);
  expect(complete("trade", entries, 5).map((entry) => entry.name)).toEqual(["Trade relations"]);
  expect(complete("was", entries, 5).map((entry) => entry.name)).toEqual(["United States"]);
  expect(complete("a", entries, 1)).toHaveLength(1);
  expect(complete(" ", entries, 5)).toEqual([]);
});

describe("what a misspelt name is near to", () => {
  test.each([
    ["Jpan", ["Japan"]],
    ["Amrica", ["United States"]],
    ["Itlay", ["Italy"]],
    ["Suoth Korea", ["South Korea"]],
    ["korae", ["South Korea"]],
    ["Jpan tarifs", ["Japan", "Tariffs"]],
    ["tariffs", ["Tariffs"]],
    ["NOBODY", []],
    ["IT", []],
    ["", []],
  ])("%s", (text, wanted) => {
    expect(near(text, entries, namesOfEntry, 3).map((entry) => entry.name)).toEqual(wanted);
  });

  test("at most so many", () => {
    expect(near("Southern", [...entries, ...entries], () => ["Southern"], 3)).toHaveLength(3);
  });
});
