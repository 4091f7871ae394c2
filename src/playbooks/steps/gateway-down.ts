import { findGateway } from "../../openclaw/index.ts";
import type { StepContext } from "../types.ts";

/**
 * Undefined if the state may be changed, else why not: a running gateway would write over a change of its database, or act
 * on half of it. Asked again before each change, because things come back.
 */
export async function gatewayIsDown({
  case: subject,
  host,
  installation,
  target,
}: StepContext): Promise<string | undefined> {
  // A mounted disk has no processes of its own.
  if (!target.live) return undefined;
  const { state, reason, processes } = await findGateway(host, installation, await subject.scratch());
  if (state === "down") return undefined;
  if (state === "unknown")
    return `whether the gateway runs is not known (${reason ?? "no reason given"}), so nothing is changed`;
  return `the gateway runs (pid ${processes.map(({ pid }) => pid).join(", ")}): stop it first with claw-ir stop, then claw-ir resume ${subject.info.id}`;
}
