import type { ContainerLineSeen } from "../../model/container-records.ts";
import type { Severity } from "../../model/outcome.ts";
import { counted } from "../../model/text.ts";
import { evidenceAt, finding, quoted, span } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { findReverseShell, namesSecretPlace, sendsOut } from "../text/commands.ts";
import { findFetchAndRun } from "../text/fetch-and-run.ts";
import { findMiner } from "../text/miners.ts";

const base = {
  id: "container-said",
  title: "What a container of OpenClaw said tells of an intruder's work",
  severity: "high",
  attack: ["T1059.004", "T1105"],
} as const;

const maxEvidence = 20;

interface Said {
  readonly kind: string;
  readonly says: string;
  readonly severity: Severity;
  readonly attack: readonly string[];
}

function judge(text: string): Said | undefined {
  const shell = findReverseShell(text);
  if (shell !== undefined)
    return { kind: "shell", says: shell.says, severity: "high", attack: ["T1059.004", "T1095"] };
  if (findMiner(text) !== undefined)
    return { kind: "miner", says: "tells of a miner", severity: "high", attack: ["T1496.001"] };
  const [fetches] = findFetchAndRun(text);
  if (fetches !== undefined)
    return { kind: "fetch", says: fetches.says, severity: "medium", attack: ["T1059.004", "T1105"] };
  return namesSecretPlace(text) && sendsOut("", text)
    ? {
        kind: "egress",
        says: "names a place of credentials and sends something out",
        severity: "high",
        attack: ["T1552.001", "T1041"],
      }
    : undefined;
}

/** One finding per container and kind: a log repeats itself. A text that somebody only talked about stands in logs, too. */
export const containerSaid: Mark = {
  ...base,
  needs: ["containerTraces"],
  evaluate: (input) => {
    const lines = input.readings.containerTraces.records.flatMap((record) => {
      const said = record.kind === "line" ? judge(record.text) : undefined;
      return record.kind === "line" && said !== undefined ? [{ record, said }] : [];
    });
    const keyOf = ({ record, said }: { record: ContainerLineSeen; said: Said }): string =>
      [record.engine, record.container, said.kind].join("\0");
    return [...Map.groupBy(lines, keyOf)].flatMap(([key, of]) => {
      const [first] = of;
      if (first === undefined) return [];
      const { record, said } = first;
      const found = finding(base, {
        key,
        severity: said.severity,
        ...span(of.map((one) => one.record.at)),
        why: said.says,
        summary: `${counted(of.length, "line")} of container ${quoted(input, record.container)}: ${said.says}`,
        evidence: of.slice(0, maxEvidence).map((one) =>
          evidenceAt(
            "container-traces",
            {
              path: `${record.engine} container`,
              locator: input.redact(`${record.container} ${one.record.stream}`),
            },
            { input, excerpt: one.record.text },
          ),
        ),
        next: ["look at what ran in the container at that time, and at what was changed in it"],
      });
      return [{ ...found, attack: said.attack }];
    });
  },
};
