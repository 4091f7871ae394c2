/**
 * `restic:SNAPSHOT` in place of an archive. The snapshot is restored into a private folder, compared with its manifest, and
 * sealed into an archive that only this run can open, so that restore and drill do with it whatever they do with an archive.
 */
import { join } from "node:path";
import { sealArchive, type Unlock } from "../archive/index.ts";
import type { Host } from "../host/host.ts";
import { ClawError } from "../model/errors.ts";
import { str, strings, type Dict } from "../model/json.ts";
import { Secret } from "../model/secret.ts";
import { shown } from "../model/text.ts";
import {
  checkRestored,
  type CheckedFiles,
  resticScratch,
  type ResticRestored,
  restoreFromRestic,
} from "../preserve/offsite/index.ts";
import { archiveFile } from "./archive-name.ts";
import { repositoryOf, type AfterOptions } from "./backup/after-options.ts";
import type { Scene } from "./incident.ts";
import { unlockFor, type UnlockOptions } from "./unlock.ts";

export type ArchiveOptions = UnlockOptions & Pick<AfterOptions, "repository" | "resticPasswordFile">;

/** The snapshot's name behind "restic:"; undefined for the path of an archive. */
export function snapshotIn(archive: string | undefined): string | undefined {
  return archive === undefined ? undefined : /^restic:(.+)$/.exec(archive)?.[1];
}

/**
 * Hands `work` an archive's file and what opens it, and for a snapshot what to call it. What was made for it is gone
 * afterwards, whatever happens.
 */
export async function withArchive<T>(
  at: Pick<Scene, "host" | "dataDir">,
  options: ArchiveOptions,
  archive: string,
  work: (file: string, unlock: () => Promise<Unlock>, name?: string) => Promise<T>,
): Promise<T> {
  const { host, dataDir } = at;
  const snapshot = snapshotIn(archive);
  if (snapshot === undefined) {
    const file = await archiveFile(host, dataDir, archive);
    return work(file, () => unlockFor(host, options, file));
  }
  const repository = repositoryOf({ ...options, via: "restic" });
  if (repository === undefined) throw new TypeError("restic without a repository");
  const scratch = await resticScratch(host, dataDir);
  try {
    const into = join(scratch, "tree");
    await host.fs.mkdir(into, { mode: 0o700 });
    const restored = await restoreFromRestic(host, { ...repository, snapshot, into });
    checkWhole(await checkRestored(host, into, restored.lines));
    const { file, passphrase } = await sealAgain(at, restored, scratch);
    return await work(
      file,
      () => Promise.resolve({ passphrase }),
      `restic:${restored.snapshot.id.slice(0, 8)}`,
    );
  } finally {
    await host.fs.removeScratch(scratch);
  }
}

function checkWhole({ missing, different, expected }: CheckedFiles): void {
  const [first] = [...missing, ...different];
  if (first === undefined) return;
  throw new ClawError(
    `the snapshot is not whole: ${missing.length} of ${expected} files are missing and ${different.length} are others, such as ${shown(first)}`,
    {
      exit: "tampered",
      code: "bad-snapshot",
      hint: "restic check --read-data says whether the repository is damaged",
    },
  );
}

async function sealAgain(
  { host }: Pick<Scene, "host">,
  { snapshot, end }: ResticRestored,
  scratch: string,
): Promise<{ readonly file: string; readonly passphrase: Secret }> {
  const into = join(scratch, "tree");
  const passphrase = new Secret(Buffer.from(host.random(32)).toString("hex"));
  const named = strings(end["roots"]);
  const names = named.length > 0 ? named : (await host.fs.list(into)).map(({ name }) => name);
  const roots = names.map((name) => ({ real: join(into, name), as: `/${name}` }));
  const file = join(scratch, `restic-${snapshot.id.slice(0, 8)}.tar.zst.gpg`);
  await sealArchive(dated(host, savedAt(snapshot.createdAt, end)), {
    kind: "backup",
    roots,
    outFile: file,
    recipients: [],
    passphrase,
    level: 1,
    check: "ciphertext",
    meta: { hostname: snapshot.host, tool: `claw-ir ${host.facts.version}`, about: aboutOf(end) },
  });
  return { file, passphrase };
}

/** When reading the state began: what was revoked after that must not come back to life. */
function savedAt(snapshotAt: string, end: Dict): Date {
  const stagedAt = Date.parse(str(end["stagedAt"]) ?? "");
  return new Date(Math.min(Date.parse(snapshotAt), Number.isNaN(stagedAt) ? Infinity : stagedAt));
}

/** An archive says of itself when it was made; this one is as old as the snapshot. */
function dated(host: Host, at: Date): Host {
  return { ...host, clock: { ...host.clock, now: () => at } };
}

/** What the manifest's closing line says of the state; the counts are counted anew. */
function aboutOf(end: Dict): Readonly<Record<string, string | readonly string[]>> {
  const names = ["home", "stateDir", "configPath", "profile", "roots", "workspaces", "openclaw"];
  return Object.fromEntries(
    names.flatMap((name): [string, string | readonly string[]][] => {
      if (Array.isArray(end[name])) return [[name, strings(end[name])]];
      const text = str(end[name]);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}
