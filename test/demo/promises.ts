/** What every demonstration has to keep, whatever its playbook. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { beforeAll, afterAll, describe, expect, it } from "vitest";
import { at, list, num, str } from "../../src/model/json.ts";
import { stages } from "../../src/model/stages.ts";
import { gpgDecrypt, gpgHome, noGpg } from "../archive/gpg.ts";
import {
  filesBelow,
  findingsOf,
  isBuilt,
  linesOf,
  noProcessLeft,
  place,
  secretsOf,
  snapshot,
  start,
  stepOf,
  type Found,
  type Line,
  type Place,
  type Ran,
} from "./demonstration.ts";

export interface Shown extends Ran {
  readonly at: Place;
  readonly root: string;
  readonly dataDir: string;
  readonly lines: readonly Line[];
  readonly summary: Line;
  readonly caseFolder: string;
  readonly findings: readonly Found[];
}

interface Expected {
  readonly exit: number;
  readonly rotations: Readonly<Record<string, unknown>>;
}

/** Runs the playbook once and checks the promises; `more` adds what is special about it. */
export function describeDemonstration(
  playbook: string,
  expected: Expected,
  more: (shown: () => Shown) => void,
): void {
  describe.skipIf(process.platform !== "linux")(`${playbook} --demo`, () => {
    let ran: Shown | undefined;
    let own: Own | undefined;
    let before: readonly string[] = [];
    const shown = (): Shown => {
      if (ran === undefined) throw new Error("it did not run");
      return ran;
    };
    beforeAll(async () => {
      expect(isBuilt, "npm run build comes before these tests").toBe(true);
      const where = await place();
      own = await ownGateway(where.home);
      before = await snapshot(where.home);
      ran = await run(playbook, where);
    });
    afterAll(() => own?.end());

    itStreams(shown, expected);
    itKeepsSecrets(shown);
    itSeals(shown);
    it("leaves no process behind, and the user's own home and gateway as they were", async () => {
      await noProcessLeft(shown().root);
      expect(await snapshot(shown().at.home)).toEqual(before);
      expect(own?.lives()).toBe(true);
    });
    more(shown);
  });
}

async function run(playbook: string, where: Place): Promise<Shown> {
  const ran = await start([playbook, "--demo", "--json"], where.env).ended;
  const lines = linesOf(ran.stdout);
  const root = await where.root();
  const dataDir = join(root, "claw-ir");
  const summary = lines.at(-1) ?? {};
  const findings = await findingsOf(dataDir, where.env);
  return {
    ...ran,
    at: where,
    root,
    dataDir,
    lines,
    summary,
    caseFolder: str(lines[0]?.["path"]) ?? "",
    findings,
  };
}

interface Own {
  readonly lives: () => boolean;
  readonly end: () => void;
}

/** A gateway of the user's, as far as the process table and a port tell: a careless stop would end it, too. */
async function ownGateway(home: string): Promise<Own> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const script = `process.title = "openclaw-gateway"; setInterval(() => {}, 1000);`;
  const child: ChildProcess = spawn(process.execPath, ["-e", script], {
    env: { HOME: home, PATH: process.env["PATH"] },
    stdio: "ignore",
  });
  return {
    lives: () => child.exitCode === null && child.signalCode === null && server.listening,
    end: () => {
      child.kill("SIGKILL");
      server.close();
    },
  };
}

const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3,}Z$/;

function itStreams(shown: () => Shown, { exit, rotations }: Expected): void {
  it("tells the case, every step and the summary, one object per line, and nothing else", () => {
    const { lines, summary, stderr, ...ran } = shown();
    expect(ran.exit, stderr).toBe(exit);
    expect(stderr).toBe("");
    expect(lines[0]).toMatchObject({ type: "case", id: summary["case"] });
    expect(summary).toMatchObject({ type: "summary", exit, rotations });
    const steps = lines.slice(1, -1);
    let seq = 0;
    for (const step of steps) {
      expect(step).toMatchObject({ type: "step" });
      expect(stages).toContain(step["stage"]);
      expect(["none", "case", "state", "host", "remote"]).toContain(step["mutates"]);
      expect(step["startedAt"]).toMatch(isoTime);
      expect(step).not.toHaveProperty("title");
      expect(num(step["seq"])).toBeGreaterThanOrEqual(seq);
      seq = num(step["seq"]) ?? 0;
      if (["skipped", "declined", "partial", "failed"].includes(String(step["state"])))
        expect(step["reason"], JSON.stringify(step)).toBeTruthy();
      if (step["endedAt"] !== undefined) expect(step["endedAt"]).toMatch(isoTime);
    }
    const started = steps.filter(({ state }) => state === "started").map(({ id }) => id);
    const ended = steps.filter((step) => step["endedAt"] !== undefined).map(({ id }) => id);
    expect(ended).toEqual(started);
    expect(steps.filter(({ state }) => state === "failed")).toEqual([]);
  });

  it("proves the gateway down, before it seals and after it captured what a stop destroys", () => {
    const { lines, summary } = shown();
    const order = lines.map(({ id }) => id);
    expect(order.indexOf("volatile/capture")).toBeLessThan(order.indexOf("contain/stop-gateway"));
    expect(order.indexOf("contain/stop-gateway")).toBeLessThan(order.indexOf("preserve/seal"));
    const { state, receipt } = stepOf(lines, "contain/stop-gateway");
    expect(state).toBe("done");
    expect(receipt).toMatchObject({ state: "down", wasRunning: true, port: { closed: true, holders: [] } });
    // The gateway and the detached child of it, each with how it ended.
    const ends = list(at(receipt, "processes")).map((one) => [at(one, "role"), at(one, "endedBy")]);
    expect(ends).toEqual([
      ["gateway", "SIGTERM"],
      ["child", "SIGTERM"],
    ]);
    expect(summary["containedInMs"]).toBeGreaterThan(0);
  });

  it("writes a report that says so", async () => {
    const { summary } = shown();
    const report = await readFile(str(summary["report"]) ?? "", "utf8");
    expect(report).toContain(str(summary["case"]));
    expect(report).toContain("The gateway is proven down");
    expect(report).toContain("## Next steps");
    const { critical, high, medium, low } = summary["findings"] as Record<string, number>;
    expect([critical, high, medium, low].every((count) => count !== undefined && count > 0)).toBe(true);
    expect(report).toContain(`${critical} critical, ${high} high, ${medium} medium, ${low} low`);
  });

  it("finds what was planted", () => {
    const { findings } = shown();
    const planted: readonly (readonly [rule: string, severity: string, words: string])[] = [
      ["call-secret-egress", "critical", "http://203.0.113.66/c"],
      ["job-fetch-and-run", "critical", "0badc0de-0000-4000-8000-00000000cafe"],
      ["baseline-config", "critical", "gateway.bind"],
      ["baseline-config", "critical", "channels.telegram.dmPolicy"],
      ["skill-fetch-and-run", "high", "skills/daily-digest/SKILL.md"],
      ["key-forced-command", "high", ".ssh/authorized_keys"],
      ["call-persistence", "high", "authorized_keys"],
      ["device-admin", "high", "203.0.113.9"],
      ["device-pending", "high", "203.0.113.10"],
      ["config-out-of-band", "high", "gateway.bind"],
    ];
    for (const [rule, severity, words] of planted) {
      const fitting = findings.filter((one) => one.rule === rule && one.text.includes(words));
      expect(
        fitting.map((one) => one.severity),
        `${rule} ${words}`,
      ).toContain(severity);
    }
  });
}

