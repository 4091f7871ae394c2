import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forPeople } from "../../src/commands/findings.ts";
import { humanPresenter } from "../../src/commands/present/human.ts";
import { page } from "../../src/commands/present/page.ts";
import type { Presenter } from "../../src/commands/present/presenter.ts";
import type { Host } from "../../src/host/host.ts";
import type { Finding } from "../../src/model/evidence.ts";
import { columnsOf, fit, wrap } from "../../src/model/columns.ts";
import { shown } from "../../src/model/text.ts";
import type { RunEvent, RunSummary } from "../../src/playbooks/types.ts";
import { fakeHost } from "../support/fake-host.ts";

type StepEvent = Extract<RunEvent, { type: "step" }>;

interface Seen {
  readonly present: Presenter;
  readonly host: Host;
  readonly err: () => string;
  readonly out: () => string;
  /** What the moving line said, "" where it was taken away. */
  readonly progress: readonly string[];
}

/** A presenter on a terminal of 60 columns that keeps what it is sent; styles are spelled out as <style>. */
async function screen(options: { readonly verbose?: boolean; readonly color?: boolean } = {}): Promise<Seen> {
  const fake = await fakeHost();
  const [out, err, progress]: [string[], string[], string[]] = [[], [], []];
  const host: Host = {
    ...fake.host,
    prompt: { ...fake.host.prompt, interactive: true, confirm: () => Promise.resolve(true) },
    terminal: {
      stdoutIsTty: true,
      stderrIsTty: true,
      width: 60,
      color: options.color === true,
      out: (text) => void out.push(text),
      err: (text) => void err.push(text),
      paint: (style, text) => (options.color === true ? `<${style}>${text}</>` : text),
      progress: (text) => void progress.push(text),
    },
  };
  const present = humanPresenter(host, {
    verbose: options.verbose === true,
    carryOn: (id) => `claw-ir resume ${id}`,
  });
  await fake.cleanup();
  return { present, host, err: () => err.join(""), out: () => out.join(""), progress };
}

const at = "2026-11-21T02:00:00.000Z";
function step(seq: number, state: StepEvent["state"], more: Partial<StepEvent> = {}): StepEvent {
  const base = { type: "step", seq, id: "contain/stop-gateway", stage: "contain", mutates: "host" } as const;
  return { ...base, state, startedAt: at, title: "Stop the gateway", ...more };
}
const summary: RunSummary = {
  type: "summary",
  case: "20261121-0200-key-compromised",
  exit: 0,
  outcome: "done",
  containedInMs: 3400,
  archives: [],
  findings: { critical: 0, high: 0, medium: 0, low: 0 },
  rotations: { proven: 0, done: 0, pending: 0, failed: 0 },
  report: null,
};
const hostile = fc.string({ unit: "binary", maxLength: 400 });

