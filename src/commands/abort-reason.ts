import type { Host } from "../host/host.ts";
import { ClawError } from "../model/errors.ts";

/** Why the work was ended: by the user, or because the time of --budget was used up. Undefined while nobody ended it. */
export function abortReason({ signal }: Pick<Host, "signal">): ClawError | undefined {
  return signal.aborted && signal.reason instanceof ClawError ? signal.reason : undefined;
}
