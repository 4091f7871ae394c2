/** claw-ir restore on the real state: what comes back, and that nothing comes back which a later case ended. */
import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { containing, disk, type Disk, matching, type Ran } from "./cli.ts";
import { passphrase, sealState } from "./sealed-state.ts";

async function restore(at: Disk, archive: string, ...more: readonly string[]): Promise<Ran> {
  return at.on(
    "restore",
    archive,
    "--passphrase-from",
    await at.put("passphrase", `${passphrase}\n`),
    ...more,
  );
}

interface Told {
  readonly files: number;
  readonly revocations: readonly { readonly what: string; readonly state: string; readonly detail: string }[];
  readonly switchedOff: readonly { readonly what: string; readonly inverse: string }[];
  readonly relink: readonly string[];
  readonly gaps: readonly string[];
}

function rowsOf(stateDir: string, sql: string): readonly unknown[] {
  const db = new Database(join(stateDir, "state", "openclaw.sqlite"), { readonly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}

async function configOf(stateDir: string): Promise<Record<string, Record<string, unknown>>> {
  return JSON.parse(await readFile(join(stateDir, "openclaw.json"), "utf8")) as Record<
    string,
    Record<string, unknown>
  >;
}

function tokenOf(config: Record<string, Record<string, unknown>>): unknown {
  return (config["gateway"]?.["auth"] as Record<string, unknown> | undefined)?.["token"];
}

const night = {
  "incident.credential": ["all"],
  "incident.device": "unknown",
  "incident.abuse": "exposure",
  "incident.since": "3d",
  "incident.responder": "the night shift",
  "seal.to": "passphrase",
  "rotate.items": "all",
  "target.change": true,
  "recover.start": false,
  "devices.remove-all": true,
  "devices.switch-off-jobs": "all",
  "allow-lists.remove": "all",
  "devices.pair-again": [],
  "cost.provider-total": "unknown",
};

async function play(at: Disk, id: string, answers: object, ...more: readonly string[]): Promise<Ran> {
  const file = await at.put("answers.json", JSON.stringify(answers));
  const secret = await at.put("passphrase", `${passphrase}\n`);
  return at.on(id, "--json", "--answers", file, "--passphrase-from", secret, ...more);
}

describe("into a folder", () => {
  it("brings everything back, switches off what acts by itself, and says what was done", async () => {
    const at = await disk();
    const sealed = await sealState(at);
    const target = join(dirname(at.root), "restored");
    const { exit, out, err } = await restore(at, sealed.archive, "--target", target, "--json");
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    const told = JSON.parse(out) as Told;
    expect(told).toMatchObject({ files: sealed.files, revocations: [], gaps: [], target, inPlace: false });
    expect(told.switchedOff.map(({ what }) => what)).toContain("cron scheduler");
    expect(told.relink.join()).toContain("paired again");
    const state = join(target, "home/claw/.openclaw");
    expect((await configOf(state))["cron"]).toMatchObject({ enabled: false });
    expect(tokenOf(await configOf(state))).toBe(tokenOf(await configOf(at.stateDir)));
    expect((await stat(join(state, "openclaw.json"))).mode & 0o777).toBe(0o600);
    expect(await readdir(dirname(at.root))).not.toContainEqual(containing(".claw-ir-restore-"));
    for (const secret of [passphrase, String(tokenOf(await configOf(state)))])
      expect(out).not.toContain(secret);
  });

  it("--as-is leaves cron, hooks and channels alone, and says so", async () => {
    const at = await disk();
    const { archive } = await sealState(at);
    const target = join(dirname(at.root), "restored");
    const { exit, out } = await restore(at, archive, "--target", target, "--as-is");
    expect(exit).toBe(0);
    expect(out).toContain("left as they were (--as-is)");
    const state = join(target, "home/claw/.openclaw");
    expect(await readFile(join(state, "openclaw.json"))).toEqual(
      await readFile(join(at.stateDir, "openclaw.json")),
    );
  });

  it("--only takes some paths, and names near ones for a path that is not there", async () => {
    const at = await disk();
    const { archive } = await sealState(at);
    const target = join(dirname(at.root), "some");
    const done = await restore(
      at,
      archive,
      "--target",
      target,
      "--only",
      "/home/claw/.openclaw/openclaw.json",
      "--as-is",
    );
    expect(done.exit).toBe(0);
    expect(await readdir(join(target, "home/claw/.openclaw"))).toEqual(["openclaw.json"]);
    const wrong = await restore(
      at,
      archive,
      "--target",
      `${target}-2`,
      "--only",
      "/home/claw/openclaw.json",
      "--json",
    );
    expect(wrong.exit).toBe(10);
    expect(JSON.parse(wrong.err)).toMatchObject({
      error: { code: "not-in-archive", hint: containing("/home/claw/.openclaw/openclaw.json") },
    });
    await expect(stat(`${target}-2`)).rejects.toThrow("ENOENT");
  });

  it("a dry run verifies and writes nothing", async () => {
    const at = await disk();
    const { archive, files } = await sealState(at);
    const target = join(dirname(at.root), "restored");
    const before = await readdir(dirname(at.root));
    const { exit, out } = await restore(at, archive, "--target", target, "--dry-run", "--json");
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ dryRun: true, files, target });
    expect((await readdir(dirname(at.root))).filter((name) => !before.includes(name))).toEqual([
      "passphrase",
    ]);
    const told = (await restore(at, archive, "--target", target, "--dry-run")).out;
    expect(told).toContain("No case since it was made has revoked anything");
    expect(told).not.toContain("this is what would be revoked");
  });

  it("refuses a place that is taken, one in the live state, no place at all, and a wrong passphrase", async () => {
    const at = await disk();
    const { archive } = await sealState(at);
    const refused = async (...more: readonly string[]): Promise<unknown> => {
      const { exit, err } = await restore(at, archive, ...more, "--json");
      return [exit, (JSON.parse(err) as { error: { code: string } }).error.code];
    };
    expect(await refused("--target", at.root)).toEqual([2, "target-not-empty"]);
    expect(await refused("--target", join(at.stateDir, "new"))).toEqual([2, "target-in-state"]);
    expect(await refused()).toEqual([2, "no-target"]);
    expect(await refused("--in-place", "--target", "x")).toEqual([2, "no-target"]);
    expect(await refused("--in-place")).toEqual([2, "not-live"]);
    expect(await refused("--target", join(at.root, "a/b/c"))).toEqual([2, "no-target-folder"]);
    const wrong = await at.put("wrong", "something else FAKE\n");
    const target = join(dirname(at.root), "restored");
    const { exit } = await at.on("restore", archive, "--target", target, "--passphrase-from", wrong);
    expect(exit).toBe(12);
    const none = await restore(at, join(dirname(archive), "none"), "--target", target, "--json");
    expect([none.exit, JSON.parse(none.err)]).toEqual([10, { error: matchingCode("no-archive") }]);
    await expect(stat(target)).rejects.toThrow("ENOENT");
  });

  it("a flipped bit leaves nothing behind", async () => {
    const at = await disk();
    const { archive } = await sealState(at);
    const bytes = await readFile(archive);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    await writeFile(archive, bytes);
    const before = await readdir(dirname(at.root));
    const { exit } = await restore(at, archive, "--target", join(dirname(at.root), "restored"));
    expect(exit).toBe(5);
    expect((await readdir(dirname(at.root))).filter((name) => !before.includes(name))).toEqual([
      "passphrase",
    ]);
  });
});

