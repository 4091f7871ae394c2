/** Plain records to vary, and an input in which every source was read and nothing is unusual. */
import type { MarkInput } from "../../src/analyse/index.ts";
import type { TracedCall } from "../../src/analyse/index.ts";
import type { Extension, MemoryEntry, Operation } from "../../src/model/activity-records.ts";
import type {
  AuthorizedKey,
  HostCronEntry,
  ProcessSeen,
  SocketSeen,
  StartFile,
} from "../../src/model/host-records.ts";
import { read } from "../../src/model/outcome.ts";
import type { PersistenceItem } from "../../src/model/persistence.ts";
import type { ReadingSet } from "../../src/model/readings.ts";
import type { Device } from "../../src/model/device-records.ts";
import type { CronJob } from "../../src/model/job-records.ts";
import type { ConfigWrite, Credential, GatewayBoot, Grant } from "../../src/model/records.ts";
import type { Session, TranscriptEvent } from "../../src/model/session-records.ts";
import type { Skill, SkillFile } from "../../src/model/skill-records.ts";

export const place = { path: "/home/claw/.openclaw/state/openclaw.sqlite", locator: "row 1" };
export const before = "2026-11-01T00:00:00.000Z";
export const since = "2026-11-20T00:00:00.000Z";
export const now = "2026-11-25T00:00:00.000Z";
export const during = "2026-11-20T12:00:00.000Z";

export function session(given: Partial<Session> = {}): Session {
  return {
    agent: "main",
    key: "agent:main:main",
    id: "s1",
    createdAt: before,
    lastAt: before,
    via: "operator",
    events: 3,
    toolCalls: 1,
    place,
    ...given,
  };
}
export function device(given: Partial<Device> = {}): Device {
  return {
    id: "d1",
    state: "paired",
    name: "laptop",
    roles: ["operator"],
    scopes: ["operator.read"],
    approvedVia: "owner",
    createdAt: before,
    approvedAt: before,
    nodeCommands: [],
    tokens: [],
    place,
    ...given,
  };
}
export function job(given: Partial<CronJob> = {}): CronJob {
  return {
    id: "j1",
    name: "daily summary",
    enabled: true,
    managed: false,
    schedule: "0 8 * * *",
    payloadKind: "agentTurn",
    payload: "Summarise the day",
    createdAt: before,
    runs: 0,
    place,
    ...given,
  };
}
export function skill(text: string, given: Partial<Skill> = {}): Skill {
  return {
    name: "notes",
    source: "workspace",
    files: [
      {
        path: "/home/claw/.openclaw/workspace/skills/notes/SKILL.md",
        bytes: text.length,
        sha256: "ab",
        text,
        executable: false,
      },
    ],
    sha256: "cd",
    modifiedAt: before,
    place,
    ...given,
  };
}
export function call(given: Partial<TracedCall> = {}): TracedCall {
  return {
    agent: "main",
    sessionId: "s1",
    seq: 5,
    at: during,
    tool: "exec",
    traits: [],
    excerpt: "ls",
    place,
    ...given,
  };
}
export function process(given: Partial<ProcessSeen> = {}): ProcessSeen {
  return {
    pid: 10,
    ppid: 1,
    uid: 1000,
    comm: "node",
    argv: ["node"],
    exe: "/usr/bin/node",
    exeDeleted: false,
    state: "S",
    startedAt: before,
    loaders: [],
    hidden: false,
    ...given,
  };
}
export function socket(given: Partial<SocketSeen> = {}): SocketSeen {
  return {
    protocol: "tcp",
    state: "LISTEN",
    localAddress: "127.0.0.1",
    localPort: 18789,
    remoteAddress: "0.0.0.0",
    remotePort: 0,
    uid: 1000,
    listening: true,
    holders: [{ pid: 10, comm: "openclaw-gatewa" }],
    ...given,
  };
}
export function cronLine(given: Partial<HostCronEntry> = {}): HostCronEntry {
  return {
    kind: "job",
    user: "claw",
    schedule: "0 3 * * *",
    command: "/usr/bin/backup",
    hiding: false,
    modifiedAt: before,
    place: { path: "/var/spool/cron/crontabs/claw", locator: "line 1" },
    ...given,
  };
}
export function loginKey(given: Partial<AuthorizedKey> = {}): AuthorizedKey {
  return {
    kind: "key",
    user: "claw",
    options: [],
    type: "ssh-ed25519",
    fingerprint: "SHA256:abc",
    comment: "me@laptop",
    hiding: false,
    modifiedAt: before,
    place: { path: "/home/claw/.ssh/authorized_keys", locator: "line 1" },
    ...given,
  };
}
export function startFile(given: Partial<StartFile> = {}): StartFile {
  return {
    kind: "systemd-unit",
    bytes: 10,
    sha256: "ef",
    mode: 0o644,
    uid: 1000,
    modifiedAt: before,
    runs: ["ExecStart=/usr/bin/openclaw gateway run"],
    loads: [],
    place: { path: "/home/claw/.config/systemd/user/openclaw-gateway.service" },
    ...given,
  };
}
export function write(given: Partial<ConfigWrite> = {}): ConfigWrite {
  return {
    at: before,
    event: "config.write",
    changedPaths: ["meta.lastTouchedVersion"],
    nextHash: "aa",
    suspicious: [],
    place,
    ...given,
  };
}
export function boot(given: Partial<GatewayBoot> = {}): GatewayBoot {
  return { startedAt: before, endedAt: before, outcome: "clean_stop", pid: 10, place, ...given };
}
export function skillFile(given: Partial<SkillFile> = {}): SkillFile {
  return { path: "SKILL.md", bytes: 4, sha256: "ab", text: "text", executable: false, ...given };
}
export function credential(given: Partial<Credential> = {}): Credential {
  return {
    id: "anthropic/default",
    kind: "provider-key",
    provider: "anthropic",
    label: "default",
    mark: { fingerprint: "fp:0123456789ab", length: 40 },
    live: true,
    createdAt: before,
    place: { path: "/home/claw/.openclaw/openclaw.json", locator: "models.providers.anthropic.apiKey" },
    ...given,
  };
}
export function extension(given: Partial<Extension> = {}): Extension {
  return {
    kind: "plugin",
    name: "weather",
    enabled: true,
    bundled: false,
    installedAt: before,
    runs: "node index.js",
    events: [],
    place: { path: "/home/claw/.openclaw/extensions/weather" },
    ...given,
  };
}
export function memory(given: Partial<MemoryEntry> = {}): MemoryEntry {
  return {
    agent: "main",
    subject: "/home/claw/.openclaw/workspace/MEMORY.md:1-3",
    origin: "owner",
    sessionId: "s1",
    observedAt: during,
    text: "Prefers tea.",
    place,
    ...given,
  };
}
export function operation(given: Partial<Operation> = {}): Operation {
  return { kind: "restart", at: during, detail: "source=cli action=restart", place, ...given };
}
export function grant(given: Partial<Grant> = {}): Grant {
  return { kind: "standing-grant", subject: "exec ask=off", detail: "defaults", place, ...given };
}
export function staying(given: Partial<PersistenceItem> = {}): PersistenceItem {
  return {
    mechanism: "systemd-system",
    attack: ["T1543.002"],
    kind: "item",
    user: "root",
    name: "backup.service",
    runs: ["/usr/bin/backup --all"],
    sets: [],
    odd: [],
    file: { bytes: 10, mode: 0o644, uid: 0, modifiedAt: before },
    place: { path: "/etc/systemd/system/backup.service" },
    ...given,
  };
}
export function event(given: Partial<TranscriptEvent> = {}): TranscriptEvent {
  return {
    agent: "main",
    sessionId: "s1",
    seq: 1,
    at: during,
    type: "message",
    place: { path: "/home/claw/.openclaw/agents/main/agent/openclaw-agent.sqlite", locator: "s1/1" },
    ...given,
  };
}

