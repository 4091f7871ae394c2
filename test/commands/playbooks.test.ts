/** Each playbook on a mounted disk, as a script runs it: --json, --answers, a passphrase from a file. */
import { createHash } from "node:crypto";
import { lstat, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exits } from "../../src/model/errors.ts";
import { playbooks, type PlaybookId } from "../../src/playbooks/index.ts";
import { containing, disk, type Disk, linesOf, matching, type Ran, someText } from "./cli.ts";

/** What only some playbooks ask; a wrong id here would be an unanswered prompt there. */
const leaveIt = {
  "incident.credential": ["all"],
  "incident.device": "unknown",
  "incident.abuse": "exposure",
  "incident.since": "3d",
  "incident.responder": "the night shift",
  "seal.to": "passphrase",
  "rotate.items": "all",
  "target.change": false,
  "contain.stop": true,
  "cost.provider-total": "unknown",
  "recover.start": false,
};

async function play(at: Disk, id: string, answers: object, ...more: readonly string[]): Promise<Ran> {
  const file = await at.put("answers.json", JSON.stringify(answers));
  const passphrase = await at.put("passphrase", "FAKE passphrase of a test\n");
  return at.on(id, "--json", "--answers", file, "--passphrase-from", passphrase, ...more);
}

/** Every file of a folder with its hash: what was changed shows. */
async function fingerprints(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, name);
    if ((await lstat(path)).isFile())
      found[name] = createHash("sha256")
        .update(await readFile(path))
        .digest("hex");
  }
  return found;
}

const incidents: readonly PlaybookId[] = [
  "key-compromised",
  "token-compromised",
  "device-compromised",
  "cost-spike",
  "stop",
];

describe.each(incidents)("%s on a mounted disk", (id) => {
  it("seals and reads it, skips what acts on processes, and leaves it as it is", async () => {
    const at = await disk();
    const before = await fingerprints(at.stateDir);
    const { exit, out, err } = await play(at, id, leaveIt);
    const lines = linesOf(out);
    expect(err).toBe("");
    expect(await fingerprints(at.stateDir)).toEqual(before);

    const [first] = lines;
    expect(first).toEqual({ type: "case", id: someText, path: someText });
    const summary = lines.at(-1);
    expect(summary).toMatchObject({
      type: "summary",
      case: first?.["id"],
      exit,
      containedInMs: null,
      report: matching(/reports\/incident-.*\.md$/),
    });

    const ended = lines.filter(({ type, state }) => type === "step" && state !== "started");
    expect(ended.map((step) => step["id"])).toEqual(playbooks[id].steps.map((step) => step.id));
    expect(ended.map((step) => step["seq"])).toEqual(ended.map((_, index) => index + 1));
    for (const step of ended) {
      expect(Object.keys(step)).not.toContain("title");
      if (step["mutates"] === "host")
        expect(step).toMatchObject({
          state: "skipped",
          reason: containing("is examined, not the running host"),
        });
      if (step["mutates"] === "state" || step["mutates"] === "remote")
        expect(["declined", "skipped"]).toContain(step["state"]);
      if (step["state"] !== "done") expect(step["reason"]).toMatch(/\S/);
    }
    if (id !== "stop") {
      expect(ended.find((step) => step["id"] === "preserve/seal")).toMatchObject({ state: "done" });
      expect(summary?.["archives"]).toHaveLength(1);
    }
    // The secrets of the state are fake and known: none of them may stand in what a script logs.
    for (const secret of await fakeSecrets(at)) expect(out).not.toContain(secret);
    expect((await at.on("case", "verify")).exit).toBe(0);
  });
});

async function fakeSecrets(at: Disk): Promise<readonly string[]> {
  const config = await readFile(join(at.stateDir, "openclaw.json"), "utf8");
  const env = await readFile(join(at.stateDir, ".env"), "utf8").catch(() => "");
  const found = [...(config + env).matchAll(/[A-Za-z0-9_-]*FAKE[A-Za-z0-9_-]{6,}/g)].map(([text]) => text);
  const token = /"token":\s*"([^"]{20,})"/.exec(config)?.[1];
  expect(found.length).toBeGreaterThan(1);
  return [...found, ...(token === undefined ? [] : [token])].filter((text) => !/^[A-Z_]+$/.test(text));
}

describe("a mounted disk that may be changed", () => {
  it("gets a new gateway token and loses its devices, on an explicit yes", async () => {
    const at = await disk();
    const before = await fingerprints(at.stateDir);
    const { exit, out } = await play(at, "token-compromised", {
      ...leaveIt,
      "target.change": true,
      "devices.remove-all": true,
      "devices.switch-off-jobs": [],
      "allow-lists.remove": [],
      "devices.pair-again": [],
    });
    // Nothing could be proven without a running gateway.
    expect(exit).toBe(exits.partial);
    const steps = linesOf(out).filter(({ state }) => state !== "started");
    for (const id of ["rotate/gateway-token", "rotate/devices"])
      expect(steps.find((step) => step["id"] === id)).toMatchObject({ state: "done" });
    const after = await fingerprints(at.stateDir);
    expect(after["openclaw.json"]).not.toBe(before["openclaw.json"]);
    expect(after["state/openclaw.sqlite"]).not.toBe(before["state/openclaw.sqlite"]);
  });
});

