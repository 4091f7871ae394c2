/**
 * What is missing, broken or in the way on the night it is needed: each has its own message, hint and exit code, and the run
 * goes on with what can be done.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fakeProcess, fakeSocket } from "../support/fake-host.ts";
import { containing, linesOf, matching, type Ran } from "./cli.ts";
import { live, type Live } from "./live.ts";

const answers = {
  "incident.credential": ["all"],
  "incident.abuse": "abuse",
  "incident.since": "3d",
  "incident.responder": "the night shift",
  "seal.to": "passphrase",
  "rotate.items": "all",
  "devices.remove-all": true,
  "devices.switch-off-jobs": [],
  "allow-lists.remove": [],
  "devices.pair-again": [],
  "recover.start": true,
  "recover.trust-program": true,
};
const secrets = { "seal.passphrase": "FAKE passphrase of a test" };

const uid = process.getuid?.() ?? 0;
/** The gateway of the real state, as it looks from outside. */
const gateway = fakeProcess({
  pid: 900,
  uid,
  comm: "openclaw-gatewa",
  argv: ["openclaw-gateway"],
  environ: [],
});
const listening = fakeSocket({ localPort: 19411, uid, pids: [900] });

interface Step {
  readonly id: string;
  readonly state: string;
  readonly reason: string;
}

type Told = Ran & { readonly steps: Record<string, Step> };

async function play(at: Live, id: string, ...more: readonly string[]): Promise<Told> {
  return told(await at.run(id, "--json", ...(await at.answer(answers)), ...more));
}

function told(ran: Ran): Told {
  const ended = linesOf(ran.out).filter(({ type, state }) => type === "step" && state !== "started");
  const steps = Object.fromEntries(
    ended.map((step) => [String(step["id"]), { id: "", state: "", reason: "", ...step }]),
  );
  return { ...ran, steps };
}

const states = (steps: Record<string, Step>): Record<string, string> =>
  Object.fromEntries(Object.values(steps).map(({ id, state }) => [id, state]));

function errorOf({ err }: Ran): { code: string; message: string; hint: string; exit: number } {
  return (JSON.parse(err) as { error: ReturnType<typeof errorOf> }).error;
}

describe("no state folder", () => {
  it("ends with 10 and says how to name one; what does not need it is done, nothing is called proven", async () => {
    const at = await live({ empty: true, secrets });
    const { exit, err, out, steps } = await play(at, "key-compromised");
    expect({ exit, err }).toEqual({ exit: 10, err: "" });
    const sentence = `There is no OpenClaw state at ${at.stateDir}; name it with --state-dir, --home or --profile.`;
    expect(steps["volatile/discover"]).toMatchObject({ state: "partial", reason: sentence });
    expect(steps["volatile/capture"]?.state).toBe("done");
    expect(steps["contain/stop-gateway"]).toMatchObject({
      state: "partial",
      reason: containing("without a state that can be read nobody can tell"),
    });
    expect(steps["preserve/seal"]).toMatchObject({
      state: "skipped",
      reason: "no readable OpenClaw state was found",
    });
    expect(steps["report/write"]?.state).toBe("done");
    expect(linesOf(out).at(-1)).toMatchObject({
      type: "summary",
      exit: 10,
      outcome: sentence,
      containedInMs: null,
    });
  });

  it("is what people read last", async () => {
    const at = await live({ empty: true });
    const { exit, out } = await at.run("stop");
    expect(exit).toBe(10);
    expect(out).toContain(`NOTHING EXAMINED: There is no OpenClaw state at ${at.stateDir}; name it with`);
    expect(out).toContain("Run it again on the right state: nothing is proven about its gateway.");
    expect(out).not.toContain("proven down");
  });

  it.each(["cost", "collect"])("%s ends with 10, too", async (command) => {
    const at = await live({ empty: true });
    expect((await at.run(command, "--json")).exit).toBe(10);
  });

  it("tells a folder that is not OpenClaw's", async () => {
    const at = await live({ empty: true, files: { "~/.openclaw/notes.txt": "hello" } });
    const { exit, steps } = await play(at, "stop");
    expect(exit).toBe(10);
    expect(steps["volatile/discover"]?.reason).toContain("holds neither a config nor a database of OpenClaw");
  });
});

