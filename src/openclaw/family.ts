import { join } from "node:path";
import type { ProcessRecord } from "../host/host.ts";
import { looksLikeGateway } from "./lock.ts";

export interface FamilyQuestion {
  readonly all: readonly ProcessRecord[];
  readonly gateways: readonly ProcessRecord[];
  /** claw-ir itself: neither it nor what it was started from is ever family. */
  readonly self: number;
  /** Whether a state dir named by a process's environment is the examined one. */
  readonly isOurs: (stateDir: string) => boolean;
  /** The user the gateway runs as. */
  readonly uid: number;
}

/**
 * Everything the gateways started that still lives: descendants; members of a session, process group, service or container
 * that is theirs; and what carries OpenClaw's mark of an exec tool in its environment, though it was handed on to another
 * parent. Pure. Zombies are dead.
 */
export function familyOf(question: FamilyQuestion): readonly ProcessRecord[] {
  const { all, gateways, self, uid } = question;
  const spared = new Set([self, ...ancestors(all, self), ...gateways.map((one) => one.pid), 0, 1]);
  const cgroups = new Set(ownCgroups(all, gateways, self));
  const family = new Set(gateways.map((one) => one.pid));
  const found = new Map<number, ProcessRecord>();
  for (let grown = true; grown;) {
    grown = false;
    for (const one of all) {
      if (spared.has(one.pid) || found.has(one.pid) || one.state === "Z") continue;
      if (
        !isKin(one, family) &&
        !cgroups.has(one.cgroup ?? "") &&
        !(one.uid === uid && isMarked(one, question))
      )
        continue;
      found.set(one.pid, one);
      family.add(one.pid);
      grown = true;
    }
  }
  return [...found.values()].sort((a, b) => a.startTicks - b.startTicks || a.pid - b.pid);
}

function isKin(one: ProcessRecord, family: ReadonlySet<number>): boolean {
  return (
    family.has(one.ppid) ||
    (one.session !== undefined && family.has(one.session)) ||
    (one.pgid !== undefined && family.has(one.pgid))
  );
}

function ancestors(all: readonly ProcessRecord[], pid: number): readonly number[] {
  const parents = new Map(all.map((one) => [one.pid, one.ppid]));
  const found: number[] = [];
  for (
    let here = parents.get(pid);
    here !== undefined && here > 0 && found.length < 100;
    here = parents.get(here)
  )
    found.push(here);
  return found;
}

const shared =
  /^(?:user@|ssh|sshd|cron|crond|atd|anacron|getty|login|systemd-|docker\.|containerd\.|podman\.)/;

/** Control groups that hold the gateway's service or container and nothing else: not a login session, not the user's own. */
function ownCgroups(
  all: readonly ProcessRecord[],
  gateways: readonly ProcessRecord[],
  self: number,
): readonly string[] {
  const mine = all.find((one) => one.pid === self)?.cgroup;
  return gateways.flatMap(({ cgroup }) => {
    if (cgroup === undefined || cgroup === mine) return [];
    const last = cgroup.split("/").at(-1) ?? "";
    const service = last.endsWith(".service") && !shared.test(last);
    return service || containerOf(cgroup) !== undefined ? [cgroup] : [];
  });
}

/** The container a control group belongs to: 64 hex digits, as docker, podman and containerd name them. */
export function containerOf(cgroup: string | undefined): string | undefined {
  return cgroup === undefined ? undefined : /(?:^|[/-])([0-9a-f]{64})(?:\.scope)?(?:\/|$)/.exec(cgroup)?.[1];
}

const helper = /\/(?:openclaw|clawdbot)\/dist\/(?:[\w.-]{1,80}\/){0,6}[\w.-]{0,80}worker\.m?js$/;

/**
 * OpenClaw sets OPENCLAW_SHELL=exec for commands of its exec tool and "acp" for agents it drives, and OPENCLAW_CLI=1 for
 * every child; its own helpers are known by their script.
 */
function isMarked(one: ProcessRecord, { isOurs }: FamilyQuestion): boolean {
  const shell = variable(one, "OPENCLAW_SHELL");
  const ran = shell === "exec" || shell === "acp";
  const helps = one.argv.some((arg) => helper.test(arg)) && variable(one, "OPENCLAW_CLI") !== undefined;
  if ((!ran && !helps) || looksLikeGateway(one)) return false;
  const dir = stateDirOf(one);
  return dir !== undefined && isOurs(dir);
}

/** Started by a service manager as the gateway, whatever it is titled (src/daemon/constants.ts of 2026.9.6). */
export function isServiceGateway(one: ProcessRecord): boolean {
  const kind = variable(one, "OPENCLAW_SERVICE_KIND");
  return (
    variable(one, "OPENCLAW_SERVICE_MARKER") === "openclaw" &&
    (kind === undefined || kind === "gateway") &&
    variable(one, "OPENCLAW_CLI") === undefined
  );
}

function variable(one: ProcessRecord, name: string): string | undefined {
  const value = one.environ
    ?.find((entry) => entry.name === name)
    ?.value.reveal()
    .trim();
  return value === "" ? undefined : value;
}

/** The state dir that a process's environment leads OpenClaw to; undefined where the environment may not be read. */
export function stateDirOf(one: ProcessRecord): string | undefined {
  const given = variable(one, "OPENCLAW_STATE_DIR");
  const home = variable(one, "OPENCLAW_HOME") ?? variable(one, "HOME");
  if (given?.startsWith("~") === true) return home === undefined ? undefined : join(home, given.slice(1));
  if (given !== undefined) return given;
  if (home === undefined) return undefined;
  const profile = variable(one, "OPENCLAW_PROFILE");
  const named = profile !== undefined && profile.toLowerCase() !== "default";
  return join(home, named ? `.openclaw-${profile}` : ".openclaw");
}
