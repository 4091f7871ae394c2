/** What a person sees of a drill: the verdict, the time to promise, what was checked, when the next one is due. */
import type { HostTerminal } from "../../host/host.ts";
import { bytesText, counted, durationText, shown, visible } from "../../model/text.ts";
import type { DatabaseCheck, DrillResult, GatewayWish } from "../../recover/index.ts";
import { page, type Style } from "../present/page.ts";

const nameWidth = 12;

interface Row {
  readonly name: string;
  readonly text: string;
  readonly style?: Style;
  /** A path, to copy. */
  readonly whole?: boolean;
}

export interface DrillPlan {
  readonly archive: string;
  readonly scratch: string;
  readonly gateway: GatewayWish;
}

export function planText(terminal: HostTerminal, { archive, scratch, gateway }: DrillPlan): string {
  const rows: readonly Row[] = [
    { name: "archive", text: visible(archive), whole: true },
    { name: "restored to", text: `a private folder in ${shown(scratch)}, removed at the end` },
    { name: "checked", text: "every file against the manifest, every database, the config" },
    { name: "gateway", text: gateway.start ? startSentence : `not started: ${shown(gateway.reason, 400)}` },
  ];
  return `${rows.map((row) => rowText(terminal, row)).join("")}Nothing was done: --dry-run.\n`;
}

const startSentence =
  "started on the copy, on a free loopback port, with channels, jobs, hooks and heartbeat off. It loads the plugins and skills of the backup, and asks no model anything by itself; the keys are in the copy.";

export function resultText(terminal: HostTerminal, result: DrillResult, verbose: boolean): string {
  const rows = [...rowsOf(result, verbose), { name: "next due", text: dueText(result) }];
  return [
    headline(terminal, result),
    "",
    ...rows.map((row) => rowText(terminal, row).trimEnd()),
    ...section(terminal, "Why it failed", result.problems, "red"),
    ...section(terminal, "Not checked", result.unchecked, "yellow"),
    ...section(terminal, "Good to know", verbose ? result.notes : result.notes.slice(0, 8)),
    ...(result.verdict === "pass" ? [] : ["", adviceText(terminal, result)]),
    "",
  ].join("\n");
}

function headline(
  terminal: HostTerminal,
  { verdict, unchecked, recoverySeconds, gateway }: DrillResult,
): string {
  const line = (style: Style, text: string): string =>
    page(terminal, terminal.stdoutIsTty, { text, style }).trimEnd();
  if (verdict === "fail") return line("red", "The drill failed: do not rely on this archive.");
  const time = recoverySeconds === null ? "" : ` in ${durationText(recoverySeconds * 1000)}`;
  const upTo = "skipped" in gateway ? "; no gateway was started" : ", as far as a gateway that is ready";
  const rest = unchecked.length === 0 ? "" : " Not everything could be checked.";
  return line(
    unchecked.length === 0 ? "green" : "yellow",
    `This archive can be restored${time}${upTo}.${rest}`,
  );
}

function rowsOf(result: DrillResult, verbose: boolean): readonly Row[] {
  const { archive, archivedAt, kind, restoreSeconds, files, bytes, databases, config, gateway } = result;
  const rows: Row[] = [{ name: "archive", text: visible(archive), whole: true }];
  if (archivedAt !== null)
    rows.push({ name: "", text: `${kind} of ${archivedAt.slice(0, 16).replace("T", " ")} UTC` });
  if (restoreSeconds === null) return rows;
  return [
    ...rows,
    { name: "restore", text: `${durationText(restoreSeconds * 1000)} to decrypt, write and check` },
    { name: "files", text: `${filesText(files)}, ${bytesText(bytes)}` },
    { name: "databases", text: databasesText(databases) },
    ...(verbose ? databases : databases.filter(({ state }) => state !== "ok")).map(databaseRow),
    {
      name: "config",
      text: config.valid
        ? `read; written by OpenClaw ${shown(config.version ?? "of an unknown version", 40)}`
        : "not read",
    },
    { name: "gateway", text: gatewayText(gateway) },
  ];
}

function filesText({ expected, matched, missing, different }: DrillResult["files"]): string {
  const bad = [
    ...(missing > 0 ? [`${missing} missing`] : []),
    ...(different > 0 ? [`${different} different`] : []),
  ];
  if (bad.length === 0 && matched === expected) return `all ${expected} as they were sealed`;
  return [`${matched} of ${expected} as they were sealed`, ...bad].join(", ");
}

function databasesText(databases: readonly DatabaseCheck[]): string {
  if (databases.length === 0) return "none in it";
  const good = databases.filter(({ state }) => state === "ok");
  const rows = good.reduce((sum, { rows: count }) => sum + (count ?? 0), 0);
  const many =
    good.length === databases.length ? `all ${good.length}` : `${good.length} of ${databases.length}`;
  return `${many} pass the integrity check, ${counted(rows, "row")}`;
}

function databaseRow({ path, integrity, state, rows, tables }: DatabaseCheck): Row {
  const text = state === "ok" ? `ok, ${counted(rows ?? 0, "row")} in ${counted(tables, "table")}` : integrity;
  return {
    name: "",
    text: `${shown(path)}: ${shown(text, 300)}`,
    ...(state === "ok" ? {} : { style: "red" }),
  };
}

function gatewayText(gateway: DrillResult["gateway"]): string {
  if ("skipped" in gateway) return `not started: ${shown(gateway.reason, 400)}`;
  const time = durationText(gateway.seconds * 1000);
  if (gateway.ready) return `ready after ${time} on the copy, and ended again`;
  return `not ready after ${time}, and ended again`;
}

function dueText({ nextDue, verdict }: DrillResult): string {
  return verdict === "pass"
    ? `${nextDue.slice(0, 10)} (claw-ir drill list shows earlier ones)`
    : "as soon as it is repaired";
}

function rowText(terminal: HostTerminal, { name, text, style, whole = false }: Row): string {
  const lead = `  ${name.padEnd(nameWidth)}`;
  return page(terminal, terminal.stdoutIsTty, { lead, leadStyle: "dim", text, style, whole });
}

function section(
  terminal: HostTerminal,
  title: string,
  lines: readonly string[],
  style?: Style,
): readonly string[] {
  if (lines.length === 0) return [];
  return [
    "",
    `${title}:`,
    ...lines.map((text) =>
      page(terminal, terminal.stdoutIsTty, { lead: "  · ", text: visible(text), style }).trimEnd(),
    ),
  ];
}

function adviceText(terminal: HostTerminal, { exit, gateway }: DrillResult): string {
  const isGateway = exit === 1 && !("skipped" in gateway) && !gateway.ready;
  const text = isGateway
    ? "Files and databases are sound, and OpenClaw does not start on them: the reason stands above."
    : `${exit === 5 ? "Keep this archive as evidence, make" : "Make"} a new backup (claw-ir backup create), and drill that one.`;
  return page(terminal, terminal.stdoutIsTty, { lead: "→ ", text }).trimEnd();
}
