/** The commands that look: collect, timeline, findings, cost, report and postmortem, on the real state. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { stages } from "../../src/model/stages.ts";
import { disk, type Disk, linesOf, someText } from "./cli.ts";

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,}Z$/;
const hash = /^[0-9a-f]{64}$/;

interface Collected {
  readonly case: { readonly id: string; readonly path: string };
  readonly artifacts: readonly Record<string, unknown>[];
  readonly findings: readonly Record<string, unknown>[];
  readonly notEvaluated: readonly Record<string, unknown>[];
  readonly timeline: { readonly events: number; readonly from: string; readonly to: string };
}

let at: Disk;
let collected: Collected;
beforeAll(async () => {
  at = await disk();
  const { exit, out, err } = await at.on("collect", "--json");
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  collected = JSON.parse(out) as Collected;
});

describe("collect --json", () => {
  it("is one object in the contract's shape", () => {
    expect(collected).toMatchObject({
      openclaw: {
        found: true,
        version: "2026.9.6",
        layout: "sqlite-2026.9",
        stateDir: "/home/claw/.openclaw",
        profile: null,
        agents: ["main"],
      },
      host: { hostname: someText, os: someText },
    });
    expect(collected.timeline.events).toBeGreaterThan(30);
    expect(collected.timeline.from < collected.timeline.to).toBe(true);
  });

  it("tells every artifact with outcome, origin and hash", () => {
    expect(collected.artifacts.length).toBeGreaterThan(15);
    for (const artifact of collected.artifacts) {
      expect(stages).toContain(artifact["stage"]);
      expect(artifact["startedAt"]).toMatch(iso);
      expect(artifact["endedAt"]).toMatch(iso);
      expect(Array.isArray(artifact["attack"])).toBe(true);
      if (artifact["outcome"] === "ok") expect(artifact["sha256"]).toMatch(hash);
      else expect(artifact["reason"]).toMatch(/\S/);
    }
  });

  it("tells findings worst first, each with evidence by its path on the examined host", () => {
    const order = ["critical", "high", "medium", "low", "info"];
    const ranks = collected.findings.map((finding) => order.indexOf(String(finding["severity"])));
    expect(ranks.length).toBeGreaterThan(3);
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    for (const finding of collected.findings) {
      expect(finding).toMatchObject({ id: someText, rule: someText });
      for (const one of finding["evidence"] as { path?: string }[])
        if (one.path !== undefined) expect(one.path).toMatch(/^\/(home\/claw|etc|var|root)/);
    }
  });

  it("says of every rule that could not be judged why not", () => {
    for (const { reason } of collected.notEvaluated) expect(reason).toMatch(/\S/);
    expect(collected.notEvaluated.length).toBeGreaterThan(0);
  });

  it("ends with 4 where a finding reaches --fail-on, and with 0 where none does", async () => {
    expect((await at.on("collect", "--json", "--fail-on", "high")).exit).toBe(4);
    expect((await at.on("collect", "--json", "--fail-on", "critical")).exit).toBe(0);
  });

  it("as a dry run tells the steps, and makes no folder", async () => {
    const other = await disk();
    const { exit, out } = await other.on("collect", "--json", "--dry-run");
    expect(exit).toBe(0);
    const lines = linesOf(out);
    expect(lines[0]).toEqual({ type: "case", id: null, path: null });
    expect(lines.at(-1)).toMatchObject({ type: "summary", case: null, exit: 0 });
    await expect(readFile(other.dataDir)).rejects.toThrow("ENOENT");
  });
});

describe("timeline", () => {
  it("is one event per line, in order of time", async () => {
    const { exit, out } = await at.on("timeline", collected.case.id, "--format", "jsonl");
    expect(exit).toBe(0);
    const events = linesOf(out);
    expect(events).toHaveLength(collected.timeline.events);
    const times = events.map((event) => String(event["ts"]));
    expect(times).toEqual([...times].sort());
    for (const event of events) {
      expect(event["ts"]).toMatch(iso);
      for (const key of ["id", "tsDesc", "source", "dataType", "message", "host", "artifact"])
        expect(event[key]).toEqual(expect.any(String));
    }
    expect((await at.on("timeline", collected.case.id, "--json")).out).toBe(out);
  });

  it("keeps what --since, --until, --grep and --source ask for", async () => {
    const all = linesOf((await at.on("timeline", collected.case.id, "--json")).out);
    const middle = String(all[Math.floor(all.length / 2)]?.["ts"]);
    const count = async (...options: readonly string[]) =>
      linesOf((await at.on("timeline", collected.case.id, "--json", ...options)).out).length;
    expect(await count("--since", middle)).toBe(all.filter(({ ts }) => String(ts) >= middle).length);
    expect(await count("--until", middle)).toBe(all.filter(({ ts }) => String(ts) <= middle).length);
    expect(await count("--grep", "STRANGER")).toBe(
      all.filter(({ message }) => String(message).toLowerCase().includes("stranger")).length,
    );
    const [first] = all;
    expect(await count("--source", String(first?.["source"]))).toBe(
      all.filter(({ source }) => source === first?.["source"]).length,
    );
  });

  it("is a table for people, and says when nothing fits", async () => {
    const table = await at.on("timeline", collected.case.id, "--grep", "stranger");
    expect(table.out).toMatch(/^time \(UTC\) +severity +source +what\n/);
    const none = await at.on("timeline", collected.case.id, "--grep", "no such words");
    expect(none.out).toMatch(/^no event of \d+ in .* fits\n$/);
  });

  it.each(["yesterday-ish", "2026-13-45"])("refuses %s as a time", async (text) => {
    const { exit, err } = await at.on("timeline", collected.case.id, "--since", text, "--json");
    expect(exit).toBe(2);
    expect(JSON.parse(err)).toMatchObject({
      error: { code: "bad-time", message: `--since ${text}: no time` },
    });
  });
});

describe("findings", () => {
  const of = (...options: readonly string[]) => at.on("findings", collected.case.id, ...options);

  it("are what collect found, and can be narrowed", async () => {
    expect(JSON.parse((await of("--json")).out)).toEqual(collected.findings);
    const high = JSON.parse((await of("--json", "--severity", "high")).out) as Record<string, unknown>[];
    expect(high.length).toBeGreaterThan(0);
    expect(high.every(({ severity }) => severity === "critical" || severity === "high")).toBe(true);
    const rule = JSON.parse((await of("--json", "--rule", "job-command")).out) as Record<string, unknown>[];
    expect(rule.map((one) => one["rule"])).toEqual(["job-command"]);
  });

  it.each([
    ["critical", 0],
    ["high", 4],
    ["info", 4],
  ])("--fail-on %s ends with %d", async (level, exit) => {
    expect((await of("--fail-on", level)).exit).toBe(exit);
  });

  it("--fail-on looks at what --severity and --rule left", async () => {
    expect((await of("--fail-on", "info", "--rule", "no-such-rule")).exit).toBe(0);
    expect((await of("--rule", "no-such-rule")).out).toBe("no finding\n");
  });
});

describe("cost", () => {
  it.each(["hour", "day", "session", "model", "channel", "trigger", "agent"])(
    "--by %s has the contract's shape, and the same total",
    async (by) => {
      const { exit, out, err } = await at.on("cost", "--json", "--by", by);
      expect({ exit, err }).toEqual({ exit: 0, err: "" });
      const report = JSON.parse(out) as {
        total: number;
        buckets: readonly Record<string, number | string>[];
        unpriced: Record<string, number>;
        spikes: readonly unknown[];
      };
      expect(report).toMatchObject({ currency: "USD", unpriced: { messages: 0, tokens: 0 } });
      expect(Array.isArray(report.spikes)).toBe(true);
      expect(report.buckets.length).toBeGreaterThan(0);
      const sum = (key: string) => report.buckets.reduce((total, bucket) => total + Number(bucket[key]), 0);
      expect(sum("cost")).toBeCloseTo(report.total, 6);
      expect(sum("messages")).toBe(9);
      for (const bucket of report.buckets) {
        expect(bucket["key"]).toEqual(expect.any(String));
        for (const key of ["input", "output", "cacheRead", "cacheWrite"])
          expect(bucket[key]).toBeGreaterThanOrEqual(0);
      }
    },
  );

  it("makes no case, and leaves no copies behind", async () => {
    const other = await disk();
    expect((await other.on("cost", "--dry-run")).exit).toBe(0);
    expect((await other.on("case", "list")).out).toMatch(/^no case yet/);
    const { readdir } = await import("node:fs/promises");
    expect(await readdir(other.dataDir)).toEqual(["fingerprint.key"]);
  });

  it("counts only the time that is asked for", async () => {
    const { out } = await at.on("cost", "--json", "--until", "2020-01-01");
    expect(JSON.parse(out)).toMatchObject({ total: 0, buckets: [] });
  });

  it("refuses what is no time before it reads anything", async () => {
    expect(await at.on("cost", "--json", "--since", "soon")).toMatchObject({ exit: 2, out: "" });
  });

  it("is a table for people", async () => {
    const { out } = await at.on("cost", "--by", "model");
    expect(out).toMatch(/^0\.03 USD in all\n\nUSD +messages +tokens in +tokens out +model\n/);
    expect(out).toContain("mockai/mock-large");
  });
});

describe("report and postmortem", () => {
  it.each(["report", "postmortem"])("%s prints Markdown, or writes it where -o says", async (command) => {
    const { exit, out } = await at.on(command, collected.case.id);
    expect(exit).toBe(0);
    expect(out).toMatch(/^# /);
    expect(out).toContain(collected.case.id);
    const file = join(at.dataDir, `${command}.md`);
    expect(await at.on(command, collected.case.id, "-o", file)).toMatchObject({
      exit: 0,
      out: "",
      err: `written: ${file}\n`,
    });
    expect(await readFile(file, "utf8")).toMatch(/^# /);
    expect(await at.on(command, collected.case.id, "-o", file, "--json")).toMatchObject({ exit: 1, out: "" });
  });

  it("is never written over something, and says so", async () => {
    const file = join(at.dataDir, "mine.md");
    await writeFile(file, "mine");
    const { exit, err } = await at.on("report", collected.case.id, "-o", file, "--json");
    expect(exit).toBe(1);
    expect(JSON.parse(err)).toMatchObject({
      error: { code: "file-exists", hint: "choose another name; claw-ir overwrites nothing" },
    });
    expect(await readFile(file, "utf8")).toBe("mine");
  });

  it("says what is wrong with a file that cannot be written", async () => {
    const { exit, err } = await at.on("report", collected.case.id, "-o", "/proc/nowhere/report.md", "--json");
    expect(exit).toBe(1);
    expect(JSON.parse(err)).toMatchObject({ error: { code: "output-not-written" } });
  });

  it("takes the user's own template from the data folder", async () => {
    await mkdir(join(at.dataDir, "templates"));
    await writeFile(join(at.dataDir, "templates", "incident.md"), "Our own: {{caseId}}\n");
    expect((await at.on("report", collected.case.id)).out).toBe(`Our own: ${collected.case.id}\n`);
  });

  it("is the data behind the words with --json", async () => {
    const { out } = await at.on("report", collected.case.id, "--json");
    expect(JSON.parse(out)).toMatchObject({ caseId: collected.case.id, playbook: "collect" });
  });
});
