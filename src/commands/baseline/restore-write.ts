/** The one change that `baseline restore-file` makes: what stands there is kept, the journal is written before and after. */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import type { OwnBaseline } from "../../analyse/index.ts";
import type { Case } from "../../case/types.ts";
import type { FileStat, Host } from "../../host/host.ts";
import { ClawError } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import { openState } from "../../openclaw/index.ts";
import type { Scene } from "../incident.ts";
import type { HeldText } from "./held.ts";

export const maxOld = 1_048_576;

/** What stands there now may hold a secret of OpenClaw's: the case must know it to keep it out. */
export async function learnSecrets({ host, installation }: Scene, subject: Case): Promise<void> {
  if (!installation.found) return;
  const state = await openState(host, installation, await subject.scratch());
  try {
    for (const { secret } of (await state.credentials()).records)
      if (secret !== undefined) subject.redactor.learn(secret);
  } finally {
    await state.close();
  }
}

/** What is at the path now. A link on the way, or anything that is no file, is refused: the text would land elsewhere. */
export async function statOf({ host, target }: Scene, real: string): Promise<FileStat | undefined> {
  const folder = dirname(real);
  const resolved = await host.fs.realpath(folder).catch(() => undefined);
  if (resolved === undefined) {
    throw refused(
      real,
      "its folder is not there",
      "make the folder first, with the owner and mode it should have",
    );
  }
  // A home that is itself reached through a link is the system's doing.
  const base =
    [target.home, target.root].find((one) => folder === one || folder.startsWith(`${one}/`)) ?? "/";
  const expected = join(await host.fs.realpath(base), folder.slice(base.length));
  if (resolved !== expected)
    throw refused(real, "a link stands on the way to it", `what it leads to is ${shown(resolved, 200)}`);
  const stat = await host.fs.stat(real);
  if (stat !== undefined && stat.kind !== "file")
    throw refused(real, `a ${stat.kind} stands there`, "look at it, and move it away by hand");
  if (stat !== undefined && stat.nlink > 1)
    throw refused(real, "it has other names (hard links)", "look for them, and move it away by hand");
  return stat;
}

function refused(path: string, why: string, hint: string): ClawError {
  return new ClawError(`${shown(path, 200)} was not written: ${why}`, {
    exit: "failed",
    code: "restore-file-refused",
    hint,
  });
}

export function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export interface Replacing {
  readonly own: OwnBaseline;
  readonly held: HeldText;
  readonly real: string;
  readonly stat: FileStat | undefined;
  readonly old: Uint8Array | undefined;
}

export async function replace({ host }: Scene, subject: Case, given: Replacing): Promise<void> {
  const { own, held, real, stat, old } = given;
  if (old !== undefined) await keepOld(host, subject, held.path, old);
  const about = { what: "restore-file", path: held.path, commit: own.head.commit, sha256: held.sha256 };
  await subject.journal.append("mutation", {
    ...about,
    state: "started",
    before: old === undefined ? null : digest(old),
  });
  // What is there keeps its mode: the baseline knows of skills only whether they are executable.
  const mode = stat === undefined ? held.mode : stat.mode & 0o777;
  await host.fs.writeAtomic(real, held.text, { mode });
  const after = digest(await host.fs.read(real, { maxBytes: maxOld }));
  await subject.journal.append("receipt", {
    ...about,
    state: after === held.sha256 ? "done" : "failed",
    after,
  });
  if (after === held.sha256) return;
  throw refused(
    held.path,
    "something else was there right after it was written",
    "somebody is at work on this host",
  );
}

/** As text, because a case holds no secret in the clear; a file that this would change stays where it is. */
async function keepOld(host: Host, subject: Case, path: string, old: Uint8Array): Promise<void> {
  const text = Buffer.from(old).toString("utf8");
  if (!Buffer.from(text, "utf8").equals(old) || subject.redactor.text(text) !== text) {
    throw refused(
      path,
      "what is there now holds a secret or is no text, and cannot be kept in a case as it is",
      "seal it first (claw-ir backup create), then remove it by hand and run this again",
    );
  }
  const meta = {
    id: "replaced",
    title: `What stood at ${shown(path, 200)}`,
    stage: "collect",
    attack: [],
    startedAt: host.clock.now().toISOString(),
  };
  await subject.evidence.keepText(
    meta,
    path.slice(path.lastIndexOf("/") + 1),
    text.replace(/\n$/, "").split("\n"),
  );
}