describe("an unanswered question", () => {
  it("ends the run with exit 2, names the prompt, and resume carries on when it is answered", async () => {
    const at = await disk();
    // Null means "not answered here".
    const { exit, out, err } = await play(at, "token-compromised", {
      ...leaveIt,
      "incident.responder": null,
    });
    expect(exit).toBe(2);
    const { error } = JSON.parse(err) as { error: Record<string, string> };
    expect(error).toMatchObject({ code: "prompt-unanswered", exit: 2 });
    expect(error["message"]).toContain('"incident.responder"');
    expect(error["hint"]).toContain('{"incident.responder":');
    const lines = linesOf(out);
    expect(lines.at(-1)).toMatchObject({ id: "volatile/ask-incident", state: "failed" });

    const resumed = await play(at, "resume", leaveIt);
    expect(resumed.exit).toBe(0);
    const steps = linesOf(resumed.out).filter(({ type }) => type === "step");
    expect(steps.filter((step) => step["state"] === "failed")).toEqual([]);
    expect(linesOf(resumed.out)[0]?.["id"]).toBe(lines[0]?.["id"]);
    expect(JSON.parse((await at.on("case", "list", "--json")).out)).toHaveLength(1);
  });

  it("in the file of --answers: a value that is not allowed is named with those that are", async () => {
    const at = await disk();
    const { exit, err } = await play(at, "token-compromised", { ...leaveIt, "incident.abuse": "perhaps" });
    expect(exit).toBe(2);
    const { error } = JSON.parse(err) as { error: Record<string, string> };
    expect(error["code"]).toBe("answer-invalid");
    expect(error["message"]).toContain('allowed: "abuse", "exposure", "unknown"');
  });
});

describe("resume", () => {
  it("tells what an earlier run finished, and makes the report anew", async () => {
    const at = await disk();
    const first = linesOf((await play(at, "stop", leaveIt)).out);
    const { exit, out } = await play(at, "resume", leaveIt);
    expect(exit).toBe(0);
    const lines = linesOf(out);
    expect(lines[0]).toEqual(first[0]);
    const steps = lines.filter(({ type, state }) => type === "step" && state !== "started");
    expect(steps.map((step) => step["id"])).toEqual(playbooks.stop.steps.map((step) => step.id));
  });

  it("refuses another state than the case is about", async () => {
    const at = await disk();
    const other = await disk();
    await play(at, "stop", leaveIt);
    const { exit, err } = await at.run(
      "resume",
      "--json",
      ...["--root", other.root, "--home", "/home/claw", "--data-dir", at.dataDir],
    );
    expect(exit).toBe(2);
    expect(JSON.parse(err)).toMatchObject({ error: { code: "other-target" } });
  });

  it("is what --case means to a playbook, if the case is one of its own", async () => {
    const at = await disk();
    const [first] = linesOf((await play(at, "stop", leaveIt)).out);
    const id = String(first?.["id"]);
    const again = await play(at, "stop", leaveIt, "--case", id);
    expect(linesOf(again.out)[0]?.["id"]).toBe(id);
    const foreign = await play(at, "cost-spike", leaveIt, "--case", id);
    expect(foreign.exit).toBe(2);
    expect(JSON.parse(foreign.err)).toMatchObject({ error: { code: "not-resumable" } });
  });
});

describe("a dry run", () => {
  it.each(incidents)("of %s changes nothing at all", async (id) => {
    const at = await disk();
    const before = await fingerprints(at.root);
    const { exit, out, err } = await at.on(id, "--json", "--dry-run");
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    expect(linesOf(out)).toHaveLength(playbooks[id].steps.length + 2);
    expect(await fingerprints(at.root)).toEqual(before);
    await expect(readdir(at.dataDir)).rejects.toThrow("ENOENT");
  });
});

describe("a budget", () => {
  it("that is used up ends in order with exit 3, and the case can be carried on", async () => {
    const at = await disk();
    await writeFile(join(at.stateDir, "padding"), Buffer.alloc(1024 * 1024));
    const { exit, err, out } = await play(at, "stop", leaveIt, "--budget", "0.001");
    expect(exit).toBe(3);
    expect(JSON.parse(err)).toMatchObject({ error: { code: "budget-used-up", exit: 3 } });
    const last = linesOf(out).at(-1);
    if (last !== undefined) expect(last["state"] ?? last["type"]).toMatch(/failed|case/);
    const list = JSON.parse((await at.on("case", "list", "--json")).out) as { locked: boolean }[];
    expect(list.every(({ locked }) => !locked)).toBe(true);
  });
});
