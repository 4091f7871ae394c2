import { at, str } from "../../model/json.ts";
import type { Severity } from "../../model/outcome.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { findReverseShell, namesSecretPlace, sendsOut } from "../text/commands.ts";
import { findFetchAndRun } from "../text/fetch-and-run.ts";
import { findMiner } from "../text/miners.ts";
import { sandboxBlocks } from "./sandbox-config.ts";

const base = {
  id: "sandbox-setup",
  title: "Every new sandbox fetches and runs code from elsewhere",
  severity: "high",
  attack: ["T1610", "T1059.004", "T1105"],
} as const;

function judge(text: string): { readonly says: string; readonly severity: Severity } | undefined {
  const shell = findReverseShell(text);
  if (shell !== undefined) return { says: shell.says, severity: "critical" };
  if (findMiner(text) !== undefined) return { says: "names a miner or its pool", severity: "critical" };
  if (namesSecretPlace(text) && sendsOut("", text))
    return { says: "names a place of credentials and sends something out", severity: "critical" };
  const [fetches] = findFetchAndRun(text);
  return fetches === undefined ? undefined : { says: fetches.says, severity: "high" };
}

/** `sandbox.docker.setupCommand` is run once in each container, with the network it was given. */
export const sandboxSetup: Mark = {
  ...base,
  needs: ["configFile"],
  evaluate: (input) =>
    sandboxBlocks(input.config.value).flatMap(({ key, value }) => {
      const command = str(at(value, "docker", "setupCommand"));
      const judged = command === undefined ? undefined : judge(command);
      if (command === undefined || judged === undefined) return [];
      const locator = input.redact(`${key}.docker.setupCommand`);
      return finding(base, {
        key: locator,
        severity: judged.severity,
        confidence: "likely",
        why: judged.says,
        summary: `${quoted(input, locator, 120)} ${judged.says}`,
        evidence: [evidenceAt("config", { path: input.config.path, locator }, { input, excerpt: command })],
        next: [
          "if it is not yours, take it out and have the sandboxes made anew (openclaw sandbox recreate); else build it into an image",
        ],
      });
    }),
};