describe("a state that may not be read", () => {
  it("ends with 10 and says who may; nothing is called proven", async () => {
    const at = await live({ secrets });
    at.fail(at.stateDir, "EACCES", "read");
    const { exit, steps, out } = await play(at, "key-compromised");
    expect(exit).toBe(10);
    expect(steps["volatile/discover"]?.reason).toBe(
      `${at.stateDir} may not be read by this user; run claw-ir as its owner or as root.`,
    );
    expect(steps["contain/stop-gateway"]?.state).toBe("partial");
    expect(linesOf(out).at(-1)).toMatchObject({ containedInMs: null, archives: [] });
  });

  it("only in part: it is sealed and read as far as it goes, with 3", async () => {
    const at = await live({ secrets });
    at.fail(join(at.stateDir, "agents"), "EACCES", "read");
    const { exit, steps, out } = await play(at, "key-compromised");
    expect(exit).toBe(3);
    expect(steps["preserve/seal"]).toMatchObject({
      state: "partial",
      reason: containing("agents"),
    });
    expect(steps["rotate/gateway-token"]?.state).toBe("done");
    expect(linesOf(out).at(-1)?.["archives"]).toHaveLength(1);
  });
});

describe("a broken config", () => {
  it("is said with line and column, the defaults are taken, the state is sealed and read: 3", async () => {
    const at = await live({ secrets });
    await writeFile(join(at.stateDir, "openclaw.json"), '{ gateway: { port: 19411, "auth": }');
    const { exit, steps } = await play(at, "key-compromised");
    expect(exit).toBe(3);
    expect(steps["volatile/discover"]).toMatchObject({
      state: "partial",
      reason: matching(
        /^The config is broken: .* line 1, column \d+; what it would say is taken from the defaults\.$/,
      ),
    });
    expect(states(steps)).toMatchObject({
      "contain/stop-gateway": "done",
      "preserve/seal": "done",
      "collect/all": "partial",
      "analyse/marks": "done",
      "report/write": "done",
    });
    // The list of what to rotate cannot be whole.
    expect(steps["rotate/plan"]).toMatchObject({
      state: "partial",
      reason: containing("Secrets that stand in the config are missing from this plan"),
    });
  });
});

describe("a database of an unknown version", () => {
  it("is named with both versions, sealed as it is, and read as far as it is understood: 3", async () => {
    const at = await live({ secrets });
    const file = join(at.stateDir, "state", "openclaw.sqlite");
    const bytes = await readFile(file);
    bytes.writeUInt32BE(99, 60);
    await writeFile(file, bytes);
    expect((await at.run("collect", "--json")).exit).toBe(3);
    const { exit, steps } = await play(at, "key-compromised");
    expect(exit).toBe(3);
    expect(steps["volatile/discover"]).toMatchObject({
      state: "partial",
      reason: matching(
        /openclaw\.sqlite has schema version 99, newer than the \d+ this claw-ir was made for/,
      ),
    });
    expect(states(steps)).toMatchObject({ "preserve/seal": "done", "collect/all": "partial" });
  });
});

