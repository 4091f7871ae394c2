/** The eight stages of an incident, in the order they happen. Help, playbooks, the journal and the report read this list. */
export const stages = [
  "volatile",
  "contain",
  "preserve",
  "collect",
  "analyse",
  "rotate",
  "recover",
  "report",
] as const;
export type Stage = (typeof stages)[number];

/** What a step may change: nothing, the case folder, OpenClaw's state, the host, or something beyond the host. */
export const mutations = ["none", "case", "state", "host", "remote"] as const;
export type Mutates = (typeof mutations)[number];