function matchingCode(code: string): unknown {
  return expect.objectContaining({ code });
}

describe("an archive that is older than a case", () => {
  it("does not bring back the token, the devices and the jobs that the case ended", async () => {
    const at = await disk();
    const oldToken = tokenOf(await configOf(at.stateDir));
    const devices = rowsOf(at.stateDir, "SELECT device_id FROM device_pairing_paired");
    expect(devices.length).toBeGreaterThan(0);
    const { archive } = await sealState(at);
    const incident = await play(at, "token-compromised", night);
    expect(incident.exit).toBe(3);

    const target = join(dirname(at.root), "restored");
    const { exit, out, err } = await restore(at, archive, "--target", target, "--json");
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    const told = JSON.parse(out) as Told;
    const state = join(target, "home/claw/.openclaw");
    expect(rowsOf(state, "SELECT device_id FROM device_pairing_paired")).toEqual([]);
    expect(rowsOf(state, "SELECT request_id FROM device_pairing_pending")).toEqual([]);
    expect(told.revocations.filter(({ what }) => what.startsWith("device "))).toHaveLength(devices.length);
    const token = String(tokenOf(await configOf(state)));
    expect(token).not.toBe(oldToken);
    // A folder is no place for the values that are in force.
    expect(token).not.toBe(tokenOf(await configOf(at.stateDir)));
    expect(told.revocations).toContainEqual(
      expect.objectContaining({
        what: "gateway token",
        state: "replaced",
        detail: containing("openclaw.json"),
      }),
    );
    expect(out).not.toContain(token);
    expect(out).not.toContain(oldToken);
    expect((await readFile(join(state, "openclaw.json"), "utf8")).includes(String(oldToken))).toBe(false);
  });

  it("as evidence of the case itself brings back neither, and tells a replaced key as dead", async () => {
    const at = await disk();
    const key = await at.put("key", "sk-ant-api03-NEW-FAKE-NEW-FAKE-NEW-FAKE-2222222222222222222222\n");
    const answers = {
      ...night,
      "rotate.items": ["anthropic/anthropic:manual"],
      "revoked.anthropic/anthropic:manual": true,
      "probe.anthropic/anthropic:manual": false,
    };
    const incident = await play(
      at,
      "key-compromised",
      answers,
      "--secret-from",
      `anthropic/anthropic:manual=${key}`,
    );
    expect(incident.exit).toBe(3);
    const [id = ""] = await readdir(join(at.dataDir, "cases"));
    const archives = join(at.dataDir, "cases", id, "archives");
    const name = (await readdir(archives)).find((one) => one.endsWith(".gpg")) ?? "";
    const archive = join(archives, name);
    const target = join(dirname(at.root), "restored");
    const { exit, out, err } = await restore(at, archive, "--target", target, "--json");
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    const told = JSON.parse(out) as Told;
    expect(told.revocations).toContainEqual(
      expect.objectContaining({
        what: matching(/Anthropic/),
        state: "dead",
        detail: containing("put the new one in at"),
      }),
    );
    expect(out).not.toContain("FAKE-NEW-FAKE");
  });

  it("whose case cannot be read is restored in part, and says so", async () => {
    const at = await disk();
    const { archive } = await sealState(at);
    await play(at, "stop", night);
    const [id = ""] = await readdir(join(at.dataDir, "cases"));
    await writeFile(join(at.dataDir, "cases", id, "case.sqlite"), "no database");
    const target = join(dirname(at.root), "restored");
    const { exit, out } = await restore(at, archive, "--target", target, "--json");
    expect(exit).toBe(3);
    expect((JSON.parse(out) as Told).gaps).toEqual([containing(`Case ${id} could not be relied on`)]);
  });
});
