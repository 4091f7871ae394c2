/**
 * How a service manager is called for one service, and the line a person would type instead. Both stopping and starting
 * need it. Facts: systemctl(1), launchctl(1), docker(1), podman(1).
 */
import type { HostFacts } from "../host/host.ts";
import type { ServiceUnit, StoppedService } from "./types.ts";

/** Whose service it is; matters to systemd-user and launchd. */
export interface ServiceOwner {
  readonly uid: number;
  readonly user?: string;
}

export type ManagedService = Pick<ServiceUnit, "manager" | "name">;

export interface ServiceCall {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

/** `call` appends a verb and its arguments; a closed door says why nobody but another user may knock. */
export type ServiceDoor =
  | { readonly open: true; readonly call: (...args: readonly string[]) => ServiceCall }
  | { readonly open: false; readonly reason: string };

/** A unit, label or container name that no option and no second unit can hide in. */
export function isServiceName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.@:\\-]{0,254}$/.test(name);
}

const userName = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/;

export function serviceDoor(facts: HostFacts, service: ManagedService, owner: ServiceOwner): ServiceDoor {
  if (!isServiceName(service.name)) return closed("its name is none that a service manager would accept");
  switch (service.manager) {
    case "systemd-user":
      return userDoor(facts, owner);
    case "systemd-system":
      return door(["systemctl", "--no-ask-password"], {});
    case "launchd":
      return facts.uid === owner.uid || facts.uid === 0
        ? door(["launchctl"], {})
        : closed("it belongs to another user");
    case "docker":
    case "podman":
      return door([service.manager], containerEnv(facts));
  }
}

function userDoor(facts: HostFacts, owner: ServiceOwner): ServiceDoor {
  if (facts.uid === owner.uid) {
    const given = facts.env["XDG_RUNTIME_DIR"] ?? "";
    const runtime = given === "" ? `/run/user/${owner.uid}` : given;
    const bus = facts.env["DBUS_SESSION_BUS_ADDRESS"] ?? "";
    return door(["systemctl", "--user"], {
      XDG_RUNTIME_DIR: runtime,
      DBUS_SESSION_BUS_ADDRESS: bus === "" ? `unix:path=${runtime}/bus` : bus,
    });
  }
  if (facts.uid === 0 && owner.user !== undefined && userName.test(owner.user)) {
    // Root reaches another user's manager through the machine transport (systemd 248 and newer).
    return door(["systemctl", "--user", `--machine=${owner.user}@.host`], {});
  }
  return closed("it belongs to another user");
}

function door(start: readonly [string, ...string[]], env: Readonly<Record<string, string>>): ServiceDoor {
  return { open: true, call: (...args) => ({ argv: [...start, ...args], env: { ...env, LC_ALL: "C" } }) };
}

function closed(reason: string): ServiceDoor {
  return { open: false, reason };
}

/** Where a rootless or remote engine is found. */
function containerEnv(facts: HostFacts): Readonly<Record<string, string>> {
  const names = ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "CONTAINER_HOST", "XDG_RUNTIME_DIR"];
  const env: Record<string, string> = { HOME: facts.home };
  for (const name of names) {
    const value = facts.env[name] ?? "";
    if (value !== "") env[name] = value;
  }
  return env;
}

/** launchd's name of a user's service. */
export function launchdTarget(service: ManagedService, owner: ServiceOwner): string {
  return `gui/${owner.uid}/${service.name}`;
}

/** What a person types to do it: with sudo where it needs that. */
export function stopLine(facts: HostFacts, service: ManagedService, owner: ServiceOwner): string {
  const name = isServiceName(service.name) ? service.name : "UNIT";
  const sudo = facts.uid === 0 ? "" : "sudo ";
  switch (service.manager) {
    case "systemd-user":
      return `${userSystemctl(facts, owner)} stop ${name}`;
    case "systemd-system":
      return `${sudo}systemctl stop ${name}`;
    case "launchd":
      return `${facts.uid === owner.uid ? "" : sudo}launchctl bootout gui/${owner.uid}/${name}`;
    case "docker":
    case "podman":
      return `${sudo}${service.manager} stop ${name}`;
  }
}

function userSystemctl(facts: HostFacts, owner: ServiceOwner): string {
  if (facts.uid === owner.uid) return "systemctl --user";
  return `${facts.uid === 0 ? "" : "sudo "}systemctl --user --machine=${owner.user ?? owner.uid}@.host`;
}

/** The lines that undo what was changed and start it again, in order. */
export function startLines(facts: HostFacts, service: StoppedService): readonly string[] {
  const sudo = facts.uid === 0 ? "" : "sudo ";
  switch (service.manager) {
    case "systemd-user":
      return systemdLines(userSystemctl(facts, service), service);
    case "systemd-system":
      return systemdLines(`${sudo}systemctl`, service);
    case "launchd": {
      const rights = facts.uid === service.uid ? "" : sudo;
      const enable = service.disabled ? [`${rights}launchctl enable ${launchdTarget(service, service)}`] : [];
      return [...enable, `${rights}launchctl bootstrap gui/${service.uid} ${service.file ?? "PLIST"}`];
    }
    case "docker":
    case "podman": {
      const update =
        service.policy === undefined
          ? []
          : [`${sudo}${service.manager} update --restart=${service.policy} ${service.name}`];
      return [...update, `${sudo}${service.manager} start ${service.name}`];
    }
  }
}

function systemdLines(systemctl: string, service: StoppedService): readonly string[] {
  return [
    ...(service.masked ? [`${systemctl} unmask --runtime ${service.name}`] : []),
    ...(service.disabled ? [`${systemctl} enable ${service.name}`] : []),
    `${systemctl} start ${[service.name, ...service.triggers].join(" ")}`,
  ];
}
