/** Backups on a fake live host, sealed to a key: what the tests of `backup` have in common. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateRecipient } from "../../src/preserve/index.ts";
import { diskHost } from "../archive/disk-host.ts";
import { live, type Live, type LiveOptions } from "./live.ts";
import type { Ran } from "./cli.ts";

export interface TestKey {
  readonly fingerprint: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

/** A key as old as the hills, because the fake hosts have a clock of their own. Opening by it costs no hashing. */
export async function oldKey(): Promise<TestKey> {
  const folder = await mkdtemp(join(tmpdir(), "claw-old-key-"));
  try {
    const made = await generateRecipient(
      diskHost({ now: new Date("2020-01-01T00:00:00Z") }),
      join(folder, "data"),
      {
        name: "evidence",
        privateOut: join(folder, "private.asc"),
        allowUnprotected: true,
      },
    );
    return {
      fingerprint: made.recipient.fingerprint,
      publicKey: await readFile(made.publicFile, "utf8"),
      privateKey: await readFile(made.privateFile, "utf8"),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

let shared: Promise<TestKey> | undefined;

export interface Made {
  readonly archive: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly createdAt: string;
  readonly files: number;
  readonly partial: readonly { readonly path: string; readonly reason: string }[];
  readonly verified: boolean;
}

export interface Setting extends Live {
  readonly backups: string;
  readonly key: TestKey;
  /** For --private-key. */
  readonly privateKey: string;
  /** `claw-ir backup …`. */
  readonly backup: (...argv: readonly string[]) => Promise<Ran>;
  /** Makes one, a day after the one before. */
  readonly make: (...argv: readonly string[]) => Promise<Made>;
  readonly status: () => Promise<Record<string, { readonly last?: object; readonly lastGood?: object }>>;
}

export async function setting(options: LiveOptions = {}): Promise<Setting> {
  shared ??= oldKey();
  const key = await shared;
  const at = await live(options);
  await at.put("data/keys/key.asc", key.publicKey);
  const privateKey = await at.put("private.asc", key.privateKey);
  const backup = (...argv: readonly string[]): Promise<Ran> => at.run("backup", ...argv);
  return {
    ...at,
    key,
    privateKey,
    backups: join(at.dataDir, "backups"),
    backup,
    make: async (...argv) => {
      await at.advance(86_400_000);
      const { exit, out, err } = await backup("create", "--json", ...argv);
      if (exit !== 0 && exit !== 3) throw new Error(err);
      return JSON.parse(out) as Made;
    },
    status: async () =>
      JSON.parse(await at.host.fs.readText(join(at.dataDir, "status.json"))) as Record<string, object>,
  };
}

/** A lock of a process that lives on another host. */
export async function lockedElsewhere({ dataDir }: Live): Promise<void> {
  const holder = { pid: 1, startTicks: 0, host: "other-host", at: "2026-11-21T10:00:00.000Z", nonce: "00" };
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeFile(join(dataDir, "backup.lock"), `${JSON.stringify(holder)}\n`);
}
