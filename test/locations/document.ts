/** The text of docs/coverage.md: its words from `words.ts`, its tables from what the collectors say and found. Pure. */
import type { Collector } from "../../src/collectors/index.ts";
import type { Kept } from "./collected.ts";
import { locations } from "./locations.ts";
import { hostPath } from "./planted.ts";
import { beyondUac, inPart, intro, onlyUac, outro } from "./words.ts";

export interface Matrix {
  readonly matrix: string;
  readonly version: string;
  readonly notice: string;
  readonly tactics: readonly string[];
  readonly techniques: Readonly<
    Record<string, { readonly name: string; readonly tactics: readonly string[] }>
  >;
}

/** They name every file there is and read none: being listed there is not being read. */
const walkers: ReadonlySet<string> = new Set(["bodyfile", "odd-files"]);

/** The collectors that read the sample at a path of the examined host. */
export function readersOf(kept: readonly Kept[], path: string): readonly string[] {
  const quoted = JSON.stringify(hostPath(path));
  return kept
    .filter(({ artifact, text }) => !walkers.has(artifact.id) && text.includes(quoted))
    .map(({ artifact }) => artifact.id);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

const code = (text: string): string => `\`${text}\``;

function locationTables(kept: readonly Kept[]): string {
  const groups = [...new Set(locations.map(({ group }) => group))];
  return groups
    .map((group) => {
      const rows = locations
        .filter((one) => one.group === group)
        .map(({ path, uac }) => [
          code(path),
          uac ? "copied" : "–",
          readersOf(kept, path).map(code).join(", ") || "listed in the bodyfile only",
        ]);
      return `### ${group}\n\n${table(["Sample", "UAC", "claw-ir: read by"], rows)}`;
    })
    .join("\n\n");
}

function collectorTable(collectors: readonly Collector[]): string {
  const rows = collectors.map(({ id, title, attack, liveOnly, timeoutMs, rootAdds }) => [
    code(id),
    title,
    attack.join(", ") || "–",
    liveOnly ? "live host" : "live host, disk",
    `${timeoutMs / 1000} s`,
    rootAdds ?? "–",
  ]);
  return table(["Collector", "What", "ATT&CK", "Where", "Limit", "What root adds"], rows);
}

/** The technique's own name, with its parent's in front of it. */
function nameOf({ techniques }: Matrix, id: string): string {
  const name = techniques[id]?.name ?? "unknown";
  const parent = techniques[id.split(".")[0] ?? ""]?.name;
  return id.includes(".") && parent !== undefined ? `${parent}: ${name}` : name;
}

function matrixTables(collectors: readonly Collector[], matrix: Matrix): string {
  const ids = [...new Set(collectors.flatMap(({ attack }) => attack))].sort();
  const sections = matrix.tactics.flatMap((tactic) => {
    const rows = ids
      .filter((id) => matrix.techniques[id]?.tactics.includes(tactic))
      .map((id) => [
        id,
        nameOf(matrix, id),
        collectors
          .filter(({ attack }) => attack.includes(id))
          .map((one) => code(one.id))
          .join(", "),
      ]);
    if (rows.length === 0) return [];
    return [`### ${titled(tactic)}\n\n${table(["Technique", "Name", "Shown by"], rows)}`];
  });
  return sections.join("\n\n");
}

function titled(tactic: string): string {
  return `${tactic.charAt(0).toUpperCase()}${tactic.slice(1).replaceAll("-", " ")}`;
}

export function coverageText(
  collectors: readonly Collector[],
  kept: readonly Kept[],
  matrix: Matrix,
): string {
  const techniques = new Set(collectors.flatMap(({ attack }) => attack)).size;
  return `${[
    intro,
    `## Places on Linux\n\n${locationTables(kept)}`,
    `## What UAC collects and claw-ir does not\n\n${table(["What", "Why not"], onlyUac)}`,
    `## Read in part, or by another way\n\n${table(["Source", "What is read", "What is not, and why"], inPart)}`,
    `## What claw-ir collects and UAC does not\n\n${beyondUac}`,
    `## Collectors\n\n${collectors.length} sources of evidence, most volatile first.\n\n${collectorTable(collectors)}`,
    `## ATT&CK\n\n${matrix.matrix}, version ${matrix.version}: ${techniques} techniques that a collector can show. ${matrix.notice}\n\n${matrixTables(collectors, matrix)}`,
    outro,
  ].join("\n\n")}\n`;
}