function itKeepsSecrets(shown: () => Shown): void {
  it("shows no secret, on the screen or in any file outside the archive and the demonstration's own home", async () => {
    const { root, stdout, stderr } = shown();
    const secrets = await secretsOf(root);
    expect(secrets.length).toBeGreaterThanOrEqual(13);
    const isTheirs = (path: string): boolean =>
      path.startsWith(join(root, "home/")) ||
      path.endsWith(".gpg") ||
      [join(root, "passphrase"), join(root, "new-key")].includes(path);
    const files = (await filesBelow(root)).filter((path) => !isTheirs(path));
    expect(files.some((path) => path.endsWith("case.sqlite"))).toBe(true);
    expect(files.some((path) => path.includes("/evidence/"))).toBe(true);
    expect(files.some((path) => path.includes("/reports/"))).toBe(true);
    const texts = new Map<string, string>([
      ["stdout", stdout],
      ["stderr", stderr],
    ]);
    for (const path of files) texts.set(path, await readFile(path, "latin1"));
    for (const [name, text] of texts) {
      for (const secret of secrets) {
        for (const form of [secret, Buffer.from(secret).toString("base64").replace(/=+$/, "")])
          expect(text.includes(form), `${secret.slice(0, 12)}… in ${name}`).toBe(false);
      }
    }
  });
}

function itSeals(shown: () => Shown): void {
  it("leaves a case that verifies", async () => {
    const { dataDir, at: where, summary } = shown();
    const { exit, stdout } = await start(["case", "verify", "--json", "--data-dir", dataDir], where.env)
      .ended;
    expect(JSON.parse(stdout)).toMatchObject({
      case: summary["case"],
      verdict: "intact",
      journal: { intact: true },
      artifacts: { altered: 0, missing: 0 },
      archives: { checked: 1, altered: 0, missing: 0 },
    });
    expect(exit).toBe(0);
  });

  it.skipIf(noGpg !== undefined)(
    "leaves an archive that plain gpg and tar open, with everything in it",
    async () => {
      const { summary, root } = shown();
      const archive = str(list(summary["archives"])[0]) ?? "";
      expect(existsSync(archive)).toBe(true);
      const gpg = gpgHome();
      try {
        const passphrase = (await readFile(join(root, "passphrase"), "utf8")).trim();
        const listed = gpg
          .pipe(`${gpgDecrypt} '${archive}' | tar -t --zstd`, passphrase)
          .toString()
          .split("\n");
        for (const name of [
          "openclaw.json",
          ".env",
          "state/openclaw.sqlite",
          "state/openclaw.sqlite-wal",
          "agents/main/agent/openclaw-agent.sqlite",
          "workspace/skills/daily-digest/SKILL.md",
        ])
          expect(
            listed.some((path) => path.endsWith(`.openclaw/${name}`)),
            name,
          ).toBe(true);
        expect(listed.filter((path) => path !== "").at(-1)).toBe("MANIFEST.jsonl");
        // What is in it is the state as it was, before anything was changed.
        const config = gpg.pipe(
          `${gpgDecrypt} '${archive}' | tar -xO --zstd --wildcards '*.openclaw/openclaw.json'`,
          passphrase,
        );
        expect(config.toString()).toContain("gt-old-FAKE");
        const log = gpg.pipe(
          `${gpgDecrypt} '${archive}' | tar -xO --zstd --wildcards '*/state/openclaw.sqlite-wal'`,
          passphrase,
        );
        expect(log.length).toBeGreaterThan(4096);
      } finally {
        gpg.close();
      }
    },
  );
}
