/** How bad a change of the config is, by its key. The first line that fits counts. */
import type { Severity } from "../../model/outcome.ts";

export interface ConfigWeight {
  readonly key: RegExp;
  readonly severity: Severity;
  readonly why: string;
  readonly attack: readonly string[];
  /** New values that make it worse, and how bad they are. */
  readonly worse?: { readonly value: RegExp; readonly severity: Severity };
}

export const configWeights: readonly ConfigWeight[] = [
  {
    key: /^(?:meta|wizard|ui)(?:\.|$)/,
    severity: "info",
    why: "OpenClaw's own notes",
    attack: [],
  },
  {
    key: /^gateway\.auth\.(?:token|password)/,
    severity: "medium",
    why: "the secret that opens the gateway was replaced",
    attack: ["T1098"],
  },
  {
    key: /^gateway\.auth(?:\.|$)/,
    severity: "high",
    why: "how the gateway checks who is calling was changed",
    attack: ["T1556"],
    worse: { value: /^none$/, severity: "critical" },
  },
  {
    key: /^gateway\.(?:bind|customBindHost|host)$/,
    severity: "high",
    why: "who can reach the gateway was changed",
    attack: ["T1133"],
    worse: { value: /^(?:lan|0\.0\.0\.0|::)$/, severity: "critical" },
  },
  {
    key: /^gateway\.trustedProxies/,
    severity: "high",
    why: "addresses on this list may say who is calling",
    attack: ["T1562.001"],
  },
  {
    key: /^gateway\.(?:controlUi|http|remote|tailscale|nodes|tools)(?:\.|$)/,
    severity: "high",
    why: "another way into the gateway was opened or changed",
    attack: ["T1133"],
    worse: { value: /^funnel$/, severity: "critical" },
  },
  {
    key: /^gateway(?:\.|$)/,
    severity: "medium",
    why: "the gateway was set differently",
    attack: ["T1562.001"],
  },
  {
    key: /^models\.providers\..{1,200}\.(?:baseUrl|headers)/,
    severity: "critical",
    why: "prompts and the provider key go to the address that stands here",
    attack: ["T1557", "T1567"],
  },
  {
    key: /(?:^|\.)(?:elevated|sandbox|askFallback|ask|security|allowInsecure\w{0,40}|danger\w{0,60})(?:\.|\[|$)/,
    severity: "high",
    why: "a guard of the agent's tools was changed",
    attack: ["T1562.001"],
    worse: { value: /^(?:off|false|full|none|true)$/, severity: "high" },
  },
  {
    key: /^(?:tools|approvals)(?:\.|$)/,
    severity: "high",
    why: "what the agent may run was changed",
    attack: ["T1562.001", "T1548"],
  },
  {
    key: /^hooks(?:\.|$)/,
    severity: "high",
    why: "hooks run by themselves and take calls from outside",
    attack: ["T1546"],
  },
  {
    key: /^(?:mcp|plugins|skills)(?:\.|$)/,
    severity: "high",
    why: "code from elsewhere runs in the gateway",
    attack: ["T1195.001"],
  },
  {
    key: /^channels\..{1,200}(?:dmPolicy|groupPolicy|allowFrom|groupAllowFrom)/,
    severity: "high",
    why: "who may talk to the agent was changed",
    attack: ["T1199"],
    worse: { value: /^(?:open|\*)$/, severity: "critical" },
  },
  { key: /^channels(?:\.|$)/, severity: "medium", why: "a messaging channel was changed", attack: ["T1199"] },
  {
    key: /^(?:cron|automations)(?:\.|$)/,
    severity: "high",
    why: "jobs run by themselves",
    attack: ["T1053"],
  },
  {
    key: /^(?:env|secrets)(?:\.|$)/,
    severity: "high",
    why: "environment and secrets steer what every tool does",
    attack: ["T1574.007", "T1552"],
  },
  {
    key: /^(?:logging|diagnostics|audit)(?:\.|$)/,
    severity: "medium",
    why: "what is recorded was changed",
    attack: ["T1562.008"],
  },
  {
    key: /^agents(?:\.|$).{0,200}(?:workspace|agentDir)$/,
    severity: "high",
    why: "the agent works in another folder",
    attack: ["T1565.001"],
  },
  {
    key: /^agents(?:\.|$).{0,200}(?:model|heartbeat)/,
    severity: "medium",
    why: "which model is used, and how often, decides the bill",
    attack: ["T1496.004"],
  },
];

const otherwise: ConfigWeight = {
  key: /^/,
  severity: "low",
  why: "the config differs from the baseline",
  attack: ["T1565.001"],
};

/** How bad it is that this key has a new value. */
export function weigh(
  key: string,
  after: string | undefined,
): Pick<ConfigWeight, "severity" | "why" | "attack"> {
  const name = key.slice(0, 500);
  const weight = configWeights.find((one) => one.key.test(name)) ?? otherwise;
  const { why, attack, worse } = weight;
  const bad = after !== undefined && worse?.value.test(after) === true;
  return { why, attack, severity: bad ? worse.severity : weight.severity };
}