describe("a step on the screen", () => {
  it("is one line under its stage when it has nothing to say", async () => {
    const { present, err } = await screen();
    present.event(step(1, "started"));
    present.event(step(1, "done", { endedAt: "2026-11-21T02:00:03.400Z" }));
    expect(err()).toBe(
      "\n2/8 contain  stop the gateway and prove that it is down\n  ✓ Stop the gateway  3.4 s\n",
    );
  });

  it("is a block under its title when it says something, wrapped under its own beginning", async () => {
    const { present, err } = await screen();
    present.event(step(1, "started"));
    present.say("  - the gateway is at work on something long and is waited for, as it should be");
    present.event(step(1, "partial", { reason: "one process could not be looked at" }));
    expect(err().split("\n").slice(2)).toEqual([
      "  ▸ Stop the gateway",
      "  │   - the gateway is at work on something long and is",
      "  │     waited for, as it should be",
      "  ◐ IN PART",
      "    one process could not be looked at",
      "",
    ]);
  });

  it("has its title above a question that is put before it starts", async () => {
    const { present, host, err } = await screen();
    present.expect([
      { stage: "volatile", title: "Find the gateway" },
      { stage: "recover", title: "Start the gateway again" },
    ]);
    present.event(step(1, "done", { stage: "volatile", title: "Find the gateway" }));
    await present.attend(host).prompt.confirm({ id: "recover.start", message: "Start?", default: false });
    expect(err()).toMatch(/\n7\/8 recover .*\n {2}▸ Start the gateway again\n$/);
    present.event(step(2, "declined", { stage: "recover", title: "Start the gateway again", reason: "no" }));
    expect(err()).toMatch(/▸ Start the gateway again\n {2}○ declined\n {4}no\n$/);
  });

  it("stands out when it failed, also without colour", async () => {
    const plain = await screen();
    plain.present.event(step(1, "started"));
    plain.present.event(step(1, "failed", { reason: "port 18789 is still open" }));
    expect(plain.err()).toContain("  ✗ FAILED: Stop the gateway\n    port 18789 is still open\n");
    const painted = await screen({ color: true });
    painted.present.event(step(1, "failed", { reason: "port 18789 is still open" }));
    expect(painted.err()).toContain("<red>  ✗ </><red>FAILED: Stop the gateway</>");
  });

  it("dims why it is done or skipped, and shows its receipt only when asked to", async () => {
    const done = step(1, "done", { reason: "port closed", receipt: { port: { closed: true } } });
    const quiet = await screen({ color: true });
    quiet.present.event(done);
    expect(quiet.err()).toContain("<dim>port closed</>");
    expect(quiet.err()).not.toContain('closed"');
    const loud = await screen({ verbose: true });
    loud.present.event(done);
    expect(loud.err()).toContain('      "port": {\n        "closed": true\n');
  });

  it("is not told again when an earlier run finished it: it is counted", async () => {
    const { present, err } = await screen();
    for (const seq of [1, 2]) present.event(step(seq, "done", { reason: "finished in an earlier run" }));
    present.event(step(3, "started", { title: "Seal", stage: "preserve" }));
    present.event(step(3, "done", { title: "Seal", stage: "preserve" }));
    expect(err()).toContain("  – 2 steps were finished in an earlier run\n");
    expect(err()).not.toContain("Stop the gateway\n");
    expect(err().match(/earlier run/g)).toHaveLength(1);
  });

  it("takes the moving line away before anything else stands on the screen", async () => {
    const { present, host, progress } = await screen();
    present.event(step(1, "started"));
    expect(progress.at(-1)).toMatch(/Stop the gateway$/);
    await present.attend(host).prompt.confirm({ id: "x", message: "Sure?", default: false });
    present.event(step(1, "done"));
    expect(progress.at(-1)).toBe("");
    present.event(step(2, "started"));
    present.broken("claw-ir resume 1");
    expect(progress.at(-1)).toBe("");
  });
});

describe("the end of a run on the screen", () => {
  it("is short when all went well", async () => {
    const { present, out } = await screen();
    present.event({ ...summary, report: "/c/r.md" });
    expect(out().split("\n")).toEqual([
      "",
      "DONE",
      "  gateway     proven down 3.4 s after the start",
      "  report      /c/r.md",
      "  case        20261121-0200-key-compromised",
      "",
      "What to do now",
      "  1. Read the report: its next steps name what only you can",
      "     do.",
      "",
    ]);
  });

  it("says first that the gateway may still run, what failed, and the command that tries again", async () => {
    const { present, out } = await screen();
    present.event(step(4, "failed", { reason: "pid 7 does not end" }));
    present.event({ ...summary, exit: 1, containedInMs: null });
    expect(out()).toMatch(/^\nFAILED\n {2}✗ failed {4}Stop the gateway: pid 7 does not end\n/);
    expect(out()).toContain(
      "  1. The gateway is NOT proven down: stop it by hand now.\n  2. Try again what failed: claw-ir resume 20261121-0200-key-compromised\n",
    );
    expect(out()).not.toContain("proven down 3");
  });

  it("does not praise findings that nobody looked for", async () => {
    const { present, out } = await screen();
    present.event(summary);
    expect(out()).not.toContain("findings");
  });

  it("names how to carry on after an interruption, on a line of its own to copy", async () => {
    const { present, err } = await screen();
    present.event(step(1, "started"));
    present.broken(`claw-ir resume 20261121-0200-key-compromised --data-dir /a/${"b".repeat(60)}`);
    expect(err()).toContain("  ✗ interrupted: Stop the gateway\n");
    expect(err()).toContain(
      `  to carry on:\n    claw-ir resume 20261121-0200-key-compromised --data-dir /a/${"b".repeat(60)}\n`,
    );
  });
});

