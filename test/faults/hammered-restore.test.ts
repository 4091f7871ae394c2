/** A state whose databases are written to without a pause: sealed and restored a hundred times, each restore is a committed state. */
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { findInstallation, resolveTarget } from "../../src/openclaw/index.ts";
import { backupPlan, createBackup } from "../../src/preserve/index.ts";
import { restoreToFolder } from "../../src/recover/restore/index.ts";
import { pass } from "../archive/sealing.ts";
import { hammer } from "../preserve/backup-writer.ts";
import { realHost, requestFor } from "./restore-request.ts";

const rounds = 100;

function folder(): string {
  const made = realpathSync(mkdtempSync(join(tmpdir(), "claw-hammered-")));
  onTestFinished(() => {
    rmSync(made, { recursive: true, force: true });
  });
  return made;
}

/** Rows of `journal`, which only ever grows; fails unless the database is whole and its balances add up. */
function rowsOf(path: string): number {
  expect([existsSync(`${path}-wal`), existsSync(`${path}-shm`)]).toEqual([false, false]);
  const db = new Database(path, { readonly: true });
  try {
    expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
    const balance = "SELECT (SELECT sum(value) FROM debit) + (SELECT sum(value) FROM credit)";
    expect(db.prepare(balance).pluck().get()).toBe(0);
    return Number(db.prepare("SELECT count(*) FROM journal").pluck().get());
  } finally {
    db.close();
  }
}

test(`${rounds} backups under writers, restored: integrity_check is ok, and the rows never get fewer`, async () => {
  const home = folder();
  const stateDir = join(home, ".openclaw");
  mkdirSync(join(stateDir, "state"), { recursive: true, mode: 0o700 });
  writeFileSync(join(stateDir, "openclaw.json"), "{}");
  const [wal, rollback] = [await hammer("wal", 2), await hammer("delete", 1)];
  onTestFinished(async () => {
    await wal.close();
    await rollback.close();
  });
  const host = realHost(home);
  onTestFinished(() => host.dispose());
  const live = [wal.path, rollback.path];
  // The writers' folders are a part of the state, as an agent's folder elsewhere is.
  const roots = [stateDir, wal.folder, rollback.folder].map((real) => ({ real, as: real }));
  const installation = await findInstallation(host, await resolveTarget(host));
  const archive = join(home, "backup.tar.zst.gpg");
  const target = join(home, "out");
  const rows: (readonly number[])[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const plan = await backupPlan(host, installation, join(home, "data"));
    const sealed = await createBackup(host, {
      ...{ dataDir: join(home, "data"), kind: "backup", outFile: archive, check: "ciphertext" },
      ...{ plan: { ...plan, roots }, lock: { recipients: [], passphrase: pass } },
    });
    expect(sealed.partial).toEqual([]);
    await restoreToFolder(host, await requestFor(host, home, archive), target);
    rows.push(live.map((path) => rowsOf(join(target, path))));
    for (const path of [archive, sealed.sidecar, target]) rmSync(path, { recursive: true });
  }
  for (const which of [0, 1]) {
    const counts = rows.map((each) => each[which] ?? 0);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBeGreaterThan(counts[0] ?? 0);
  }
});
