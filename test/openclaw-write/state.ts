/** A real state folder, of 2026.9.6 or older, unpacked into a fake host's home: every test writes to a copy of its own. */
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { x } from "tar";
import { findInstallation, resolveTarget } from "../../src/openclaw/index.ts";
import type { Installation } from "../../src/openclaw/types.ts";
import type { Secret, SecretMark } from "../../src/model/secret.ts";
import { fakeHost } from "../support/fake-host.ts";
import type { FakeHost, FakeHostOptions } from "../support/fake-host.ts";

export type Release = "2026.2.26" | "2026.6.11" | "2026.9.6";

function archive(release: Release): string {
  return fileURLToPath(new URL(`../fixtures/states/state-${release}.tar.gz`, import.meta.url));
}

export interface StateHost extends FakeHost {
  readonly installation: Installation;
  /** Rows of the state database as they are on disk now. */
  readonly rows: (sql: string) => readonly Record<string, unknown>[];
  /** Changes the database behind claw-ir's back. */
  readonly plant: (sql: string) => void;
  readonly again: () => Promise<Installation>;
}

export async function stateHost(
  options: FakeHostOptions = {},
  release: Release = "2026.9.6",
): Promise<StateHost> {
  const fake = await fakeHost(options);
  await x({ file: archive(release), cwd: fake.home, preserveOwner: false });
  const again = async (): Promise<Installation> =>
    await findInstallation(fake.host, await resolveTarget(fake.host, { home: fake.home }));
  const database = fake.path("~/.openclaw/state/openclaw.sqlite");
  const withDb = <T>(work: (db: Database.Database) => T): T => {
    const db = new Database(database);
    try {
      return work(db);
    } finally {
      db.close();
    }
  };
  return {
    ...fake,
    installation: await again(),
    again,
    rows: (sql) => withDb((db) => db.prepare<[], Record<string, unknown>>(sql).all()),
    plant: (sql) => withDb((db) => db.exec(sql)),
  };
}

export const mark = (secret: Secret): SecretMark => secret.mark(new Uint8Array(32));
