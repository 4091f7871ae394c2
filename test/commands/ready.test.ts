/** `claw-ir ready`: every check by itself, the registry's contract, the JSON and the exit codes. */
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commitOwn, formatFiles } from "../../src/analyse/index.ts";
import { readStatus } from "../../src/case/status.ts";
import type { Check, ReadyScene, Verdict } from "../../src/commands/ready/check.ts";
import { checks, runCheck } from "../../src/commands/ready/index.ts";
import { findInstallation, resolveTarget } from "../../src/openclaw/index.ts";
import { generateRecipient, recordTested } from "../../src/preserve/index.ts";
import { fakeSocket, notInstalled } from "../support/fake-host.ts";
import { crontabProgram } from "../support/schedule-stand-ins.ts";
import { live, type Live, type LiveOptions } from "./live.ts";

type State = Verdict["state"];

async function sceneOf(at: Live): Promise<ReadyScene> {
  const { host, dataDir } = at;
  const target = await resolveTarget(host, {});
  const installation = await findInstallation(host, target);
  return { host, target, installation, dataDir, status: await readStatus(host, dataDir) };
}

async function verdict(at: Live, id: string): Promise<Verdict> {
  const check = checks.find((one) => one.id === id);
  if (check === undefined) throw new Error(`there is no check ${id}`);
  return runCheck(await sceneOf(at), check);
}

async function key(at: Live): Promise<string> {
  const { recipient } = await generateRecipient(at.host, at.dataDir, {
    name: "Test FAKE",
    privateOut: at.path("stick.asc"),
    allowUnprotected: true,
    keepOut: [],
  });
  return recipient.fingerprint;
}

const run = (exit: number, endedAt: string, more: object = {}): object => ({
  startedAt: endedAt,
  endedAt,
  exit,
  scheduled: true,
  ...more,
});

async function status(at: Live, value: object): Promise<void> {
  await writeFile(join(at.dataDir, "status.json"), JSON.stringify(value), { mode: 0o600 });
}

async function ownBaseline(
  at: Live,
  files: ReadonlyMap<string, string> = new Map([["coverage.txt", 'devices: "ok"\n']]),
): Promise<void> {
  await commitOwn(at.host, at.dataDir, at.path("tmp"), { files, message: "init", parent: undefined });
}

// The fake host's clock stands at 2026-11-21T10:00Z.
const today = "2026-11-21T03:30:00.000Z";
const lastMonth = "2026-10-01T03:30:00.000Z";

