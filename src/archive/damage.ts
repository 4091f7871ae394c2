import { ClawError, codeOf, messageOf } from "../model/errors.ts";

/** An archive that is not what it claims to be. `code` tells the kinds apart: "truncated", "altered", "structure", … */
export function damaged(code: string, message: string, cause?: unknown): ClawError {
  return new ClawError(message, {
    exit: "tampered",
    code,
    hint: "do not restore from it; take another copy, and keep this one as evidence",
    ...(cause === undefined ? {} : { cause }),
  });
}

export function unsupported(message: string, hint: string): ClawError {
  return new ClawError(message, { exit: "failed", code: "unsupported-archive", hint });
}

/**
 * Turns what a parser or decompressor threw on hostile bytes into a "damaged" with a reason; ClawErrors pass. A disk that
 * cannot be read is no proof of tampering.
 */
export function asDamage(error: unknown): ClawError {
  if (error instanceof ClawError) return error;
  const code = codeOf(error);
  if (code !== undefined && /^E(?!RR_)[A-Z0-9]+$/.test(code)) {
    return new ClawError(`the archive cannot be read: ${code}`, {
      exit: "failed",
      code: "archive-unreadable",
      hint: "copy it to another disk and try again",
      cause: error,
    });
  }
  return damaged("altered", `the archive cannot be read: ${messageOf(error)}`, error);
}
