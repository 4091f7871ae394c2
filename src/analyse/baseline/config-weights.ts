/**
 * How bad a change of the config is, by its key. The first line that fits counts. `checks` are the check ids of OpenClaw's own
 * `security audit` that look at the same key (docs.openclaw.ai, gateway/security/audit-checks).
 */
import type { Severity } from "../../model/outcome.ts";

export interface ConfigWeight {
  readonly key: RegExp;
  readonly severity: Severity;
  readonly why: string;
  readonly attack: readonly string[];
  readonly checks?: readonly string[];
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
    checks: ["gateway.token_too_short", "config.secrets.gateway_password_in_config"],
  },
  {
    key: /^gateway\.auth\.(?:trustedProxy|mode)(?:\.|$)/,
    severity: "high",
    why: "who says who is calling was changed",
    attack: ["T1556"],
    checks: ["gateway.trusted_proxy_auth", "gateway.loopback_no_auth", "gateway.http.no_auth"],
    worse: { value: /^(?:none|trusted-proxy)$/, severity: "critical" },
  },
  {
    key: /^gateway\.auth\.rateLimit/,
    severity: "medium",
    why: "how often a wrong token may be tried was changed",
    attack: ["T1110"],
    checks: ["gateway.auth_no_rate_limit"],
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
    checks: ["gateway.bind_no_auth", "gateway.bind_network_accessible"],
    worse: { value: /^(?:lan|0\.0\.0\.0|::)$/, severity: "critical" },
  },
  {
    key: /^gateway\.trustedProxies/,
    severity: "high",
    why: "addresses on this list may say who is calling",
    attack: ["T1562.001"],
    checks: ["gateway.trusted_proxy_no_proxies", "gateway.real_ip_fallback_enabled"],
  },
  {
    key: /^gateway\.allowRealIpFallback/,
    severity: "high",
    why: "a header that anybody can write may say who is calling",
    attack: ["T1562.001"],
    checks: ["gateway.real_ip_fallback_enabled"],
    worse: { value: /^true$/, severity: "critical" },
  },
  {
    key: /^gateway\.tailscale(?:\.|$)/,
    severity: "high",
    why: "who can reach the gateway through Tailscale was changed",
    attack: ["T1133"],
    checks: ["gateway.tailscale_funnel", "gateway.tailscale_serve"],
    worse: { value: /^funnel$/, severity: "critical" },
  },
  {
    key: /^gateway\.controlUi\.allowedOrigins/,
    severity: "high",
    why: "which pages may steer the gateway from a browser was changed",
    attack: ["T1133"],
    checks: ["gateway.control_ui.allowed_origins_required", "gateway.control_ui.allowed_origins_wildcard"],
    worse: { value: /^\*$/, severity: "critical" },
  },
  {
    key: /^gateway\.controlUi\.dangerously(?:DisableDeviceAuth|AllowHostHeaderOriginFallback)$/,
    severity: "high",
    why: "a check of who is calling is switched off by this",
    attack: ["T1556"],
    checks: ["gateway.control_ui.device_auth_disabled", "gateway.control_ui.host_header_origin_fallback"],
    worse: { value: /^true$/, severity: "critical" },
  },
  {
    key: /^gateway\.controlUi\.allowInsecureAuth$/,
    severity: "high",
    why: "the control page takes weaker proof of who is calling",
    attack: ["T1556"],
    checks: ["gateway.control_ui.insecure_auth"],
  },
  {
    key: /^gateway\.(?:tools|nodes)(?:\.|$)/,
    severity: "high",
    why: "what may be run through the gateway was changed",
    attack: ["T1562.001", "T1133"],
    checks: ["gateway.tools_invoke_http.dangerous_allow", "gateway.nodes.allow_commands_dangerous"],
  },
  {
    key: /^gateway\.(?:controlUi|http|remote)(?:\.|$)/,
    severity: "high",
    why: "another way into the gateway was opened or changed",
    attack: ["T1133"],
    checks: ["gateway.http.session_key_override_enabled"],
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
