import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { askManager } from "./managers.ts";
import { launchdTarget } from "./service-manager.ts";
import type { ServiceOwner } from "./service-manager.ts";
import { profileSuffix } from "./target.ts";
import type { Installation, ServiceUnit, Target } from "./types.ts";
import type { FileView } from "./view.ts";

/** launchd waits ten seconds between two starts unless the plist says otherwise (launchd.plist(5), ThrottleInterval). */
const usualMs = 10_000;

/** The gateway's launch agents: by their property list, and on a live Mac by what launchd knows. */
export async function findLaunchAgents(
  host: Host,
  installation: Installation,
  view: FileView,
  owner: ServiceOwner,
): Promise<readonly ServiceUnit[]> {
  const { target } = installation;
  if (target.live && host.facts.platform !== "darwin") return [];
  const found = await Promise.all(
    labels(host, target).map((label) => agentOf(host, target, view, owner, label)),
  );
  return found.filter((unit) => unit !== undefined);
}

function labels(host: Host, target: Target): readonly string[] {
  const suffix = profileSuffix(target);
  const usual = suffix === "" ? "ai.openclaw.gateway" : `ai.openclaw.${suffix.slice(1)}`;
  const given = target.live ? (host.facts.env["OPENCLAW_LAUNCHD_LABEL"]?.trim() ?? "") : "";
  return [...new Set([given, usual])].filter((label) => /^[A-Za-z0-9._-]{1,200}$/.test(label));
}

async function agentOf(
  host: Host,
  target: Target,
  view: FileView,
  owner: ServiceOwner,
  label: string,
): Promise<ServiceUnit | undefined> {
  const file = join(target.home, "Library", "LaunchAgents", `${label}.plist`);
  const text = await view.readText(file, 256 * 1024).catch(() => undefined);
  const service = { manager: "launchd", name: label } as const;
  const printed = target.live
    ? await askManager(host, service, owner, "print", launchdTarget(service, owner))
    : undefined;
  if (text === undefined && printed === undefined) return undefined;
  return {
    ...service,
    ...(text === undefined ? {} : { file }),
    restartMs: throttleMs(text),
    ...(target.live ? { active: printed !== undefined } : {}),
  };
}

function throttleMs(plist: string | undefined): number {
  const seconds = /<key>ThrottleInterval<\/key>\s{0,200}<integer>(\d{1,6})<\/integer>/.exec(plist ?? "")?.[1];
  return seconds === undefined ? usualMs : Number(seconds) * 1000;
}