const cases: readonly (readonly [
  id: string,
  what: string,
  state: State,
  says: RegExp,
  set: (at: Live) => Promise<void>,
  options?: LiveOptions,
])[] = [
  ["recipient", "no key", "fail", /there is none/, async () => undefined],
  [
    "recipient",
    "a good key",
    "ok",
    /Test FAKE/,
    async (at) => {
      await key(at);
    },
  ],
  [
    "recipient",
    "a broken key",
    "fail",
    /none that can be used: /,
    async (at) => {
      await mkdir(join(at.dataDir, "keys"));
      await writeFile(join(at.dataDir, "keys", "x.asc"), "no key");
    },
  ],
  ["private-key-tested", "no key", "unknown", /no key yet/, async () => undefined],
  [
    "private-key-tested",
    "never",
    "unknown",
    /never proven/,
    async (at) => {
      await key(at);
    },
  ],
  [
    "private-key-tested",
    "proven",
    "ok",
    /for 1 of 1/,
    async (at) => {
      await recordTested(at.host, at.dataDir, [
        { fingerprint: await key(at), provenAt: today, withGpg: false },
      ]);
    },
  ],
  ["private-key-away", "nothing", "ok", /^none/, async () => undefined],
  [
    "private-key-away",
    "in the home",
    "warn",
    /my\.asc holds one/,
    async (at) => {
      await at.put("~/my.asc", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n");
    },
  ],
  [
    "private-key-away",
    "binary, in the data folder",
    "warn",
    /secret\.gpg holds one/,
    async (at) => {
      await writeFile(
        join(at.dataDir, "secret.gpg"),
        Buffer.concat([Buffer.from([0x95]), Buffer.alloc(200)]),
      );
    },
  ],
  [
    "private-key-away",
    "in gpg's keyring",
    "warn",
    /gpg keeps 1/,
    async (at) => {
      await at.put("~/.gnupg/private-keys-v1.d/ABCD.key", "x");
    },
  ],
  ["last-backup", "none", "fail", /none yet/, async () => undefined],
  [
    "last-backup",
    "of today",
    "ok",
    /6 h old/,
    async (at) => status(at, { backup: { last: run(0, today), lastGood: run(0, today) } }),
  ],
  [
    "last-backup",
    "too old",
    "fail",
    /51 days old/,
    async (at) => status(at, { backup: { last: run(0, lastMonth), lastGood: run(0, lastMonth) } }),
  ],
  [
    "last-backup",
    "the last one failed",
    "warn",
    /failed: the disk is full/,
    async (at) =>
      status(at, {
        backup: {
          last: run(1, "2026-11-21T09:00:00.000Z", { message: "the disk is full" }),
          lastGood: run(0, today),
        },
      }),
  ],
  [
    "last-backup",
    "never a good one",
    "fail",
    /none succeeded/,
    async (at) => status(at, { backup: { last: run(1, today) } }),
  ],
  ["off-host-copy", "no archive", "unknown", /no archive yet/, async () => undefined],
  [
    "off-host-copy",
    "restic",
    "ok",
    /restic:abcdef12/,
    async (at) =>
      status(at, {
        backup: {
          last: run(0, today, { archive: "restic:abcdef12" }),
          lastGood: run(0, today, { archive: "restic:abcdef12" }),
        },
      }),
  ],
  ["last-drill", "none", "fail", /none yet/, async () => undefined],
  [
    "last-drill",
    "passed",
    "ok",
    /restored in 41\.0 s; next due 2027-02-19/,
    async (at) => {
      const good = run(0, today, { restoreSeconds: 41, nextDue: "2027-02-19T00:00:00.000Z" });
      await status(at, { drill: { last: good, lastGood: good } });
    },
  ],
  [
    "last-drill",
    "overdue",
    "fail",
    /overdue/,
    async (at) => {
      const good = run(0, "2026-06-01T00:00:00.000Z");
      await status(at, { drill: { last: good, lastGood: good } });
    },
  ],
  [
    "last-drill",
    "due soon",
    "warn",
    /due in/,
    async (at) => {
      const good = run(0, today, { nextDue: "2026-11-25T00:00:00.000Z" });
      await status(at, { drill: { last: good, lastGood: good } });
    },
  ],
  [
    "last-drill",
    "failed",
    "fail",
    /failed .*: two files differ/,
    async (at) =>
      status(at, {
        drill: { last: run(5, today, { message: "two files differ" }), lastGood: run(0, lastMonth) },
      }),
  ],
  ["schedule", "nothing", "warn", /nothing is installed/, async () => undefined],
  [
    "schedule",
    "a crontab line",
    "ok",
    /crontab line, 30 3/,
    async () => undefined,
    {
      onRun: ([name, ...args]) =>
        name === "crontab"
          ? crontabProgram(
              "# BEGIN claw-ir schedule: claw-ir-backup\n30 3 * * * x\n# END claw-ir schedule: claw-ir-backup\n",
            ).run(args, "")
          : notInstalled,
    },
  ],
  ["disk-space", "enough", "ok", /free for/, async () => undefined],
  ["disk-space", "no state", "unknown", /no state/, async () => undefined, { empty: true }],
  ["data-dir", "private", "ok", /0700/, async () => undefined],
  ["data-dir", "open", "fail", /open to others \(0755\)/, async (at) => chmod(at.dataDir, 0o755)],
  [
    "data-dir",
    "something in it is open",
    "warn",
    /keys in it is open/,
    async (at) => {
      await mkdir(join(at.dataDir, "keys"));
      await chmod(join(at.dataDir, "keys"), 0o755);
    },
  ],
  ["state-modes", "private", "ok", /owner alone/, async (at) => chmod(at.stateDir, 0o700)],
  [
    "state-modes",
    "folder and config are open",
    "fail",
    /openclaw\.json \(0644\)/,
    async (at) => {
      await chmod(at.stateDir, 0o755);
      await chmod(join(at.stateDir, "openclaw.json"), 0o644);
    },
  ],
  ["gateway-loopback", "loopback", "ok", /bind is loopback/, async () => undefined],
  [
    "gateway-loopback",
    "bound wide",
    "fail",
    /gateway\.bind is "lan"/,
    async (at) => writeFile(join(at.stateDir, "openclaw.json"), '{ gateway: { bind: "lan" } }'),
  ],
  [
    "gateway-loopback",
    "listening wide all the same",
    "fail",
    /port 19411 is open on 0\.0\.0\.0/,
    async () => undefined,
    {
      sockets: [fakeSocket({ localAddress: "0.0.0.0", localPort: 19411, state: "LISTEN" })],
    },
  ],
  [
    "gateway-loopback",
    "another program's port",
    "ok",
    /loopback/,
    async () => undefined,
    {
      sockets: [fakeSocket({ localAddress: "0.0.0.0", localPort: 22, state: "LISTEN" })],
    },
  ],
  [
    "baseline",
    "the state folder under git",
    "ok",
    /2026-11-20T08:00/,
    async (at) => mkdir(join(at.stateDir, ".git")).then(() => undefined),
    {
      git: {
        available: () => Promise.resolve(true),
        commit: () => Promise.reject(new Error("nothing is committed here")),
        reader: () =>
          Promise.resolve({
            head: () =>
              Promise.resolve({ commit: "c", at: "2026-11-20T08:00:00.000Z", author: "a", subject: "s" }),
            files: () => Promise.resolve([]),
            content: () => Promise.resolve(new Uint8Array()),
            contents: () => Promise.resolve(new Map()),
            log: () => Promise.resolve([]),
            history: () => Promise.resolve({ blobs: [], commits: 0, gaps: [] }),
            sizes: () => Promise.resolve(new Map()),
            close: () => Promise.resolve(),
          }),
      },
    },
  ],
  [
    "baseline",
    "none",
    "warn",
    /none of its own, and the state folder is not under git/,
    async () => undefined,
  ],
  ["baseline", "claw-ir's own", "ok", /last commit 2026-11-21T10:00, 0 min old/, ownBaseline],
  [
    "baseline",
    "claw-ir's own, of long ago",
    "warn",
    /40 days old/,
    async (at) => {
      await ownBaseline(at);
      at.setNow("2026-12-31T10:00:00.000Z");
    },
  ],
  [
    "baseline",
    "a review alone",
    "warn",
    /nothing was taken as known good/,
    (at) => ownBaseline(at, formatFiles),
  ],
  ["clock", "plausible", "ok", /2026-11-21T10:00/, async () => undefined],
  ["clock", "of 1970", "fail", /1970/, async () => undefined, { now: "1970-01-02T00:00:00.000Z" }],
  [
    "clock",
    "went back",
    "fail",
    /went back/,
    async (at) => status(at, { backup: { last: run(0, "2026-12-24T00:00:00.000Z") } }),
  ],
  [
    "clock",
    "not synchronised",
    "warn",
    /not synchronised/,
    async () => undefined,
    {
      onRun: ([name]) => (name === "timedatectl" ? { stdout: "no\n" } : notInstalled),
    },
  ],
];

const each = cases.map(
  ([id, what, state, says, set, options = {}]) => [id, what, state, says, set, options] as const,
);

describe.each(each)("%s: %s", (id, _what, state, says, set, options) => {
  it(`is ${state}`, async () => {
    const at = await live(options);
    await set(at);
    const told = await verdict(at, id);
    expect(told).toMatchObject({ state, detail: expect.stringMatching(says) as unknown });
    expect(told.fix === "").toBe(state === "ok");
  });
});

describe("the registry", () => {
  it("has every check once, with a test of each and of a bad end of each", () => {
    const ids = checks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, title } of checks) {
      expect(id).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
      expect(title.length).toBeLessThan(50);
      const states = new Set(cases.filter(([one]) => one === id).map(([, , state]) => state));
      expect([id, states.size >= 2]).toEqual([id, true]);
    }
  });

  it("changes nothing, and every check ends in a state when nothing at all can be read", async () => {
    const at = await live();
    const scene = await sceneOf(at);
    at.fail(at.root, "EIO");
    for (const check of checks) {
      const { state, detail } = await runCheck(scene, check);
      expect(["ok", "warn", "fail", "unknown"]).toContain(state);
      expect(detail).not.toBe("");
    }
    expect(at.written).toEqual([]);
  });

  it("a check that throws or never ends is unknown, with the reason", async () => {
    const scene = await sceneOf(await live());
    const broken: Check = { id: "x", title: "x", run: () => Promise.reject(new Error("it broke")) };
    expect(await runCheck(scene, broken)).toMatchObject({
      state: "unknown",
      detail: "could not be looked at: it broke",
    });
    const endless: Check = { id: "x", title: "x", timeoutMs: 20, run: () => new Promise(() => undefined) };
    expect(await runCheck(scene, endless)).toMatchObject({
      state: "unknown",
      detail: expect.stringContaining("no answer") as unknown,
    });
  });
});

