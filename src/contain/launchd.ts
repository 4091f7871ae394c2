/**
 * launchd of macOS. KeepAlive=true: bootout ends the job and unloads it; RunAtLoad would start it at the next login, so that
 * it is disabled, too. Facts: launchctl(1); exit codes 3 and 113 mean that there is no such service.
 */
import type { RunResult } from "../host/host.ts";
import { launchdTarget } from "../openclaw/service-manager.ts";
import { complaint, type Handle, isDenial, recordOf, unitText } from "./manager.ts";
import type { ServiceStop } from "./types.ts";

export async function stopLaunchd(handle: Handle): Promise<ServiceStop> {
  const { unit, owner, stopping } = handle;
  const target = launchdTarget(unit, owner);
  const before = await handle.ask("print", target);
  if (before.code !== 0) return notLoaded(handle, before);
  const pid = Number(/^\s*pid = (\d{1,10})$/m.exec(before.stdout)?.[1] ?? "0");
  const main = pid > 1 ? { mainPid: pid } : {};
  const disabled = (await handle.act(5_000, "disable", target)).code === 0;
  // bootout waits for the job; launchd itself kills it after ExitTimeOut (20 s). What lives longer than our limit we kill.
  const answer = await handle.act(stopping.limits.termMs, "bootout", target);
  if (!isAccepted(answer)) {
    if (disabled) await handle.act(5_000, "enable", target);
    const outcome = isDenial(answer) ? "denied" : "failed";
    return { outcome, unit, reason: `${unitText(unit)} was not unloaded: ${complaint(answer)}`, ...main };
  }
  stopping.how.push(`${unitText(unit)} unloaded${disabled ? " and disabled" : ""}`);
  return {
    outcome: "stopped",
    unit,
    record: recordOf(handle, { disabled }),
    ...main,
    confirm: async () => {
      const now = await handle.ask("print", target);
      if (now.missing || now.timedOut) return "unknown";
      return now.code === 0 ? "up" : "down";
    },
  };
}

function notLoaded({ unit }: Handle, answer: RunResult): ServiceStop {
  if (answer.missing || answer.timedOut) {
    return { outcome: "failed", unit, reason: `${unitText(unit)} could not be asked: ${complaint(answer)}` };
  }
  return isDenial(answer)
    ? { outcome: "denied", unit, reason: `${unitText(unit)} cannot be asked: ${complaint(answer)}` }
    : { outcome: "idle", unit, reason: `${unitText(unit)} is not loaded` };
}

/** 3 and 113: it has gone already; 36 (EINPROGRESS): the job takes its time to end. */
function isAccepted({ code, timedOut }: RunResult): boolean {
  return timedOut || code === 0 || code === 3 || code === 113 || code === 36;
}
