/** claw-ir restore --in-place on a live host: the gateway down, the word typed, the old state kept, nothing revoked back. */
import { chmod, mkdir, readFile, readdir, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { sealArchive, type SealRequest } from "../../src/archive/index.ts";
import { Secret } from "../../src/model/secret.ts";
import { diskHost } from "../archive/disk-host.ts";
import { fakeProcess, fakeSocket } from "../support/fake-host.ts";
import { containing, matching, type Ran } from "./cli.ts";
import { live, type Live, type LiveOptions } from "./live.ts";

const passphrase = "FAKE passphrase of a test";
const uid = process.getuid?.() ?? 0;
const aside = /\.openclaw\.before-restore-\d{8}T\d{6}Z$/;

async function host(options: LiveOptions = {}): Promise<Live> {
  return live({
    ...options,
    secrets: { "open.passphrase": passphrase, "seal.passphrase": passphrase, ...options.secrets },
    answers: { "restore.in-place": ".openclaw", ...options.answers },
  });
}

async function sealState(at: Live, more: Partial<SealRequest> = {}): Promise<string> {
  const { stateDir, home } = at;
  const { archive } = await sealArchive(diskHost({ now: new Date("2026-11-21T09:00:00Z") }), {
    kind: "backup",
    roots: [{ real: stateDir, as: stateDir }],
    outFile: join(at.root, "backup.tar.zst.gpg"),
    recipients: [],
    passphrase: new Secret(passphrase),
    meta: {
      hostname: "claw",
      tool: "claw-ir 0.0.0",
      about: { home, stateDir, configPath: join(stateDir, "openclaw.json"), roots: [stateDir.slice(1)] },
    },
    ...more,
  });
  return archive;
}

function restore(at: Live, archive: string, ...more: readonly string[]): Promise<Ran> {
  return at.run("restore", archive, "--in-place", "--json", ...more);
}

async function tokenOf(stateDir: string): Promise<string> {
  const text = await readFile(join(stateDir, "openclaw.json"), "utf8");
  return /"token":\s*"([^"]{20,})"/.exec(text)?.[1] ?? "";
}

function devicesOf(stateDir: string): readonly unknown[] {
  const db = new Database(join(stateDir, "state", "openclaw.sqlite"), { readonly: true });
  try {
    return db.prepare("SELECT device_id FROM device_pairing_paired").all();
  } finally {
    db.close();
  }
}

const night = {
  "incident.abuse": "exposure",
  "incident.since": "3d",
  "incident.responder": "the night shift",
  "seal.to": "passphrase",
  "rotate.items": "all",
  "devices.remove-all": true,
  "devices.switch-off-jobs": "all",
  "allow-lists.remove": "all",
  "devices.pair-again": [],
  "recover.start": false,
};

const codeOf = ({ err }: Ran): string => (JSON.parse(err) as { error: { code: string } }).error.code;

