/** The lines of `config-weights.ts` that are about the gateway: who can reach it, and how it knows who is calling. */
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

export const gatewayWeights: readonly ConfigWeight[] = [
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
];
