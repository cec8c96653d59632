import { describe, expect, test } from "vitest";
import { exportUrl, filterSearch, noFilter, raiseFilter, readFilter, replaced, unreadable, without } from "./filter";

test("a filter comes back from the address that it was written to", () => {
  const filter = {
    ...noFilter,
    by: ["JP", "KR"],
    with: ["US"],
    issue: ["tariffs"],
    act: ["REQUEST" as const],
    speaker: ["shigeru-ishiba"],
    source: ["A & B"],
    since: "2025-01-01",
    until: "2025-12-31",
    minConfidence: 0.7,
    text: "steel OR cars",
  };
  expect(readFilter(filterSearch(filter))).toEqual(filter);
  expect(filterSearch(noFilter)).toBe("");
});

describe("what cannot be read is left out", () => {
  test.each([
    "since=yesterday",
    "since=2025-02-30",
    "until=2025",
    "act=SING",
    "min-confidence=2",
    "min-confidence=",
    "text=+",
    "by=",
  ])("%s", (search) => {
    expect(readFilter(search)).toEqual({
      ...noFilter,
      since: undefined,
      until: undefined,
      minConfidence: undefined,
      text: undefined,
    });
  });
});

test("acts are read in any letter case, and a value given twice counts once", () => {
  expect(readFilter("act=request&by=JP&by=JP")).toMatchObject({ act: ["REQUEST"], by: ["JP"] });
});

test("GraphQL is sent no empty list, which would hold never", () => {
  expect(raiseFilter({ ...noFilter, with: ["US"], minConfidence: 0.5 })).toEqual({ with: ["US"], minConfidence: 0.5 });
});

test("taking a chip away leaves the others", () => {
  const filter = { ...noFilter, by: ["JP", "KR"], since: "2025-01-01" };
  expect(without(filter, "by", "JP")).toMatchObject({ by: ["KR"], since: "2025-01-01" });
  expect(without(filter, "since")).toMatchObject({ by: ["JP", "KR"], since: undefined });
});

test("a download has the conditions of its page", () => {
  expect(exportUrl("periods", "csv", { ...noFilter, by: ["JP"], minConfidence: 0.7 }, { unit: "month" })).toBe(
    "/export/periods.csv?by=JP&min-confidence=0.7&unit=month",
  );
});

describe("what is left out of an address is told", () => {
  test.each([
    ["since=2024-13-99", ["since 2024-13-99"]],
    ["until=2025&since=2024-01-01", ["until 2025"]],
    ["act=SING&act=request&modality=MAYBE", ["act SING", "modality MAYBE"]],
    ["min-confidence=2", ["min-confidence 2"]],
    ["since=2024-01-01&since=2025-01-01", ["since 2025-01-01"]],
    ["since=%202024-01-01&act=REQUEST&modality=asserted&min-confidence=0.70&by=NOBODY&since=", []],
  ])("%s", (search, wanted) => {
    expect(unreadable(search).map(({ name, value }) => `${name} ${value}`)).toEqual(wanted);
  });
});

test("one name of a list is put in the place of another", () => {
  const filter = { ...noFilter, by: ["Jpan", "KR"] };
  expect(replaced(filter, "by", "Jpan", "JP")).toEqual({ ...noFilter, by: ["JP", "KR"] });
});