describe("claw-ir ready", () => {
  it("a bare host is not ready: exit 13, and the JSON of the contract", async () => {
    const at = await live();
    const { exit, out, err } = await at.run("ready", "--json");
    expect({ exit, err }).toEqual({ exit: 13, err: "" });
    const told = JSON.parse(out) as { ready: boolean; checks: Record<string, string>[] };
    expect(told.ready).toBe(false);
    expect(told.checks.map(({ id }) => id)).toEqual(checks.map(({ id }) => id));
    for (const check of told.checks)
      expect(check).toEqual({
        id: expect.any(String) as unknown,
        title: expect.any(String) as unknown,
        state: expect.stringMatching(/^(?:ok|warn|fail|unknown)$/) as unknown,
        detail: expect.any(String) as unknown,
        fix: expect.any(String) as unknown,
      });
  });

  it("with key, backup and drill it is ready: exit 0, and the rest is said", async () => {
    const at = await live();
    await key(at);
    await chmod(at.stateDir, 0o700);
    const good = run(0, today);
    await status(at, { backup: { last: good, lastGood: good }, drill: { last: good, lastGood: good } });
    const { exit, out } = await at.run("ready");
    expect(exit).toBe(0);
    expect(out).toMatch(/^ {2}warning {2}backups are scheduled: nothing is installed by claw-ir/m);
    expect(out).toMatch(/^ready: \d to look at, \d unknown$/m);
  });

  it("what a message in status.json says is only text", async () => {
    const at = await live();
    await status(at, { backup: { last: run(1, today, { message: "x\u001b[2J\n  ok       forged" }) } });
    const { out } = await at.run("ready");
    expect(out).not.toContain("\u001b");
    expect(out).not.toMatch(/^ {2}ok +forged/m);
  });
});
