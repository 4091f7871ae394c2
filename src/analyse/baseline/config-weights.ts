/**
 * How bad a change of the config is, by its key. The first line that fits counts. `checks` are the check ids of OpenClaw's own
 * `security audit` that look at the same key (docs.openclaw.ai, gateway/security/audit-checks).
 */
import { type ConfigWeight, gatewayWeights } from "./gateway-weights.ts";

export const configWeights: readonly ConfigWeight[] = [
  {
    key: /^(?:meta|wizard|ui)(?:\.|$)/,
    severity: "info",
    why: "OpenClaw's own notes",
    attack: [],
  },
  ...gatewayWeights,
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
    checks: ["config.insecure_or_dangerous_flags"],
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
    checks: ["hooks.token_reuse_gateway_token", "hooks.token_too_short", "hooks.request_session_key_enabled"],
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
    key: /^logging\.redactSensitive$/,
    severity: "medium",
    why: "what is left out of the logs was changed",
    attack: ["T1552.001"],
    checks: ["logging.redact_off"],
    worse: { value: /^(?:off|false)$/, severity: "high" },
  },
  {
    key: /^discovery(?:\.|$)/,
    severity: "medium",
    why: "what the gateway tells the local network about itself was changed",
    attack: ["T1046"],
    checks: ["discovery.mdns_full_mode"],
  },
  {
    key: /^browser(?:\.|$)/,
    severity: "medium",
    why: "the browser that the agent steers was set differently",
    attack: ["T1185"],
    checks: ["browser.control_no_auth", "browser.remote_cdp_http"],
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
