import { at, list, str, strings } from "../../model/json.ts";
import type { Severity } from "../../model/outcome.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";

const base = {
  id: "config-exposed",
  title: "The config opens the gateway",
  severity: "high",
  attack: ["T1133", "T1562.001"],
} as const;

interface Hole {
  readonly key: string;
  readonly severity: Severity;
  readonly says: string;
  readonly next: string;
}

const shortToken = 20;
const redactedStandIn = "__OPENCLAW_REDACTED__";

function holes(input: MarkInput): readonly Hole[] {
  const gateway = at(input.config.value, "gateway");
  return [...bindHoles(gateway, input), ...proxyHoles(gateway), ...tokenHoles(gateway)];
}

function bindHoles(gateway: unknown, input: MarkInput): readonly Hole[] {
  const bind = str(at(gateway, "bind")) ?? "loopback";
  const mode = str(at(gateway, "auth", "mode"));
  const open = bind !== "loopback";
  const found: Hole[] = [];
  if (open) {
    found.push({
      key: "gateway.bind",
      severity: mode === "none" ? "critical" : "high",
      says: `the gateway listens beyond this machine: bind is ${quoted(input, bind, 40)}`,
      next: 'set gateway.bind to "loopback" and reach it by ssh tunnel or tailscale serve',
    });
  }
  if (mode === "none") {
    found.push({
      key: "gateway.auth.mode",
      severity: open ? "critical" : "high",
      says: "the gateway asks for no authentication",
      next: 'set gateway.auth.mode to "token" with a new token',
    });
  }
  if (str(at(gateway, "tailscale", "mode")) === "funnel") {
    found.push({
      key: "gateway.tailscale.mode",
      severity: "high",
      says: "tailscale funnel publishes the gateway on the internet",
      next: 'set gateway.tailscale.mode to "serve" or "off"',
    });
  }
  return found;
}

const everyone = /^(?:0\.0\.0\.0\/0|::\/0|\*)$/;
const loopback = /^(?:127\.|::1$|localhost$)/;

function proxyHoles(gateway: unknown): readonly Hole[] {
  const proxies = strings(list(at(gateway, "trustedProxies")));
  if (!proxies.some((proxy) => loopback.test(proxy) || everyone.test(proxy))) return [];
  return [
    {
      key: "gateway.trustedProxies",
      severity: proxies.some((proxy) => everyone.test(proxy)) ? "high" : "medium",
      says: "addresses that anybody on this machine can use are trusted to say who is calling",
      next: "take loopback out of gateway.trustedProxies unless a reverse proxy runs here",
    },
  ];
}

function tokenHoles(gateway: unknown): readonly Hole[] {
  const token = str(at(gateway, "auth", "token")) ?? str(at(gateway, "auth", "password"));
  if (token === undefined || /^\$\{[\w.:-]{1,200}\}$/.test(token)) return [];
  const next = "rotate the gateway token: claw-ir token-compromised";
  if (token === redactedStandIn) {
    const says = "the gateway token is the public stand-in that OpenClaw prints instead of secrets";
    return [{ key: "gateway.auth.token", severity: "critical", says, next }];
  }
  if (token.length >= shortToken) return [];
  return [
    { key: "gateway.auth.token", severity: "high", says: "the gateway token is short enough to guess", next },
  ];
}

export const configExposed: Mark = {
  ...base,
  needs: ["configFile"],
  evaluate: (input) =>
    holes(input).map((hole) =>
      finding(base, {
        key: hole.key,
        severity: hole.severity,
        confidence: "confirmed",
        summary: hole.says,
        evidence: [evidenceAt("config", { path: input.config.path, locator: hole.key })],
        next: [hole.next],
      }),
    ),
};
