/** What a baseline holds, and how bad it is when one of it comes or changes. Add a kind: a line here, a maker in `makers`. */
import type { Severity } from "../../../model/outcome.ts";
import type { Area } from "../types.ts";

export interface ThingFacts {
  readonly area: Area;
  /** "a paired device" */
  readonly noun: string;
  /** "paired devices" */
  readonly many: string;
  readonly severity: Severity;
  readonly why: string;
  readonly attack: readonly string[];
  /** Check ids of OpenClaw's own `security audit` that look at the same thing. */
  readonly checks?: readonly string[];
}

/** MITRE ATT&CK ids as in the artifact lists of `docs/coverage.md`. */
export const things = {
  config: {
    area: "config",
    noun: "the config",
    many: "keys of the config",
    severity: "high",
    why: "the config decides who may call and what may run",
    attack: ["T1565.001"],
  },
  grant: {
    area: "config",
    noun: "a standing approval",
    many: "standing approvals",
    severity: "high",
    why: "what it names happens again without asking",
    attack: ["T1548", "T1199"],
  },
  skill: {
    area: "skill",
    noun: "a skill",
    many: "skills",
    severity: "medium",
    why: "skills are instructions and code for the agent",
    attack: ["T1195.001"],
    checks: ["skills.code_safety"],
  },
  "identity-file": {
    area: "identity",
    noun: "a file of the agent's identity",
    many: "files of the agent's identity",
    severity: "medium",
    why: "the agent reads this file at every start",
    attack: ["T1565.001"],
  },
  "cron-job": {
    area: "cron",
    noun: "a job",
    many: "jobs",
    severity: "high",
    why: "jobs run by themselves",
    attack: ["T1053"],
  },
  hook: {
    area: "hook",
    noun: "a hook",
    many: "hooks",
    severity: "high",
    why: "hooks run by themselves",
    attack: ["T1546"],
  },
  plugin: {
    area: "plugin",
    noun: "a plugin",
    many: "plugins",
    severity: "high",
    why: "plugins run inside the gateway",
    attack: ["T1195.001"],
    checks: ["plugins.code_safety"],
  },
  "mcp-server": {
    area: "plugin",
    noun: "an MCP server",
    many: "MCP servers",
    severity: "high",
    why: "what it says goes into the agent, and what it is told leaves it",
    attack: ["T1195.001", "T1059"],
  },
  device: {
    area: "credential",
    noun: "a paired device",
    many: "paired devices",
    severity: "high",
    why: "whoever holds the device can use the gateway",
    attack: ["T1098.005"],
  },
  credential: {
    area: "credential",
    noun: "a credential",
    many: "credentials",
    severity: "medium",
    why: "a credential was changed",
    attack: ["T1552.001"],
  },
  "authorized-key": {
    area: "host",
    noun: "an authorized key",
    many: "authorized keys",
    severity: "high",
    why: "whoever has the private key logs in without a password",
    attack: ["T1098.004"],
  },
  "host-cron": {
    area: "host",
    noun: "a crontab",
    many: "crontabs",
    severity: "high",
    why: "what stands in a crontab runs by itself",
    attack: ["T1053.003"],
  },
  "systemd-unit": {
    area: "host",
    noun: "a systemd unit",
    many: "systemd units",
    severity: "high",
    why: "the service manager runs it by itself",
    attack: ["T1543.002"],
  },
  "shell-startup": {
    area: "host",
    noun: "a shell start-up file",
    many: "shell start-up files",
    severity: "medium",
    why: "it runs at every login",
    attack: ["T1546.004"],
  },
  persistence: {
    area: "host",
    noun: "a start-up point of the host",
    many: "start-up points of the host",
    severity: "medium",
    why: "it runs, or lets somebody in, by being there",
    attack: ["T1547"],
  },
} as const satisfies Readonly<Record<string, ThingFacts>>;

export type Thing = keyof typeof things;

export function isThing(text: string): text is Thing {
  return Object.hasOwn(things, text);
}

export function factsOf(thing: Thing): ThingFacts {
  return things[thing];
}
