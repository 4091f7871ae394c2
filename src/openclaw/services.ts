import type { Host, ProcessRecord } from "../host/host.ts";
import { findContainers } from "./containers.ts";
import { findLaunchAgents } from "./launch-agents.ts";
import { looksLikeGateway } from "./lock.ts";
import { askManager } from "./managers.ts";
import type { ServiceOwner } from "./service-manager.ts";
import type { Installation, ServiceUnit } from "./types.ts";
import { findUnits, readNamedUnit, spanMs, unitNames } from "./units.ts";
import type { UnitFile } from "./units.ts";
import { viewOf } from "./view.ts";
import type { FileView } from "./view.ts";

/**
 * The service managers that keep this gateway running or would start it again. Unit files are read wherever they are; managers
 * are asked only on the live host, within a time limit, and one that is not there or does not answer leaves `active` open.
 * `processes` spares a second listing.
 */
export async function findServices(
  host: Host,
  installation: Installation,
  processes?: readonly ProcessRecord[],
): Promise<readonly ServiceUnit[]> {
  const view = viewOf(host, installation.target);
  const { live } = installation.target;
  const seen =
    processes ?? (live ? await host.processes.list({ hidden: false }).catch(() => undefined) : undefined);
  const list = seen === undefined ? [] : "processes" in seen ? seen.processes : seen;
  const owner = await ownerOf(host, installation, view, list);
  const [units, agents, containers] = await Promise.all([
    systemd(host, installation, view, list, owner),
    findLaunchAgents(host, installation, view, owner),
    live ? findContainers(host, installation, list) : [],
  ]);
  return [...units, ...agents, ...containers];
}

/** Whose service managers are asked: the gateway's user, else the owner of the state. */
async function ownerOf(
  host: Host,
  { target }: Installation,
  view: FileView,
  processes: readonly ProcessRecord[],
): Promise<ServiceOwner> {
  const { facts } = host;
  const uid = (await view.stat(target.stateDir).catch(() => undefined))?.uid ?? facts.uid;
  const user = uid === facts.uid ? facts.user : processes.find((one) => one.uid === uid)?.user;
  return { uid, ...(user === undefined ? {} : { user }) };
}

/** Real paths of the unit files and property lists of these services. */
export function serviceFiles(services: readonly ServiceUnit[]): readonly string[] {
  return [...new Set(services.flatMap((service) => service.file ?? []))];
}

async function systemd(
  host: Host,
  installation: Installation,
  view: FileView,
  processes: readonly ProcessRecord[],
  owner: ServiceOwner,
): Promise<readonly ServiceUnit[]> {
  const { target } = installation;
  if (target.live && host.facts.platform !== "linux") return [];
  const override = target.live ? host.facts.env["OPENCLAW_SYSTEMD_UNIT"] : undefined;
  const files = [
    ...(await findUnits(view, target, override)),
    ...(await unitsOfProcesses(view, installation, processes)),
  ];
  if (!target.live) return files.map((file) => unitOf(file, undefined));
  const booted = (await view.stat("/run/systemd/system").catch(() => undefined)) !== undefined;
  // A unit without a file in the usual folders may still be loaded: transient, generated, or linked from elsewhere.
  const names = booted ? unitNames(target, override) : [];
  const asked = [
    ...files,
    ...names.flatMap((name) => (files.some((file) => file.name === name) ? [] : [transient(name)])),
  ];
  const found = await Promise.all(
    asked.map(async (file) => {
      const answer = await ask(host, file, owner);
      const unknown = file.path === "" && (answer === undefined || answer.get("LoadState") !== "loaded");
      return unknown ? undefined : unitOf(file, answer);
    }),
  );
  return found.filter((unit) => unit !== undefined);
}

function transient(name: string): UnitFile {
  return {
    manager: "systemd-user",
    name,
    path: "",
    dropIns: [],
    restart: "",
    restartMs: 100,
    execStart: [],
    environment: [],
    environmentFiles: [],
  };
}

/** Units of other names that run a gateway: named by its control group, confirmed by what they start. */
async function unitsOfProcesses(
  view: FileView,
  installation: Installation,
  processes: readonly ProcessRecord[],
): Promise<readonly UnitFile[]> {
  const { target } = installation;
  const usual = new Set(unitNames(target, undefined));
  const found: UnitFile[] = [];
  for (const one of processes.filter(looksLikeGateway)) {
    const name = one.cgroup?.split("/").at(-1) ?? "";
    if (!/^[A-Za-z0-9:_.@\\-]{1,200}\.service$/.test(name) || usual.has(name)) continue;
    const manager = /\/user@\d+\.service\//.test(one.cgroup ?? "") ? "systemd-user" : "systemd-system";
    const unit = await readNamedUnit(view, target, manager, name);
    if (unit !== undefined && startsOpenClaw(unit) && !found.some((other) => other.name === name))
      found.push(unit);
  }
  return found;
}

function startsOpenClaw(unit: UnitFile): boolean {
  return unit.execStart.some((line) => /openclaw|clawdbot|moltbot/.test(line));
}

type Answer = ReadonlyMap<string, string>;

const properties = "LoadState,ActiveState,Restart,RestartUSec,FragmentPath,MainPID";

async function ask(host: Host, file: UnitFile, owner: ServiceOwner): Promise<Answer | undefined> {
  const text = await askManager(host, file, owner, "show", `--property=${properties}`, file.name);
  if (text === undefined) return undefined;
  const lines = text.split("\n").map((line) => [line, line.indexOf("=")] as const);
  return new Map(
    lines.filter(([, i]) => i > 0).map(([line, i]) => [line.slice(0, i), line.slice(i + 1).trim()]),
  );
}

function unitOf(file: UnitFile, answer: Answer | undefined): ServiceUnit {
  const restart = answer?.get("Restart") ?? file.restart;
  const path = file.path === "" ? (answer?.get("FragmentPath") ?? "") : file.path;
  const span = spanMs(answer?.get("RestartUSec")) ?? file.restartMs;
  const active = activeOf(answer?.get("ActiveState"));
  return {
    manager: file.manager,
    name: file.name,
    ...(path === "" ? {} : { file: path }),
    restartMs: restart === "no" ? 0 : span,
    ...(active === undefined ? {} : { active }),
  };
}

/** "activating" is a restart that waits for its delay: as good as running. */
function activeOf(state: string | undefined): boolean | undefined {
  if (state === undefined || state === "") return undefined;
  return ["active", "activating", "reloading", "deactivating"].includes(state);
}
