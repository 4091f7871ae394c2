/**
 * What weakens a sandbox, by its setting. `check` is the id under which OpenClaw's own `security audit` tells it
 * (docs.openclaw.ai, gateway/security/audit-checks).
 */
import { posix } from "node:path";
import { at, dict, str, strings } from "../../model/json.ts";
import type { Severity } from "../../model/outcome.ts";
import { settingOf, type SandboxBlock } from "./sandbox-config.ts";

export interface SandboxHole {
  /** Below the block. */
  readonly key: string;
  readonly value: string;
  readonly severity: Severity;
  readonly says: string;
  readonly check?: string;
  readonly next: string;
}

export function holesOf(config: unknown, block: SandboxBlock): readonly SandboxHole[] {
  const off = block.mode === "off";
  const found = [
    ...modeHoles(config, block),
    ...accessHoles(config, block),
    ...bindHoles(block, "docker"),
    ...bindHoles(block, "browser"),
    ...dockerHoles(block),
    ...browserHoles(config, block),
  ];
  // What is switched off takes no effect; it does as soon as somebody switches it on.
  return off ? found.map((hole) => (hole.key === "mode" ? hole : { ...hole, severity: "low" })) : found;
}

function modeHoles(config: unknown, { agent, value, mode }: SandboxBlock): readonly SandboxHole[] {
  if (mode !== "off") return [];
  const usual = str(at(config, "agents", "defaults", "sandbox", "mode")) ?? "off";
  const next = 'set it to "non-main" or "all", or take the sandbox\'s other settings out';
  if (agent !== undefined && str(value["mode"]) === "off" && usual !== "off") {
    const says = "this agent's tools run on the host, and those of the others do not";
    return [{ key: "mode", value: mode, severity: "high", says, next }];
  }
  if (Object.keys(dict(value["docker"])).length === 0) return [];
  const says = "tools run on the host, although a sandbox is set up";
  const check = "sandbox.docker_config_mode_off";
  return [{ key: "mode", value: mode, severity: "medium", says, check, next }];
}

function accessHoles(config: unknown, block: SandboxBlock): readonly SandboxHole[] {
  const found: SandboxHole[] = [];
  const access = str(block.value["workspaceAccess"]);
  if (access === "rw") {
    found.push({
      key: "workspaceAccess",
      value: access,
      severity: "low",
      says: "what runs in the sandbox can change the agent's instructions and skills",
      next: 'set it to "ro" or "none" where the agent need not write',
    });
  }
  const scope = str(block.value["scope"]);
  if (scope === "shared" || scope === "off") {
    const writes = settingOf(config, block, "workspaceAccess") === "rw";
    found.push({
      key: "scope",
      value: scope,
      severity: scope === "off" || writes ? "medium" : "low",
      says: "sessions of strangers and of the owner run in one container",
      next: 'set it to "session"',
    });
  }
  return found;
}

/** `BLOCKED_HOST_PATHS` of OpenClaw's validate-sandbox-security.ts, and places where logins lie. */
const system = /^\/(?:$|(?:private\/)?(?:etc|var\/run)(?:\/|$)|(?:proc|sys|dev|boot|root|run)(?:\/|$))/;
const logins = /\/\.(?:ssh|aws|azure|gnupg|kube|docker|netrc|git-credentials|config\/(?:gcloud|gh))(?:\/|$)/;
const state =
  /\/\.(?:openclaw|clawdbot|moltbot)(?:-[\w.-]{1,60})?(?:\/(?!workspace|sandboxes|skills|media)|$)/;
const homes = /^\/(?:home|Users)(?:\/[^/]{1,100})?$/;

