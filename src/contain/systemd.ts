/**
 * systemd, user and system. The unit's policy is Restart=always, so that a gateway which is killed comes back after
 * RestartSec: it has to be stopped through its manager. Facts: systemctl(1); systemd#10583 and #27965 for what mask cannot do.
 */
import { complaint, type Handle, isDenial, recordOf, unitText } from "./manager.ts";
import type { ServiceStop } from "./types.ts";

const asked = "ActiveState,SubState,LoadState,UnitFileState,FragmentPath,MainPID,TriggeredBy,ControlGroup";

type Properties = ReadonlyMap<string, string>;

export async function stopSystemd(handle: Handle): Promise<ServiceStop> {
  const { unit, stopping } = handle;
  const before = await show(handle);
  if (typeof before === "string") return unreachable(handle, before);
  const mainPid = pidOf(before);
  const main = mainPid === undefined ? {} : { mainPid };
  if (isDown(before)) return { outcome: "idle", unit, reason: `${unitText(unit)} is not active`, ...main };
  if (await holdsUs(handle, before)) {
    return {
      outcome: "denied",
      unit,
      reason: `claw-ir runs inside ${unitText(unit)} and would be stopped with it: run it from a login shell of your own`,
      ...main,
    };
  }
  const triggers = triggersOf(before);
  // --no-block: the unit's TimeoutStopSec is 330 s. claw-ir waits as long as it thinks right, then kills.
  const stopped = await handle.act(10_000, "stop", "--no-block", unit.name, ...triggers);
  if (stopped.code !== 0) {
    const outcome = isDenial(stopped) ? "denied" : "failed";
    return { outcome, unit, reason: `${unitText(unit)} was not stopped: ${complaint(stopped)}`, ...main };
  }
  stopping.how.push(`${unitText(unit)} told to stop`);
  if (triggers.length > 0) stopping.how.push(`${triggers.join(", ")}, which start it, stopped with it`);
  const kept = await keepDown(handle, before);
  return {
    outcome: "stopped",
    unit,
    record: recordOf(handle, { ...kept, triggers }),
    ...main,
    confirm: async () => {
      const now = await show(handle);
      if (typeof now === "string") return "unknown";
      return isDown(now) ? "down" : "up";
    },
  };
}

/** The unit's properties, or why they could not be asked for. */
async function show(handle: Handle): Promise<Properties | string> {
  const answer = await handle.ask("show", `--property=${asked}`, handle.unit.name);
  if (answer.code !== 0) return complaint(answer);
  const properties = new Map<string, string>();
  for (const line of answer.stdout.split("\n")) {
    const cut = line.indexOf("=");
    if (cut > 0) properties.set(line.slice(0, cut), line.slice(cut + 1));
  }
  return properties.has("ActiveState") ? properties : "it named no state of the unit";
}

/** "activating (auto-restart)", the pause before a respawn, is not down. */
function isDown(properties: Properties): boolean {
  const state = properties.get("ActiveState") ?? "";
  return state === "inactive" || state === "failed";
}

function pidOf(properties: Properties): number | undefined {
  const pid = Number(properties.get("MainPID") ?? "0");
  return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
}

function triggersOf(properties: Properties): readonly string[] {
  const names = (properties.get("TriggeredBy") ?? "").split(" ");
  return names.filter((name) => /^[A-Za-z0-9_][A-Za-z0-9_.@:\\-]*\.(?:timer|socket|path)$/.test(name));
}

async function holdsUs({ stopping, unit }: Handle, before: Properties): Promise<boolean> {
  const { host } = stopping;
  const own = (await host.processes.get(host.facts.pid))?.cgroup ?? "";
  const group = before.get("ControlGroup") ?? "";
  if (group.length > 1) return own === group || own.startsWith(`${group}/`);
  return own.split("/").includes(unit.name);
}

/** After the stop, so that it costs the containment nothing: neither a boot, a login nor `start` may bring it back. */
async function keepDown(
  handle: Handle,
  before: Properties,
): Promise<{ readonly masked: boolean; readonly disabled: boolean }> {
  const disabled = /^enabled/.test(before.get("UnitFileState") ?? "") && (await disable(handle));
  const masked = isMaskable(before) && (await mask(handle));
  return { masked, disabled };
}

async function disable(handle: Handle): Promise<boolean> {
  const { stopping, unit } = handle;
  const answer = await handle.act(10_000, "disable", unit.name);
  if (answer.code === 0) {
    stopping.how.push(`${unitText(unit)} disabled`);
    return true;
  }
  stopping.warnings.push(
    `${unitText(unit)} could not be disabled (${complaint(answer)}): a boot may start it.`,
  );
  return false;
}

/** A mask in /run loses against unit files in /etc and ~/.config, and would only be said to work there. */
function isMaskable(before: Properties): boolean {
  const fragment = before.get("FragmentPath") ?? "";
  if (before.get("LoadState") !== "loaded") return false;
  return (
    /^\/(?:usr\/(?:local\/)?)?lib\/systemd\//.test(fragment) || fragment.includes("/.local/share/systemd/")
  );
}

async function mask(handle: Handle): Promise<boolean> {
  const { stopping, unit } = handle;
  const answer = await handle.act(10_000, "mask", "--runtime", unit.name);
  if (answer.code !== 0) return false;
  const now = await show(handle);
  if (typeof now !== "string" && now.get("LoadState") === "masked") {
    stopping.how.push(`${unitText(unit)} masked until the next boot`);
    return true;
  }
  await handle.act(10_000, "unmask", "--runtime", unit.name);
  return false;
}

/** A unit file may lie on a machine where no such manager runs: then nothing supervises the gateway. */
async function unreachable(handle: Handle, reason: string): Promise<ServiceStop> {
  const { unit, stopping, owner } = handle;
  const { processes } = await stopping.host.processes.list({ hidden: false });
  const uid = unit.manager === "systemd-system" ? 0 : owner.uid;
  const runs = processes.some((process) => process.comm === "systemd" && process.uid === uid);
  if (!runs && unit.active !== true) {
    return {
      outcome: "idle",
      unit,
      reason: `${unitText(unit)} has a file, but its service manager does not run`,
    };
  }
  return { outcome: "failed", unit, reason: `${unitText(unit)} could not be asked: ${reason}` };
}
