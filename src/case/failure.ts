import { ClawError, codeOf, messageOf, type Exit } from "../model/errors.ts";

interface Known {
  readonly code: string;
  readonly what: string;
  readonly hint: string;
  readonly exit?: Exit;
}

const full: Known = {
  code: "disk-full",
  what: "no space left",
  hint: "free some space, or name another place with --data-dir; what was journaled is kept",
};
const readOnly: Known = {
  code: "read-only",
  what: "the file system is read-only",
  hint: "name a writable place with --data-dir",
};
const denied: Known = {
  code: "permission-denied",
  what: "permission denied",
  hint: "claw-ir has to own its data folder: check with ls -ld, or name another place with --data-dir",
};
const damaged: Known = {
  code: "case-damaged",
  what: "the case database is damaged",
  hint: "keep the folder as it is, look with claw-ir case verify, and go on in a new case",
  exit: "tampered",
};
const gone: Known = {
  code: "case-damaged",
  what: "a file or folder of the case is missing",
  hint: "look with claw-ir case verify, and go on in a new case",
};
const notDir: Known = {
  code: "not-a-folder",
  what: "something that is no folder is in the way",
  hint: "name another place with --data-dir",
};
const busy: Known = {
  code: "case-locked",
  what: "the case database is in use",
  hint: "another program holds it open; wait and try again",
  exit: "locked",
};

/** errno names, and SQLite's result codes by their beginning. */
const known: readonly (readonly [string, Known])[] = [
  ["ENOSPC", full],
  ["EDQUOT", full],
  ["EFBIG", full],
  ["SQLITE_FULL", full],
  ["SQLITE_IOERR_WRITE", full],
  ["EROFS", readOnly],
  ["SQLITE_READONLY", readOnly],
  ["EACCES", denied],
  ["EPERM", denied],
  ["SQLITE_CANTOPEN", denied],
  ["SQLITE_PERM", denied],
  ["ENOTDIR", notDir],
  ["ELOOP", notDir],
  ["SQLITE_CORRUPT", damaged],
  ["SQLITE_NOTADB", damaged],
  // Our statements are fixed: they only fail on a schema that is not ours.
  ["SQLITE_ERROR", damaged],
  ["ENOENT", gone],
  ["SQLITE_BUSY", busy],
  ["SQLITE_LOCKED", busy],
];

/** The error a person can act on for whatever went wrong while `doing`, such as "writing evidence/x.jsonl". */
export function storageError(error: unknown, doing: string): ClawError {
  if (error instanceof ClawError) return error;
  const code = codeOf(error) ?? "";
  const match = known.find(([name]) => code.startsWith(name))?.[1];
  if (match === undefined) {
    return new ClawError(`${doing} failed: ${messageOf(error)}`, {
      exit: "failed",
      code: "case-write-failed",
      hint: "what was journaled before is kept; claw-ir resume carries on",
      cause: error,
    });
  }
  return new ClawError(`${doing} failed: ${match.what} (${code})`, {
    exit: match.exit ?? "failed",
    code: match.code,
    hint: match.hint,
    cause: error,
  });
}

/** Runs `work`; whatever it throws becomes a ClawError. */
export async function storing<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storageError(error, doing);
  }
}

export function storingNow<T>(doing: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storageError(error, doing);
  }
}
