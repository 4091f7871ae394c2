import type { Outcome } from "../model/outcome.ts";
import { codeOf, messageOf } from "../model/errors.ts";

export type Unread = Exclude<Outcome, "ok">;

/** What a failed read means for a reading's outcome. */
export function outcomeOf(error: unknown): Unread {
  const code = codeOf(error);
  if (code === "ENOENT" || code === "ENOTDIR") return "missing";
  if (code === "EACCES" || code === "EPERM") return "denied";
  return "error";
}

/** One short sentence for a blind spot. `path` is the path on the examined host. */
export function reasonOf(error: unknown, path: string): string {
  const outcome = outcomeOf(error);
  if (outcome === "missing") return `${path} is not there`;
  if (outcome === "denied") return `${path} may not be read by this user`;
  return `${path} could not be read: ${messageOf(error)}`;
}