describe("findings on the screen", () => {
  const finding: Finding = {
    id: "x-1",
    rule: "x",
    title: "A title that says in many words what is wrong",
    severity: "high",
    confidence: "likely",
    attack: [],
    summary: `device ${"word ".repeat(30)}end`,
    next: ["remove it"],
    evidence: Array.from({ length: 7 }, (_, at) => ({ artifact: "devices", path: "/s", locator: `${at}` })),
  };

  it("fit its width, each under its own beginning, and say how many places there are", async () => {
    const { host } = await screen();
    const lines = forPeople(host.terminal, [finding, finding]).split("\n");
    expect(lines.filter((line) => columnsOf(line) >= 60)).toEqual([]);
    expect(lines.slice(0, 3)).toEqual([
      "HIGH  A title that says in many words what is wrong  (x,",
      "      likely)",
      "  device word word word word word word word word word word",
    ]);
    expect(lines).toContain("  · and 2 more: --json has all");
    expect(lines.filter((line) => line === "")).toHaveLength(2);
  });

  it("are one line each where nobody looks", async () => {
    const { host } = await screen();
    const text = forPeople({ ...host.terminal, stdoutIsTty: false }, [finding]);
    expect(text.split("\n")[1]).toBe(`  ${finding.summary}`);
  });
});

describe("what a hostile host has written", () => {
  it.each([
    ["a new line", "x\n  ✓ Stop the gateway and prove that it is down"],
    ["a carriage return", "x\r  ✓ Stop the gateway and prove that it is down"],
    ["cursor movements", "x\u001b[2K\u001b[1G  ✓ Stop the gateway and prove that it is down"],
    ["spaces up to the next line", `x${" ".repeat(120)}✓ Stop the gateway and prove that it is down`],
    ["unbreakable spaces", `x${"\u00a0".repeat(120)}✓ Stop the gateway and prove that it is down`],
    ["wide spaces", `x${"\u3000".repeat(60)}✓ Stop the gateway and prove that it is down`],
  ])("cannot pose as a step's end by %s", async (_how, text) => {
    const { present, err } = await screen();
    present.event(step(1, "started"));
    present.say(text);
    present.event(step(1, "failed", { reason: text }));
    const lines = err().split("\n");
    // Nothing but claw-ir's own stands in the third column, where marks and the rule stand, or before it.
    expect(lines.filter((line) => !/^(?:$|2\/8 contain| {2}[▸│✗](?: |$)| {4})/.test(line))).toEqual([]);
    expect(lines.filter((line) => /^  ✓/.test(line))).toEqual([]);
  });

  it("stays on lines of its own, indented, and inside the width, whatever it is", async () => {
    const { host } = await screen();
    fc.assert(
      fc.property(hostile, fc.integer({ min: 20, max: 200 }), (text, width) => {
        const terminal = { ...host.terminal, width };
        const lines = page(terminal, true, { lead: "    - ", text: shown(text, 1000) }).split("\n");
        expect(lines.pop()).toBe("");
        expect(lines[0]?.startsWith("    -")).toBe(true);
        for (const line of lines.slice(1)) expect(line).toMatch(/^ {6}/);
        for (const line of lines) {
          expect(columnsOf(line)).toBeLessThan(width);
          expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e]/);
        }
      }),
    );
  });
});

describe("lines", () => {
  it("break between words only, where words fit", () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,15}$/), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 30, max: 120 }),
        (words, width) => {
          const lines = wrap(words.join(" "), { width, first: "- ", indent: "  " });
          expect(lines.map((line) => line.slice(2)).join(" ")).toBe(words.join(" "));
        },
      ),
    );
  });

  it("lose nothing of a word that is cut", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z一-龥]{1,300}$/), (word) => {
        const lines = wrap(word, { width: 40, indent: "  " });
        expect(lines.map((line, at) => (at === 0 ? line : line.slice(2))).join("")).toBe(word);
        for (const line of lines) expect(columnsOf(line)).toBeLessThan(40);
      }),
    );
  });

  it("are as wide as a terminal draws them, and fit where they are told to", () => {
    expect([columnsOf("abc"), columnsOf("漢字"), columnsOf("🦀x")]).toEqual([3, 4, 3]);
    fc.assert(
      fc.property(hostile, fc.integer({ min: 2, max: 80 }), (text, columns) => {
        const line = shown(text, 500);
        const fitted = fit(line, columns);
        expect(columnsOf(fitted)).toBeLessThanOrEqual(columns);
        if (columnsOf(line) <= columns) expect(fitted).toBe(line);
      }),
    );
  });
});
