/** Stops the service managers that own the gateway, before any process is signalled: a supervised one would come back. */
import type { ServiceOwner } from "../openclaw/service-manager.ts";
import type { ServiceUnit } from "../openclaw/types.ts";
import { stopContainer } from "./container.ts";
import { stopLaunchd } from "./launchd.ts";
import { handleOf } from "./manager.ts";
import { stopSystemd } from "./systemd.ts";
import type { ServiceStop, Stopping, Tracked } from "./types.ts";

export async function stopServices(stopping: Stopping): Promise<readonly ServiceStop[]> {
  const owner = await ownerOf(stopping);
  const ends: ServiceStop[] = [];
  for (const unit of stopping.before.services) {
    const end = await stopOne(stopping, unit, owner);
    await stopping.request.journal("service-end", {
      service: unit.name,
      manager: unit.manager,
      outcome: end.outcome,
      ...(end.outcome === "stopped" ? {} : { reason: end.reason }),
    });
    if (end.outcome === "idle") stopping.how.push(end.reason);
    ends.push(end);
  }
  return ends;
}

async function stopOne(stopping: Stopping, unit: ServiceUnit, owner: ServiceOwner): Promise<ServiceStop> {
  const handle = handleOf(stopping, unit, owner);
  if ("outcome" in handle) return handle;
  switch (unit.manager) {
    case "systemd-user":
    case "systemd-system":
      return stopSystemd(handle);
    case "launchd":
      return stopLaunchd(handle);
    case "docker":
    case "podman":
      return stopContainer(handle);
  }
}

/** Whose gateway it is: the process tells best, else who owns the examined home. */
async function ownerOf({ host, before, request }: Stopping): Promise<ServiceOwner> {
  const main = before.processes[0];
  if (main !== undefined) return { uid: main.uid, ...(main.user === undefined ? {} : { user: main.user }) };
  const { home } = request.installation.target;
  try {
    const uid = (await host.fs.stat(home))?.uid;
    if (uid !== undefined && uid !== host.facts.uid) return { uid, ...nameFromHome(home) };
  } catch {
    // Not to be read: then it is not ours, and the manager will say so.
  }
  return { uid: host.facts.uid, user: host.facts.user };
}

/** Only a guess, and only ever used to address that user's own service manager. */
function nameFromHome(home: string): { readonly user?: string } {
  const name = /^\/(?:home|Users)\/([A-Za-z_][A-Za-z0-9_.-]{0,31})$/.exec(home)?.[1];
  return name === undefined ? {} : { user: name };
}

/** Whether the service's manager was going to end, or restart, this very process. */
export function owns(end: ServiceStop, gateway: Tracked): boolean {
  if (end.mainPid === gateway.pid || end.mainPid === gateway.ppid) return true;
  const { unit } = end;
  if (unit.manager === "docker" || unit.manager === "podman") return false;
  return gateway.cgroup?.split("/").includes(unit.name) === true;
}
