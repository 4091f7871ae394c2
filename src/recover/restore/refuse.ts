import { ClawError } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";

/**
 * An entry that no archive of an honest maker holds. `code` tells why: "unsafe-path", "unsafe-link", "unsafe-kind",
 * "duplicate-name", "reserved-name", "too-large", "too-many".
 */
export function refused(code: string, what: string, name: string): ClawError {
  return new ClawError(`the archive is refused: ${what}: ${shown(name)}`, {
    exit: "tampered",
    code,
    hint: "nothing was restored; look at it by hand in an empty folder of another user, or take another archive",
  });
}

export function tooMuch(code: "too-large" | "too-many", what: string): ClawError {
  return new ClawError(`the archive is refused: ${what}`, {
    exit: "tampered",
    code,
    hint: "if it is yours and really that large, raise the limit with --max-size GIB",
  });
}
