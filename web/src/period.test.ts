import { describe, expect, test } from "vitest";
import { lastDay, nextPeriod, periodOf, stretchOf, timeline, unitFor, type Unit } from "./period";

describe("a period", () => {
  test.each<[Unit, string, string, string]>([
    ["DAY", "2024-02-28", "2024-02-28", "2024-02-28"],
    ["WEEK", "2025-02-09", "2025-02-03", "2025-02-09"],
    ["WEEK", "2025-01-01", "2024-12-30", "2025-01-05"],
    ["MONTH", "2024-02-10", "2024-02-01", "2024-02-29"],
    ["MONTH", "2024-12-31", "2024-12-01", "2024-12-31"],
    ["YEAR", "2023-07-04", "2023-01-01", "2023-12-31"],
  ])("of a %s that holds %s goes from %s to %s", (unit, day, first, last) => {
    expect(periodOf(day, unit)).toBe(first);
    expect(lastDay(first, unit)).toBe(last);
    expect(periodOf(nextPeriod(first, unit), unit)).toBe(nextPeriod(first, unit));
  });
});

test("the longer the stretch, the coarser its unit", () => {
  expect(unitFor("2025-01-01", "2025-01-31")).toBe("DAY");
  expect(unitFor("2025-01-01", "2025-12-31")).toBe("WEEK");
  expect(unitFor("2020-01-01", "2025-12-31")).toBe("MONTH");
  expect(unitFor("1987-01-01", "2025-12-31")).toBe("YEAR");
});

test("a stretch is as long as was asked for, else as the raises are", () => {
  expect(stretchOf("2025-02-06", "2025-02-10", {})).toEqual({ first: "2025-02-06", last: "2025-02-10", unit: "DAY" });
  expect(stretchOf("2025-02-06", "2025-02-10", { since: "2024-01-01" })).toEqual({
    first: "2024-01-01",
    last: "2025-02-10",
    unit: "WEEK",
  });
});

test("a timeline tells a month without articles from one without raises", () => {
  const rows = timeline(
    [
      { period: "2025-01-01", raiseCount: 3 },
      { period: null, raiseCount: 7 },
    ],
    [
      { period: "2025-01-01", articleCount: 10 },
      { period: "2025-03-01", articleCount: 4 },
    ],
    { first: "2025-01-15", last: "2025-03-02", unit: "MONTH" },
  );
  expect(rows).toEqual([
    { period: "2025-01-01", raises: 3, articles: 10 },
    { period: "2025-02-01", raises: 0, articles: 0 },
    { period: "2025-03-01", raises: 0, articles: 4 },
  ]);
});
