/** The first pass of a restore: everything is verified before anything is written. */
import {
  type Contents,
  openArchive,
  type SealKind,
  type Unlock,
  verifyArchive,
  type Verified,
} from "../../archive/index.ts";
import type { Host } from "../../host/host.ts";
import { ClawError } from "../../model/errors.ts";
import { type Dict, str } from "../../model/json.ts";
import { defaultLimits, type Limits } from "./admission.ts";
import { type Survey, surveyor } from "./survey.ts";

export interface CheckRequest {
  readonly archive: string;
  readonly unlock: Unlock;
  /** Stored names. */
  readonly only?: readonly string[];
  /** What --max-size allows. */
  readonly maxBytes?: number;
  readonly onProgress?: (done: { readonly entries: number; readonly bytes: number }) => void;
}

/** An archive whose every byte is what was sealed, and whose every entry may be written. */
export interface Checked {
  readonly verified: Verified;
  readonly contents: Contents;
  readonly survey: Survey;
  readonly limits: Limits;
  /** What the archive says of the state in it, from inside the encryption; empty for what claw-ir did not make. */
  readonly about: Dict;
  readonly createdAt?: string;
  readonly kind?: SealKind;
}

/** Headers, padding and the manifest come on top of the files. */
const besideFiles = 16 * 1024 ** 3;
/**
 * How many times its size an archive may unpack to. deflate ends at 1032 to one: a bomb of one layer is already over this,
 * and text of chats stays below 20.
 */
const maxRatio = 200;
const alwaysAllowed = 1024 ** 3;

/** Throws `wrongKey`, `tampered`, or "not-in-archive" (exit 10) for a path of --only. */
export async function checkArchive(
  host: Pick<Host, "fs" | "signal" | "clock">,
  { archive, unlock, only, maxBytes, onProgress }: CheckRequest,
): Promise<Checked> {
  await mustBeThere(host, archive);
  const verified = await verifyArchive(host, archive);
  const limits: Limits = { ...defaultLimits, maxBytes: maxBytes ?? allowed(verified) };
  const look = surveyor(only, limits);
  const done = { entries: 0, bytes: 0 };
  const events = openArchive(host, archive, unlock, { maxPlainBytes: limits.maxBytes + besideFiles });
  try {
    for (;;) {
      const next = await events.next();
      if (next.done === true) return checkedOf(verified, next.value, look.finish(), limits);
      look.see(next.value);
      if (next.value.kind === "entry") {
        done.entries += 1;
        done.bytes += next.value.entry.size;
      } else if (next.value.kind === "end") onProgress?.(done);
    }
  } finally {
    await events.return(undefined as never).catch(() => undefined);
  }
}

async function mustBeThere(host: Pick<Host, "fs">, archive: string): Promise<void> {
  if ((await host.fs.stat(archive)) !== undefined) return;
  throw new ClawError("there is no such archive", {
    exit: "notFound",
    code: "no-archive",
    hint: "claw-ir backup list shows the backups, claw-ir case show the archives of a case",
  });
}

/** What the sidecar says, which anybody could have written: never more than a compressed file of this size may hold. */
function allowed({ plainBytes, bytes }: Verified): number {
  return Math.min(plainBytes ?? Infinity, defaultLimits.maxBytes, mostOf(bytes));
}

/** What an archive of this size may hold, whatever it says. */
export function mostOf(bytes: number): number {
  return Math.max(alwaysAllowed, bytes * maxRatio);
}

/** The sidecar's word against the archive's own, as `verifyArchive` does it with a key. */
function checkedOf(verified: Verified, contents: Contents, survey: Survey, limits: Limits): Checked {
  const closing = contents.manifest?.closing ?? {};
  const kind = closing["kind"];
  const differs = verified.root !== contents.manifest?.root || verified.kind !== kind;
  if (verified.sidecar && differs)
    throw new ClawError(
      "the sidecar describes other contents than the archive holds: it was swapped or edited",
      {
        exit: "tampered",
        code: "sidecar",
        hint: "do not restore from it; take another copy, and keep this one as evidence",
      },
    );
  const createdAt = str(closing["createdAt"]);
  return {
    verified,
    contents,
    survey,
    limits,
    about: closing,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(kind === "evidence" || kind === "backup" ? { kind } : {}),
  };
}

/** The second pass must have read what the first one checked. */
export function checkSame(first: Contents, second: Contents): void {
  const same =
    first.manifest?.root === second.manifest?.root &&
    first.entries === second.entries &&
    first.plainBytes === second.plainBytes;
  if (same) return;
  throw new ClawError("the archive was exchanged while it was restored", {
    exit: "tampered",
    code: "exchanged",
    hint: "nothing was restored; copy it to a place where nobody else writes, and try again",
  });
}
