import { ClawError, messageOf } from "../../../model/errors.ts";
import { shown } from "../../../model/text.ts";
import type { Revocation } from "./revocation.ts";

/** One that cannot be applied must not keep the others from it; Ctrl-C ends them all. */
export async function attempt(
  what: string,
  of: string,
  work: () => Promise<readonly Revocation[]>,
): Promise<readonly Revocation[]> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ClawError && error.exit === "cancelled") throw error;
    const hint = error instanceof ClawError && error.hint !== undefined ? ` (${error.hint})` : "";
    return [
      { what, case: of, state: "failed", detail: `${shown(messageOf(error), 300)}${shown(hint, 200)}` },
    ];
  }
}
