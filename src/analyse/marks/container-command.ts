import { strings } from "../../model/json.ts";
import type { HostFact } from "../../model/live-records.ts";
import type { Severity } from "../../model/outcome.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { findReverseShell } from "../text/commands.ts";
import { findFetchAndRun } from "../text/fetch-and-run.ts";
import { findMiner } from "../text/miners.ts";
import { oddPlace } from "../text/program-paths.ts";

const base = {
  id: "container-command",
  title: "Container whose command fetches code, mines or opens a shell to somebody",
  severity: "high",
  attack: ["T1610", "T1059.004", "T1105"],
} as const;

function judge(
  command: readonly string[],
): { readonly says: string; readonly severity: Severity } | undefined {
  const text = command.join(" ");
  const shell = findReverseShell(text);
  if (shell !== undefined) return { says: shell.says, severity: "critical" };
  const miner = findMiner(text);
  if (miner !== undefined) return { says: "names a miner or its pool", severity: "high" };
  const [fetches] = findFetchAndRun(text);
  if (fetches !== undefined) return { says: fetches.says, severity: "high" };
  const [program = ""] = command;
  return oddPlace(program) === "temporary"
    ? { says: "begins with a program in a temporary folder", severity: "medium" }
    : undefined;
}

function commandOf({ data, detail }: HostFact): readonly string[] {
  const words = strings(data?.["command"]);
  return words.length > 0 ? words : [detail];
}

export const containerCommand: Mark = {
  ...base,
  needs: ["containers"],
  evaluate: (input) =>
    input.readings.containers.records.flatMap((fact) => {
      const command = commandOf(fact);
      const judged = judge(command);
      if (judged === undefined) return [];
      return finding(base, {
        key: `${fact.name}\0${fact.place.path}`,
        severity: judged.severity,
        confidence: "likely",
        firstSeen: fact.at,
        summary: `the command of container ${quoted(input, fact.name)} ${judged.says}`,
        evidence: [evidenceAt("containers", fact.place, { input, excerpt: command.join(" ") })],
        next: ["seal the evidence, then stop it; find out who started it, and with which image"],
      });
    }),
};
