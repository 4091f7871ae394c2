/**
 * The steps that public hardening guides for OpenClaw (February to June 2026) list under "when something happened", and
 * where each is carried out or remembered. A line that no step and no reminder covers fails here.
 */
import { describe, expect, it } from "vitest";
import { playbooks, type PlaybookId } from "../../src/playbooks/index.ts";
import type { StepId } from "../../src/playbooks/steps/index.ts";

interface Covered {
  readonly step?: StepId;
  /** Part of a `remember` line of the playbook. */
  readonly remember?: string;
}

type Guide = readonly (readonly [advice: string, covered: readonly Covered[]])[];

const firstHour: Guide = [
  ["revoke and rotate tokens at once", [{ step: "rotate/gateway-token" }, { step: "rotate/credentials" }]],
  [
    "disable high-risk tools",
    [{ step: "contain/stop-gateway" }, { remember: "deny the tools that it does not need" }],
  ],
  ["network to the private path", [{ remember: "Keep the gateway on loopback" }]],
  ["preserve logs and config state", [{ step: "volatile/capture" }, { step: "preserve/seal" }]],
  [
    "verify the blast radius before automation is switched on again",
    [
      { step: "analyse/marks" },
      { remember: "before any automation is switched on again" },
      { remember: "had everything OpenClaw could reach" },
    ],
  ],
];

const guides: Readonly<Partial<Record<PlaybookId, Guide>>> = {
  "key-compromised": [
    ...firstHour,
    ["new key at the provider", [{ step: "rotate/credentials" }]],
    ["put it into the auth profile or secret store", [{ step: "rotate/credentials" }]],
    ["restart", [{ step: "recover/start-gateway" }]],
    ["revoke the old one", [{ step: "rotate/credentials" }, { remember: "Revoke the old key" }]],
    ["provider usage logs", [{ remember: "provider's own usage logs" }]],
    [
      "OpenClaw tasks, cron runs, channel history for the unusual",
      [{ step: "collect/all" }, { step: "analyse/marks" }, { remember: "cron runs and channel history" }],
    ],
    // "suspected compromise" is this playbook with "all of them".
    ["stop the gateway (or kill it)", [{ step: "contain/stop-gateway" }]],
    ["rotate all API keys of every provider before investigating", [{ step: "rotate/plan" }]],
    ["unfamiliar sessions", [{ step: "collect/all" }, { step: "analyse/marks" }]],
    ["gateway token", [{ step: "rotate/gateway-token" }, { step: "recover/prove-gateway-token" }]],
    ["skills you did not install", [{ step: "collect/all" }, { step: "analyse/baseline" }]],
    ["revoke messaging-platform sessions and sign in again", [{ step: "recover/sign-in-again" }]],
    ["host: last, crontab -l, authorized_keys", [{ step: "volatile/capture" }, { step: "collect/all" }]],
    [
      "assume the intruder had everything OpenClaw could reach",
      [{ remember: "everything OpenClaw could reach" }],
    ],
  ],
  "token-compromised": [
    ["stop the gateway", [{ step: "contain/stop-gateway" }]],
    ["clear all devices", [{ step: "rotate/devices" }, { step: "rotate/made-by-devices" }]],
    ["channels: allow-lists, no open DM policy", [{ step: "rotate/allow-lists" }]],
    ["rotate the token", [{ step: "rotate/gateway-token" }, { step: "recover/prove-gateway-token" }]],
    ["restart", [{ step: "recover/start-gateway" }]],
    [
      "pair again only known devices",
      [{ step: "recover/pair-again" }, { remember: "Pair again only devices" }],
    ],
    ["network to the private path", [{ remember: "Keep the gateway on loopback" }]],
  ],
  "device-compromised": [
    ["stop the gateway", [{ step: "contain/stop-gateway" }]],
    ["clear all devices", [{ step: "rotate/devices" }, { step: "recover/prove-devices" }]],
    ["channels: allow-lists, no open DM policy", [{ step: "rotate/allow-lists" }]],
    ["rotate the token", [{ step: "rotate/gateway-token" }, { step: "recover/prove-gateway-token" }]],
    ["restart", [{ step: "recover/start-gateway" }]],
    ["pair again only known devices", [{ step: "recover/pair-again" }]],
    ["revoke messaging-platform sessions and sign in again", [{ step: "recover/sign-in-again" }]],
  ],
  "cost-spike": [
    [
      "provider dashboards first",
      [{ step: "volatile/ask-cost" }, { remember: "provider's dashboard first" }],
    ],
    [
      "recent tasks and cron runs",
      [{ step: "volatile/spend" }, { step: "analyse/cost" }, { step: "collect/all" }],
    ],
    ["disable the affected channels", [{ step: "recover/switch-off" }]],
    ["stop the gateway if usage still climbs", [{ step: "contain/stop-gateway" }]],
    ["write to the provider if it looks like fraud", [{ step: "recover/provider-check" }]],
    ["limits and alerts at 50, 80, 100 %", [{ remember: "50, 80 and 100 %" }]],
    [
      "cheap models for background work, concurrency low",
      [{ remember: "cheaper model for background work" }],
    ],
  ],
};

describe.each(Object.keys(guides) as (keyof typeof guides)[])("%s", (id) => {
  const { steps, remember } = playbooks[id];
  it.each([...(guides[id] ?? [])])("%s", (_advice, covered) => {
    expect(covered.length).toBeGreaterThan(0);
    for (const { step, remember: words } of covered) {
      if (step !== undefined) expect(steps.map((entry) => entry.id)).toContain(step);
      if (words !== undefined) expect(remember.join("\n")).toContain(words);
    }
  });
});