describe("no place for the case", () => {
  it.each([
    ["EROFS", "read-only", "the file system is read-only"],
    ["ENOSPC", "disk-full", "no space left"],
    ["EACCES", "permission-denied", "permission denied"],
  ])("%s: ends with 1, touches nothing, and names a place that works", async (system, code, message) => {
    const at = await live({ processes: [gateway], sockets: [listening] });
    at.fail(at.dataDir, system, "write");
    const ran = await at.run("stop", "--json");
    expect(ran).toMatchObject({ exit: 1, out: "" });
    const error = errorOf(ran);
    expect(error).toMatchObject({ code, exit: 1 });
    expect(error.message).toContain(message);
    expect(error.hint).toMatch(
      new RegExp(`^run it again with --data-dir ${at.path("tmp")}/claw-ir \\(\\d.*free\\)`),
    );
    expect(at.signals).toEqual([]);

    // What the hint says works.
    const dir = /--data-dir (\S+)/.exec(error.hint)?.[1] ?? "";
    expect((await at.run("stop", "--json", "--data-dir", dir)).exit).toBe(0);
  });

  it("keeps the usual hint where no other place can be found", async () => {
    const at = await live();
    at.fail(at.dataDir, "ENOSPC", "write");
    at.fail(at.path("tmp"), "ENOSPC", "write");
    const error = errorOf(await at.run("stop", "--json"));
    expect(error.hint).toMatch(/^free some space, or name another place with --data-dir/);
  });

  it("says beforehand when little is left", async () => {
    const at = await live();
    const { free } = at.host.fs;
    expect(await free(at.dataDir)).toBeGreaterThan(0);
    Object.assign(at.host.fs, { free: () => Promise.resolve(12 * 1024 * 1024) });
    const { exit, err } = await at.run("stop");
    expect(exit).toBe(0);
    expect(err).toMatch(/Only 12\.0 MiB are free where cases are kept/);
  });
});