function bindHoles({ value }: SandboxBlock, part: "docker" | "browser"): readonly SandboxHole[] {
  return strings(at(value, part, "binds")).flatMap((bind): readonly SandboxHole[] => {
    const source = posix.normalize(bind.split(":", 1)[0]?.trim() ?? "").replace(/(?<=.)\/$/, "");
    const next = "take it out of the list; name a folder that holds nothing but the project";
    const hole = { key: `${part}.binds`, value: bind, next };
    if (/^(?:~|\$\{?HOME)(?:\/|$)/.test(source) || !source.startsWith("/")) {
      const says = "what it means depends on where it is read from";
      return [{ ...hole, severity: "medium", says, check: "sandbox.bind_mount_non_absolute" }];
    }
    const check = "sandbox.dangerous_bind_mount";
    if (/(?:docker|podman|containerd|crio)\.sock$/.test(source)) {
      const says = "who can talk to the container engine is root on this host";
      return [{ ...hole, severity: "critical", says, check }];
    }
    if (system.test(source))
      return [{ ...hole, severity: "critical", says: "it has the system's own folders", check }];
    if (logins.test(source))
      return [{ ...hole, severity: "critical", says: "it has keys or logins of the account", check }];
    if (state.test(source))
      return [{ ...hole, severity: "critical", says: "it has OpenClaw's own files and secrets" }];
    return homes.test(source)
      ? [{ ...hole, severity: "high", says: "it has a whole home, with everything that lies there" }]
      : [];
  });
}

function dockerHoles({ value }: SandboxBlock): readonly SandboxHole[] {
  const docker = dict(value["docker"]);
  const text = (name: string): string => str(docker[name])?.trim() ?? "";
  const found: SandboxHole[] = [];
  const add = (key: string, said: string, hole: Omit<SandboxHole, "key" | "value">): void =>
    void found.push({ key: `docker.${key}`, value: said, ...hole });
  const network = text("network");
  if (/^(?:host$|container:)/i.test(network)) {
    add("network", network, {
      severity: "critical",
      says: "it is in the network of the host or of another container, where the gateway listens",
      check: "sandbox.dangerous_network_mode",
      next: 'set it to "none", or to a network of its own',
    });
  }
  for (const [name, check] of [
    ["seccompProfile", "sandbox.dangerous_seccomp_profile"],
    ["apparmorProfile", "sandbox.dangerous_apparmor_profile"],
  ] as const) {
    if (text(name).toLowerCase() !== "unconfined") continue;
    const says = "the kernel's confinement is switched off for it";
    add(name, text(name), { severity: "critical", says, check, next: "take it out of the config" });
  }
  for (const name of Object.keys(docker)) {
    if (!/^dangerously/.test(name) || docker[name] !== true) continue;
    const says = "a check of OpenClaw's that keeps a sandbox in is switched off";
    const check = "config.insecure_or_dangerous_flags";
    add(name, "true", { severity: "high", says, check, next: "take it out of the config" });
  }
  if (/^(?:root|0)(?::|$)/.test(text("user")) && docker["readOnlyRoot"] === false) {
    const says = "what runs in it is root there and can change every file of it";
    add("user", text("user"), {
      severity: "medium",
      says,
      next: "give it another user, and set readOnlyRoot",
    });
  }
  return found;
}

function browserHoles(config: unknown, block: SandboxBlock): readonly SandboxHole[] {
  const browser = dict(block.value["browser"]);
  const found: SandboxHole[] = [];
  if (browser["allowHostControl"] === true) {
    found.push({
      key: "browser.allowHostControl",
      value: "true",
      severity: "high",
      says: "sandboxed sessions can steer the host's own browser, with all its logins",
      next: "set it to false",
    });
  }
  const isBridge = str(settingOf(config, block, "browser", "network"))?.toLowerCase() === "bridge";
  const range = str(settingOf(config, block, "browser", "cdpSourceRange"));
  if (isBridge && settingOf(config, block, "browser", "enabled") === true && (range ?? "") === "") {
    found.push({
      key: "browser.network",
      value: "bridge",
      severity: "medium",
      says: "every container on this host can steer its browser",
      check: "sandbox.browser_cdp_bridge_unrestricted",
      next: "give it a network of its own, or set browser.cdpSourceRange",
    });
  }
  return found;
}