export const calmSet: ReadingSet = {
  sessions: read([session()]),
  devices: read([device()]),
  cronJobs: read([job()]),
  cronRuns: read([]),
  skills: read([skill("# Notes\nWrite them down.")]),
  configWrites: read([write()]),
  audit: read([]),
  boots: read([boot()]),
  grants: read([]),
  credentials: read([]),
  tasks: read([]),
  approvals: read([]),
  extensions: read([]),
  memory: read([]),
  operations: read([]),
  deliveries: read([]),
  config: read([]),
  processes: read([process()]),
  sockets: read([socket()]),
  network: read([]),
  kernel: read([]),
  mounts: read([]),
  containers: read([]),
  containerTraces: read([]),
  sandboxes: read([]),
  tempFiles: read([]),
  logs: read([]),
  loginRecords: read([]),
  authLog: read([]),
  journal: read([]),
  auditLog: read([]),
  packageLog: read([]),
  hostCron: read([cronLine()]),
  authorizedKeys: read([loginKey()]),
  systemdUser: read([startFile()]),
  shellStartup: read([startFile({ kind: "shell", runs: [], place: { path: "/home/claw/.bashrc" } })]),
  persistence: read([]),
  histories: read([]),
  texts: read([]),
  gitSecrets: read([]),
  oddFiles: read([]),
};

export const calmConfig = {
  gateway: { bind: "loopback", auth: { mode: "token", token: "FAKE-0123456789abcdef0123456789abcdef" } },
};

export type Changed = Partial<Omit<MarkInput, "readings">> & { readonly readings?: Partial<ReadingSet> };

export function input({ readings, ...changed }: Changed = {}): MarkInput {
  return {
    calls: read([call()]),
    config: {
      outcome: "ok",
      path: "/home/claw/.openclaw/openclaw.json",
      value: calmConfig,
      sha256: "aa",
      files: [],
    },
    gatewayPort: 18789,
    window: { since },
    now,
    known: {},
    redact: (text) => text.replaceAll(/FAKE-[\w-]+/g, "fp:000000000000"),
    ...changed,
    readings: { ...calmSet, ...readings },
  };
}