describe("a disk that fills up half way", () => {
  it("with evidence: the gateway is stopped all the same, nothing is changed, and resume carries on", async () => {
    const at: Live = await live({
      secrets,
      processes: [gateway],
      sockets: [listening],
      answers: {
        ...answers,
        "incident.credential": () => {
          fillUp();
          return ["all"];
        },
      },
    });
    const folders = ["evidence", "archives"].map((name) =>
      join(at.dataDir, "cases", "20261121-1000-key-compromised", name),
    );
    const fillUp = (): void => folders.forEach((folder) => at.fail(folder, "ENOSPC", "write"));
    const before = await readFile(join(at.stateDir, "openclaw.json"), "utf8");
    const first = await at.run("key-compromised", "--json");
    const { steps } = told(first);
    expect(states(steps)).toMatchObject({
      "volatile/capture": "failed",
      "contain/stop-gateway": "done",
      "preserve/seal": "failed",
      "rotate/gateway-token": "skipped",
      "recover/start-gateway": "skipped",
      "report/write": "done",
    });
    expect(steps["preserve/seal"]?.reason).toMatch(
      /the disk is full \(make room in .* claw-ir resume 20261121-1000-key-compromised/,
    );
    expect(steps["rotate/gateway-token"]?.reason).toBe("not run because preserve/seal failed");
    expect(first.exit).toBe(1);
    expect(at.signals).toMatchObject([{ pid: 900, signal: "SIGTERM" }]);
    expect(await readFile(join(at.stateDir, "openclaw.json"), "utf8")).toBe(before);

    for (const folder of folders) at.heal(folder);
    const again = told(await at.run("resume", "--json"));
    expect(states(again.steps)).toMatchObject({
      "volatile/capture": "done",
      "contain/stop-gateway": "done",
      "preserve/seal": "done",
      "rotate/gateway-token": "done",
    });
    expect((await at.run("case", "verify", "--json")).exit).toBe(0);
  });

  it("so that even the journal cannot be written: nothing more is done, 1 and what to do", async () => {
    const at: Live = await live({
      processes: [gateway],
      sockets: [listening],
      answers: {
        ...answers,
        "incident.credential": () => {
          at.fail(join(at.dataDir, "cases"), "ENOSPC", "write");
          return ["all"];
        },
      },
    });
    const ran = await at.run("key-compromised", "--json");
    expect(ran.exit).toBe(1);
    expect(errorOf(ran)).toMatchObject({
      code: "disk-full",
      message: containing("no space left"),
      hint: containing("--data-dir"),
    });
    expect(at.signals).toEqual([]);
  });
});

describe("nothing installed but claw-ir", () => {
  it("no gpg, no systemctl, no docker: it captures, stops, seals, reads and rotates all the same", async () => {
    const at = await live({ secrets, processes: [gateway], sockets: [listening] });
    const { steps, out } = await play(at, "key-compromised");
    expect(states(steps)).toMatchObject({
      "volatile/discover": "done",
      "volatile/capture": "done",
      "contain/stop-gateway": "done",
      "preserve/seal": "done",
      "collect/all": "done",
      "rotate/gateway-token": "done",
      "rotate/devices": "done",
      "report/write": "done",
    });
    expect(at.ran.every(({ argv }) => argv[0] !== "gpg")).toBe(true);
    expect(linesOf(out).at(-1)?.["archives"]).toHaveLength(1);
  });

  it("a recipient that only gpg's keyring could know is told before anything is stopped", async () => {
    const at = await live({ processes: [gateway], sockets: [listening] });
    const ran = await at.run("stop", "--json", "--recipient", "0".repeat(40));
    expect(ran).toMatchObject({ exit: 1, out: "" });
    expect(errorOf(ran)).toMatchObject({ code: "no-such-key" });
    expect(at.signals).toEqual([]);
  });

  it("no git: the comparison is a blind spot, said as such, and in part where there is a repository", async () => {
    const git = {
      available: () => Promise.resolve(false),
      reader: () => Promise.reject(new Error("git is not installed")),
      commit: () => Promise.reject(new Error("git is not installed")),
    };
    const without = await live({ secrets, git });
    const none = await play(without, "key-compromised");
    expect(none.steps["analyse/baseline"]).toMatchObject({
      state: "skipped",
      reason: "git is not installed",
    });
    const report = await without.run("report");
    expect(report.out).toContain("git is not installed");

    const kept = await live({ secrets, git, files: { "~/.openclaw/.git/refs/heads/main": "0".repeat(40) } });
    const some = await play(kept, "key-compromised");
    expect(some.steps["analyse/baseline"]).toMatchObject({
      state: "partial",
      reason: matching(/^git is not installed.*\.openclaw .*is a repository/),
    });
    expect(some.exit).toBe(3);
  });

  it("no openclaw: the gateway is not started, and the command to do it by hand is said: 3", async () => {
    const at = await live({ secrets });
    const { exit, steps } = await play(at, "key-compromised");
    expect(exit).toBe(3);
    expect(steps["recover/start-gateway"]).toMatchObject({
      state: "failed",
      reason: matching(/^no openclaw program was found .* Start it by hand: openclaw gateway run$/),
    });
    expect(steps["recover/prove-gateway-token"]).toMatchObject({
      state: "skipped",
      reason: "the gateway was not started, so nothing can be asked",
    });
  });
});

describe("a gateway of another user", () => {
  it("on the port of this state is neither signalled nor called down: 3, and who can see it is said", async () => {
    const other = 4_000_000;
    const at = await live({
      ports: { 18789: false, 19411: true },
      processes: [fakeProcess({ pid: 900, uid: other, user: "mallory", comm: "openclaw-gatewa" })],
      sockets: [{ ...listening, uid: other, pids: [] }],
    });
    const { exit, steps, out } = await play(at, "stop");
    expect(exit).toBe(3);
    expect(at.signals).toEqual([]);
    expect(steps["contain/stop-gateway"]).toMatchObject({
      state: "partial",
      reason: matching(/^port 19411 is still open .*sudo/),
    });
    expect(linesOf(out).at(-1)).toMatchObject({ containedInMs: null });
    const people = await at.run("stop");
    expect(people.err).toContain(`port 19411 is held by a process of uid ${String(other)}`);
    expect(people.out).toContain("The gateway is NOT proven down: stop it by hand now.");
  });

  it("that may not be signalled is a failed stop: 1", async () => {
    const at = await live({ secrets, processes: [gateway], sockets: [listening], onSignal: () => "denied" });
    const { exit, steps } = await play(at, "key-compromised");
    expect(exit).toBe(1);
    expect(steps["contain/stop-gateway"]?.state).toBe("failed");
    // It is sealed while it runs, and nothing is written under it.
    expect(states(steps)).toMatchObject({
      "preserve/seal": "done",
      "rotate/gateway-token": "failed",
      "rotate/devices": "failed",
    });
    expect(steps["rotate/gateway-token"]?.reason).toMatch(
      /^the gateway runs \(pid 900\): stop it first with claw-ir stop, then claw-ir resume \d{8}-\d{4}-key-compromised$/,
    );
  });
});
