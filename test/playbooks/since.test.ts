import { describe, expect, test } from "vitest";
import { parseSince } from "../../src/playbooks/since.ts";

const now = new Date("2026-11-21T02:30:00.000Z");

describe("the answer to since when", () => {
  test.each([
    ["36h", "2026-11-19T14:30:00.000Z"],
    ["3 days ago", "2026-11-18T02:30:00.000Z"],
    ["2w", "2026-11-07T02:30:00.000Z"],
    ["90m", "2026-11-21T01:00:00.000Z"],
    ["2026-11-20", "2026-11-20T00:00:00.000Z"],
    ["2026-11-20 14:00", "2026-11-20T14:00:00.000Z"],
    ["2026-11-20T14:00+01:00", "2026-11-20T13:00:00.000Z"],
    ["2026-11-20T14:00:05.250Z", "2026-11-20T14:00:05.250Z"],
  ])("%s is %s", (answer, at) => {
    expect(parseSince(answer, now)).toEqual({ at });
  });

  test.each(["", "unknown", "I don't know yet", "  Unknown "])("%j means that it is not known", (answer) => {
    expect(parseSince(answer, now)).toEqual({});
  });

  test.each(["yesterday-ish", "3 lightyears", "2026-13-45", "2027-01-01", "-3d", "1e9999h"])(
    "%s is told back",
    (answer) => {
      expect(parseSince(answer, now).wrong).toMatch(/\w/);
    },
  );
});