describe("in place", () => {
  it("swaps the state, keeps the old one aside, and leaves nothing else", async () => {
    const at = await host();
    const archive = await sealState(at);
    await writeFile(join(at.stateDir, "made-later"), "x");
    await writeFile(join(at.stateDir, "openclaw.json"), "{ broken by hand");
    const { exit, out, err } = await restore(at, archive);
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    expect(JSON.parse(out)).toMatchObject({
      inPlace: true,
      target: at.stateDir,
      keptAside: [matching(aside)],
    });
    expect(await tokenOf(at.stateDir)).not.toBe("");
    await expect(stat(join(at.stateDir, "made-later"))).rejects.toThrow("ENOENT");
    const names = (await readdir(at.home)).filter((name) => name.startsWith(".openclaw"));
    expect(names).toEqual([".openclaw", matching(aside)]);
    const kept = join(at.home, names[1] ?? "");
    expect(await readFile(join(kept, "openclaw.json"), "utf8")).toBe("{ broken by hand");
    expect((await stat(at.stateDir)).mode & 0o777).toBe(0o700);
    expect(at.questions.find(({ id }) => id === "restore.in-place")).toBeDefined();
  });

  it("brings a lost state back", async () => {
    const at = await host();
    const archive = await sealState(at);
    await diskHost().fs.rename(at.stateDir, `${at.stateDir}-lost`);
    const { exit, out } = await restore(at, archive);
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ keptAside: [] });
    expect(await tokenOf(at.stateDir)).not.toBe("");
  });

  it("is refused while the gateway runs, and nothing is asked", async () => {
    const at = await host({
      processes: [
        fakeProcess({ pid: 900, uid, comm: "openclaw-gatewa", argv: ["openclaw-gateway"], environ: [] }),
      ],
      sockets: [fakeSocket({ localPort: 19411, uid, pids: [900] })],
    });
    const ran = await restore(at, await sealState(at));
    expect(ran.exit).toBe(1);
    expect(JSON.parse(ran.err)).toMatchObject({
      error: { code: "gateway-runs", hint: containing("claw-ir stop") },
    });
    expect(at.asked()).not.toContain("restore.in-place");
  });

  it("is refused where a gateway comes back while it works", async () => {
    const gateway = fakeProcess({
      pid: 901,
      uid,
      comm: "openclaw-gatewa",
      argv: ["openclaw-gateway"],
      environ: [],
    });
    const at: Live = await host({
      answers: {
        "restore.in-place": () => {
          at.processes.push(gateway);
          at.sockets.push(fakeSocket({ localPort: 19411, uid, pids: [901] }));
          return "restore";
        },
      },
    });
    const before = await readdir(at.home);
    const token = await tokenOf(at.stateDir);
    const ran = await restore(at, await sealState(at));
    expect([ran.exit, codeOf(ran)]).toEqual([1, "gateway-runs"]);
    expect(await readdir(at.home)).toEqual(before);
    expect(await tokenOf(at.stateDir)).toBe(token);
  });

  it("takes no other word, and --yes is none", async () => {
    const at = await host({ answers: { "restore.in-place": "yes" } });
    const archive = await sealState(at);
    const ran = await restore(at, archive, "--yes");
    expect(ran.exit).toBe(2);
    expect((await readdir(at.home)).filter((name) => name.startsWith(".openclaw"))).toEqual([".openclaw"]);
  });

  it("takes over the token in force and does not bring back a removed device", async () => {
    const at = await host({ answers: night });
    const archive = await sealState(at);
    const before = await tokenOf(at.stateDir);
    expect(devicesOf(at.stateDir).length).toBeGreaterThan(0);
    expect((await at.run("token-compromised", "--json", "--yes")).exit).toBe(3);
    const inForce = await tokenOf(at.stateDir);
    expect(inForce).not.toBe(before);
    const { exit, out, err } = await restore(at, archive);
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    expect(await tokenOf(at.stateDir)).toBe(inForce);
    expect(devicesOf(at.stateDir)).toEqual([]);
    expect(JSON.parse(out)).toMatchObject({
      revocations: expect.arrayContaining([
        expect.objectContaining({
          what: "gateway token",
          detail: containing("the one in force was taken over"),
        }),
      ]) as unknown,
    });
    expect(out).not.toContain(inForce);
    expect(out).not.toContain(before);
  });

  it("is refused where something revoked would live again; into a folder it is done in part", async () => {
    const at = await host({ answers: night });
    const trigger = (sql: string): void => {
      const db = new Database(join(at.stateDir, "state", "openclaw.sqlite"));
      db.exec(sql);
      db.close();
    };
    trigger("CREATE TRIGGER undo AFTER DELETE ON device_pairing_paired BEGIN SELECT 1; END");
    const archive = await sealState(at);
    trigger("DROP TRIGGER undo");
    expect((await at.run("token-compromised", "--json", "--yes")).exit).toBe(3);
    const inForce = await tokenOf(at.stateDir);
    const before = await readdir(at.home);
    const ran = await restore(at, archive);
    expect([ran.exit, codeOf(ran)]).toEqual([1, "revocation-failed"]);
    expect(await readdir(at.home)).toEqual(before);
    expect(await tokenOf(at.stateDir)).toBe(inForce);
    const { exit, out } = await at.run("restore", archive, "--target", at.path("out"), "--json");
    expect(exit).toBe(3);
    expect((JSON.parse(out) as { gaps: string[] }).gaps.join()).toContain("NOT revoked: removed devices");
  });

  it("finishes one that was killed between its renames, says so, and does nothing else", async () => {
    const at = await host();
    const archive = await sealState(at);
    const kept = `${at.stateDir}.before-restore-20261121T095900Z`;
    const from = `${at.stateDir}.claw-ir-restore-aBcDeF/tree/state`;
    await mkdir(from, { recursive: true });
    await writeFile(join(from, "restored"), "x");
    await diskHost().fs.rename(at.stateDir, kept);
    const journal = {
      archive,
      at: "2026-11-21T09:59:00.000Z",
      moves: [{ from, to: at.stateDir, aside: kept }],
    };
    await writeFile(
      `${at.stateDir}.claw-ir-restore.json`,
      JSON.stringify({ format: "claw-ir-swap-1", ...journal }),
    );
    const { exit, out } = await restore(at, archive);
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toEqual({ finished: { archive, at: journal.at, keptAside: [kept] } });
    expect(await readdir(at.stateDir)).toEqual(["restored"]);
    expect(at.asked()).not.toContain("restore.in-place");
    // The next one goes its usual way.
    expect((await restore(at, archive)).exit).toBe(0);
    expect(await tokenOf(at.stateDir)).not.toBe("");
  });

  it("warns that evidence brings the compromised state back", async () => {
    const at = await host();
    const { exit, out } = await restore(at, await sealState(at, { kind: "evidence" }));
    expect(exit).toBe(0);
    expect((JSON.parse(out) as { notes: string[] }).notes[0]).toContain("brings the compromised state back");
    const asked = at.questions.find(({ id }) => id === "restore.in-place");
    expect(asked?.message).toContain("brings the compromised state back");
  });

  it("--only swaps those paths alone, and no old log is replayed into a restored database", async () => {
    const at = await host();
    const archive = await sealState(at);
    const database = join(at.stateDir, "state", "openclaw.sqlite");
    await writeFile(`${database}-wal`, "a log of the other database");
    await writeFile(join(at.stateDir, "made-later"), "x");
    const { exit, out } = await restore(at, archive, "--only", database, "--as-is");
    expect(exit).toBe(0);
    const { keptAside } = JSON.parse(out) as { keptAside: string[] };
    expect(keptAside.map((path) => path.split("/").at(-1))).toEqual(
      expect.arrayContaining(["openclaw.sqlite", "openclaw.sqlite-wal"]),
    );
    expect(keptAside.every((path) => path.includes(".openclaw.before-restore-"))).toBe(true);
    expect(await readFile(join(at.stateDir, "made-later"), "utf8")).toBe("x");
    expect(devicesOf(at.stateDir).length).toBeGreaterThan(0);
    const foreign = await restore(at, archive, "--only", join(at.home, ".ssh"));
    expect(foreign.exit).toBe(10);
  });

  it("never touches files of the host that only the evidence holds", async () => {
    const at = await host();
    const ssh = join(at.home, ".ssh");
    await mkdir(ssh, { mode: 0o700 });
    await writeFile(join(ssh, "authorized_keys"), "planted");
    const roots = [at.stateDir, ssh].map((real) => ({ real, as: real }));
    const archive = await sealState(at, { roots, kind: "evidence" });
    await writeFile(join(ssh, "authorized_keys"), "cleaned");
    expect((await restore(at, archive)).exit).toBe(0);
    expect(await readFile(join(ssh, "authorized_keys"), "utf8")).toBe("cleaned");
    const named = await restore(at, archive, "--only", join(ssh, "authorized_keys"));
    expect([named.exit, codeOf(named)]).toEqual([2, "not-openclaw"]);
  });

  it("swaps a workspace outside the state as well, each beside itself", async () => {
    const at = await host();
    const work = join(at.home, "work");
    await mkdir(work, { mode: 0o700 });
    await writeFile(join(work, "SOUL.md"), "good");
    const roots = [at.stateDir, work].map((real) => ({ real, as: real }));
    const about = { home: at.home, stateDir: at.stateDir, roots: roots.map(({ as }) => as.slice(1)) };
    const archive = await sealState(at, { roots, meta: { hostname: "claw", tool: "claw-ir 0.0.0", about } });
    await writeFile(join(work, "SOUL.md"), "poisoned");
    const { exit, out } = await restore(at, archive);
    expect(exit).toBe(0);
    expect(await readFile(join(work, "SOUL.md"), "utf8")).toBe("good");
    const { keptAside } = JSON.parse(out) as { keptAside: readonly string[] };
    expect(keptAside).toEqual([matching(aside), matching(/\/work\.before-restore-\d{8}T\d{6}Z$/)]);
    expect(await readFile(join(keptAside[1] ?? "", "SOUL.md"), "utf8")).toBe("poisoned");
  });

  it("follows a state folder that is a link to where the state lies", async () => {
    const at = await host();
    const data = join(at.root, "data-disk");
    await diskHost().fs.rename(at.stateDir, data);
    await symlink(data, at.stateDir);
    const roots = [at.stateDir, data].map((real) => ({ real, as: real }));
    const about = { home: at.home, stateDir: at.stateDir, roots: roots.map(({ as }) => as.slice(1)) };
    const archive = await sealState(at, { roots, meta: { hostname: "claw", tool: "claw-ir 0.0.0", about } });
    await writeFile(join(data, "made-later"), "x");
    const { exit, err } = await restore(at, archive);
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    expect(await readlink(at.stateDir)).toBe(data);
    expect(await readdir(data)).not.toContain("made-later");
    expect(await tokenOf(at.stateDir)).not.toBe("");
  });

  it("refuses the state of another place", async () => {
    const at = await host();
    const archive = await sealState(at, {
      meta: { hostname: "b", tool: "claw-ir 0.0.0", about: { stateDir: "/home/other/.openclaw" } },
    });
    const ran = await restore(at, archive);
    expect([ran.exit, codeOf(ran)]).toEqual([1, "other-state"]);
  });

  it("a dry run asks nothing and changes nothing", async () => {
    const at = await host();
    const archive = await sealState(at);
    const written = at.written.length;
    const { exit, out } = await restore(at, archive, "--dry-run");
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ dryRun: true, inPlace: true });
    expect(at.asked()).not.toContain("restore.in-place");
    // What it reads of databases it reads from copies.
    expect(at.written.slice(written).filter((path) => !path.startsWith(at.path("tmp")))).toEqual([]);
  });

  it("a disk that is full leaves everything as it was", async () => {
    const at = await host();
    const archive = await sealState(at);
    const before = await readdir(at.home);
    const tree = at.host.fs.tree;
    Object.assign(at.host.fs, {
      tree: (folder: string) => ({
        ...tree(folder),
        file: () => {
          throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
        },
      }),
    });
    const ran = await restore(at, archive);
    expect([ran.exit, codeOf(ran)]).toEqual([1, "cannot-restore"]);
    expect(await readdir(at.home)).toEqual(before);
  });

  it("restores folders that forbid their owner to write", async () => {
    const at = await host();
    const shut = join(at.stateDir, "shut");
    await mkdir(shut);
    await writeFile(join(shut, "in"), "x");
    await chmod(shut, 0o500);
    const { exit } = await restore(at, await sealState(at));
    expect(exit).toBe(0);
    expect((await stat(shut)).mode & 0o777).toBe(0o500);
  });
});
