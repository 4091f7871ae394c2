import type { Verb } from "./edge.ts";

const incident = "Something happened";
const look = "Look";
const after = "Afterwards";
const between = "Between incidents";

/** Every verb, in the order of the help. A new command is one file and one entry here. */
export const verbs: readonly Verb[] = [
  {
    name: "key-compromised",
    group: incident,
    summary: "a provider key, bot token or other secret leaked",
    resumable: true,
    load: async () => (await import("./playbook.ts")).playbookCommand("key-compromised"),
  },
  {
    name: "token-compromised",
    group: incident,
    summary: "the gateway token leaked",
    resumable: true,
    load: async () => (await import("./playbook.ts")).playbookCommand("token-compromised"),
  },
  {
    name: "device-compromised",
    group: incident,
    summary: "a paired device is lost or unknown, or this host itself is taken",
    resumable: true,
    load: async () => (await import("./playbook.ts")).playbookCommand("device-compromised"),
  },
  {
    name: "cost-spike",
    group: incident,
    summary: "the bill explodes",
    resumable: true,
    load: async () => (await import("./playbook.ts")).playbookCommand("cost-spike"),
  },
  {
    name: "stop",
    group: incident,
    summary: "the kill switch: capture, stop everything, prove that it is down",
    resumable: true,
    load: async () => (await import("./playbook.ts")).playbookCommand("stop"),
  },
  {
    name: "resume",
    group: incident,
    summary: "carry on where a run ended, whatever ended it",
    resumable: true,
    load: async () => (await import("./resume.ts")).resumeCommand,
  },
  {
    name: "collect",
    group: look,
    summary: "a case without a playbook: collect, analyse, print findings; changes nothing",
    resumable: true,
    load: async () => (await import("./collect.ts")).collectCommand,
  },
  {
    name: "timeline",
    group: look,
    summary: "what happened, in order of time",
    load: async () => (await import("./timeline.ts")).timelineCommand,
  },
  {
    name: "findings",
    group: look,
    summary: "what is wrong, worst first",
    load: async () => (await import("./findings.ts")).findingsCommand,
  },
  {
    name: "sessions",
    group: look,
    summary: "who talked to the agents, and what they had them do",
    load: async () => (await import("./look/sessions.ts")).sessionsCommand,
  },
  {
    name: "skills",
    group: look,
    summary: "what the agents were taught, and where it came from",
    load: async () => (await import("./look/skills.ts")).skillsCommand,
  },
  {
    name: "devices",
    group: look,
    summary: "who may talk to the gateway, asks to, or would be let in",
    load: async () => (await import("./devices-review.ts")).devicesWithReview,
  },
  {
    name: "cron",
    group: look,
    summary: "what runs by the clock: OpenClaw's jobs, the host's timers",
    load: async () => (await import("./look/cron.ts")).cronCommand,
  },
  {
    name: "persistence",
    group: look,
    summary: "what runs, or lets somebody in, by being there",
    load: async () => (await import("./look/persistence.ts")).persistenceCommand,
  },
  {
    name: "secrets",
    group: look,
    summary: "which secrets lie where, as fingerprints",
    load: async () => (await import("./look/secrets.ts")).secretsCommand,
  },
  {
    name: "cost",
    group: look,
    summary: "what was spent, by whom and on what, from the transcripts",
    load: async () => (await import("./cost.ts")).costCommand,
  },
  {
    name: "report",
    group: after,
    summary: "write the incident report of a case again",
    load: async () => (await import("./report.ts")).reportCommand,
  },
  {
    name: "postmortem",
    group: after,
    summary: "a post-mortem from a template, filled in from the case",
    load: async () => (await import("./postmortem.ts")).postmortemCommand,
  },
  {
    name: "case",
    group: after,
    summary: "list, show, verify, annotate and close cases",
    load: async () => (await import("./case.ts")).caseCommand,
  },
  {
    name: "baseline",
    group: between,
    summary: "the known-good state: take it, compare, bring a file back",
    load: async () => (await import("./baseline/index.ts")).baselineCommand,
  },
  {
    name: "key",
    group: between,
    summary: "OpenPGP keys that archives are sealed to and signed with",
    load: async () => (await import("./key/index.ts")).keyCommand,
  },
  {
    name: "ready",
    group: between,
    summary: "is this host ready for an incident?",
    load: async () => (await import("./ready.ts")).readyCommand,
  },
  {
    name: "backup",
    group: between,
    summary: "make, list, verify, prune and schedule sealed backups",
    load: async () => (await import("./backup/index.ts")).backupCommand,
  },
  {
    name: "restore",
    group: between,
    summary: "bring an archive back, without what was revoked since",
    load: async () => (await import("./restore/index.ts")).restoreCommand,
  },
  {
    name: "drill",
    group: between,
    summary: "prove that a backup can be restored, and how long it takes",
    load: async () => (await import("./drill/index.ts")).drillCommand,
  },
];
