/** The table: what was measured, beside what, the ratio, and whether it is what it must be. */
export interface Row {
  readonly what: string;
  readonly beside: string;
  readonly figures: string;
  /** "0.12 ×" and the like. */
  readonly ratio: string;
  readonly must: string;
  readonly good: boolean | undefined;
}

export function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}

/** `ours` beside `theirs`, at most `limit` times. */
export function ratioRow(
  what: string,
  beside: string,
  { ours, theirs, limit, unit }: { ours: number; theirs: number; limit: number; unit: "s" | "MB" },
): Row {
  const text = (value: number): string => (unit === "s" ? seconds(value) : `${(value / 1e6).toFixed(1)} MB`);
  const ratio = ours / theirs;
  return {
    what,
    beside,
    figures: `${text(ours)} beside ${text(theirs)}`,
    ratio: `${ratio.toFixed(2)} ×`,
    must: `≤ ${limit} ×`,
    good: ratio <= limit,
  };
}

export function skippedRow(what: string, beside: string, reason: string): Row {
  return { what, beside, figures: reason, ratio: "–", must: "–", good: undefined };
}

function verdict(good: boolean | undefined): string {
  if (good === undefined) return "not measured";
  return good ? "yes" : "NO";
}

export function tableText(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.what,
    row.beside,
    row.figures,
    row.ratio,
    row.must,
    verdict(row.good),
  ]);
  const head = ["what", "beside", "figures", "ratio", "must be", "reached"];
  const all = [head, ...cells];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(head), rule, ...cells.map(line)].join("\n");
}
