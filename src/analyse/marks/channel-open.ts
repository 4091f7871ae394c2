import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "channel-open",
  title: "A channel answers everybody",
  severity: "high",
  attack: ["T1199"],
} as const;

const direct = /^channels\..{1,200}\.?dmPolicy$/;
const group = /^channels\..{1,200}\.?groupPolicy$/;
const allowed = /^channels\..{1,200}\.?(?:allowFrom|groupAllowFrom)\[\d{1,6}\]$/;

export const channelOpen: Mark = {
  ...base,
  needs: ["config"],
  evaluate: (input) => {
    const off = new Set(
      input.readings.config.records
        .filter(({ key, value }) => /^channels\.[^.]{1,80}\.enabled$/.test(key) && value === "false")
        .map(({ key }) => key.slice(0, -".enabled".length)),
    );
    return input.readings.config.records
      .filter(
        ({ key, value }) =>
          ((direct.test(key) || group.test(key)) && value === "open") || (allowed.test(key) && value === "*"),
      )
      .map(({ key, value, place }) => {
        const channel = key.split(".").slice(0, 2).join(".");
        return finding(base, {
          key,
          severity: off.has(channel) ? "low" : group.test(key) ? "medium" : "high",
          confidence: "confirmed",
          summary: `${quoted(input, key)} is ${quoted(input, value, 20)}: strangers can talk to the agent and its tools${off.has(channel) ? " as soon as the channel is switched on" : ""}`,
          evidence: [evidenceAt("config", place)],
          next: ['use "pairing" or an allow-list of numeric ids'],
        });
      });
  },
};
