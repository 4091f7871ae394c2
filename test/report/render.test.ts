import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TimelineEvent } from "../../src/model/evidence.ts";
import { code, markdown } from "../../src/report/escape.ts";
import { render } from "../../src/report/render.ts";
import { sample } from "./sample.ts";

const template = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../templates/${name}`, import.meta.url)), "utf8");

describe.each(["incident", "postmortem"])("the %s report", (name) => {
  test("matches its golden file", async () => {
    await expect(render(template(`${name}.md`), sample)).toMatchFileSnapshot(`../golden/report/${name}.md`);
  });

  test("has every chapter also when nothing happened", () => {
    const empty = render(template(`${name}.md`), {
      ...sample,
      findings: [],
      receipts: [],
      timeline: [],
      timelineTotal: 0,
      blindSpots: [],
      notEvaluated: [],
      archives: [],
      switchedOff: [],
      notes: [],
    });
    expect(empty).not.toContain("{{");
    expect(empty).toContain("No mark matched; that is no proof of innocence.");
    expect(empty).toContain("**No sealed archive of the state exists.**");
  });

  test("says plainly that the gateway is not down", () => {
    const steps = sample.steps.map((step) =>
      step.id === "contain/stop-gateway" ? { ...step, state: "failed", reason: "it came back" } : step,
    );
    expect(render(template(`${name}.md`), { ...sample, steps })).toContain(
      "**not** proven down (failed: it came back)",
    );
  });
});

describe("the timeline of a report", () => {
  test("shows what repeats itself as one row, and counts it", () => {
    const poll = (minute: number): TimelineEvent => ({
      id: `e${minute}`,
      ts: `2026-11-21T01:${String(minute).padStart(2, "0")}:00.000Z`,
      tsDesc: "sent",
      source: "openclaw:transcript",
      dataType: "message",
      message: "message to the agent: poll",
      host: "claw",
      artifact: "transcripts",
      data: {},
    });
    const polls = Array.from({ length: 58 }, (_, minute) => poll(minute));
    const before = { ...poll(0), id: "e", ts: "2026-11-21T00:59:00.000Z", message: "curl piped into sh" };
    const events = [before, ...polls, { ...poll(59), severity: "high" as const }];
    const text = render(template("incident.md"), { ...sample, timeline: events, timelineTotal: 63 });
    expect(text).toContain("| curl piped into sh |");
    expect(text).toContain("poll (58 times until 2026-11-21 01:57:00) |");
    expect(text).toContain("| **high** message to the agent: poll |");
    expect(text).toContain("\n3 more events:");
  });
});

describe("text of the examined host", () => {
  test("cannot start a line, a table cell, a link, an image or HTML", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const safe = markdown(text);
        expect(safe).not.toMatch(/[\n\r\u001b\u202e<>]/u);
        expect(safe.replaceAll(/\\[\\`*[\]|~_]/g, "")).not.toMatch(/[`*[\]|~]|(^|\s)_|_(\s|$)/);
        expect(safe).not.toMatch(/^\s*([#+-]|\d{1,9}[.)](\s|$))/);
      }),
    );
  });

  test("cannot begin a list, and a version number stays what it is", () => {
    expect(["1. x", " 12) y", "3."].map((text) => markdown(text))).toEqual(["1\\. x", " 12\\) y", "3\\."]);
    expect(markdown("2026.9.6 in /home")).toBe("2026.9.6 in /home");
  });

  test("cannot leave a code span", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const inside = code(text).replace(/^`(.*)`$/, "$1");
        expect(inside).not.toMatch(/[`|\n\r\u001b]/u);
      }),
    );
  });

  test("does not become a live link", () => {
    expect(markdown("see https://evil.invalid/x or javascript:alert(1)")).not.toMatch(/(https|javascript):/);
  });
});
