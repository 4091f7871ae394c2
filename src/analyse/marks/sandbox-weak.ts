import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";
import { sandboxBlocks } from "./sandbox-config.ts";
import { holesOf } from "./sandbox-holes.ts";

const base = {
  id: "sandbox-weak",
  title: "Settings that let the agent's sandbox reach the host",
  severity: "high",
  attack: ["T1562.001", "T1611"],
} as const;

/**
 * Without a word OpenClaw runs tools on the host, and that is told by nobody here. What counts is what somebody has written: a
 * sandbox that is switched off for one agent, or one that does not hold.
 */
export const sandboxWeak: Mark = {
  ...base,
  needs: ["configFile"],
  evaluate: (input: MarkInput) =>
    sandboxBlocks(input.config.value).flatMap((block) =>
      holesOf(input.config.value, block).map(({ key, value, severity, says, check, next }) =>
        finding(base, {
          key: `${block.key}.${key}\0${value}`,
          severity,
          confidence: "confirmed",
          why: says,
          summary: `${quoted(input, `${block.key}.${key}`, 120)} is ${quoted(input, value, 120)}: ${says}`,
          evidence: [
            evidenceAt("config", { path: input.config.path, locator: input.redact(`${block.key}.${key}`) }),
          ],
          next: [check === undefined ? next : `${next} (OpenClaw's \`security audit\` tells it as ${check})`],
        }),
      ),
    ),
};
