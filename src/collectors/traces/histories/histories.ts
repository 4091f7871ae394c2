import { basename, dirname, join } from "node:path";
import type { FileStat } from "../../../host/host.ts";
import { read } from "../../../model/outcome.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { HistoryFile, HistoryLine } from "../../../model/trace-records.ts";
import { resolveInside } from "../../../openclaw/view.ts";
import type { Collector } from "../../collector.ts";
import { fromReading } from "../../from-reading.ts";
import { type Ground, modifiedAt, readFile, textOf, troubleOf } from "../../files.ts";
import { type Account, accounts } from "../../users.ts";
import { historyOff, isTelling, parseHistory, type Typed } from "./history-text.ts";

const maxBytes = 16 << 20;
const maxLinesPerFile = 2000;
const maxText = 1000;
/** Shells: their lines are read. */
const shells = [
  ".bash_history",
  ".zsh_history",
  ".zhistory",
  ".histfile",
  ".sh_history",
  ".ash_history",
  ".ksh_history",
  ".local/share/fish/fish_history",
];
/** Other programs: only that there is one, how large it is and when it was written. */
const others = [
  ".python_history",
  ".node_repl_history",
  ".psql_history",
  ".sqlite_history",
  ".mysql_history",
  ".rediscli_history",
  ".mongosh/mongosh_repl_history",
  ".lesshst",
  ".viminfo",
  ".local/state/nvim/shada/main.shada",
  ".wget-hsts",
  ".config/atuin/config.toml",
  ".local/share/atuin/history.db",
];
const startFiles = [
  ".bashrc",
  ".bash_profile",
  ".profile",
  ".zshrc",
  ".zshenv",
  ".zprofile",
  ".config/fish/config.fish",
];
const systemStartFiles = [
  "/etc/profile",
  "/etc/bash.bashrc",
  "/etc/zsh/zshrc",
  "/etc/zshrc",
  "/etc/environment",
];

type HistoryRecord = HistoryFile | HistoryLine;

/** What was typed, as far as it is worth a look, and histories that were switched off. */
export async function readHistories(ground: Ground): Promise<Reading<HistoryRecord>> {
  const found: HistoryRecord[] = [];
  const reasons: string[] = [];
  for (const account of await accounts(ground)) {
    for (const name of shells) await addHistory(ground, account, name, true, found, reasons);
    for (const name of others) await addHistory(ground, account, name, false, found, reasons);
    for (const name of startFiles)
      await addStart(ground, account.user, `${account.home}/${name}`, found, reasons);
  }
  for (const path of systemStartFiles) await addStart(ground, "every user", path, found, reasons);
  return read(found, reasons.slice(0, 50));
}

async function addHistory(
  ground: Ground,
  { user, home }: Account,
  name: string,
  shell: boolean,
  found: HistoryRecord[],
  reasons: string[],
): Promise<void> {
  const path = `${home}/${name}`;
  const stat = await statOf(ground, path, reasons);
  if (stat === undefined) return;
  const times = { modifiedAt: modifiedAt(stat), ...bornAt(stat) };
  const about = { kind: "file", user, name, bytes: stat.size, ...times, place: { path } } as const;
  if (stat.kind !== "file") {
    found.push({ ...about, lines: 0, odd: await oddKind(ground, path, stat) });
    return;
  }
  const typed = shell ? await typedIn(ground, path, reasons) : [];
  found.push({ ...about, lines: typed.length, odd: shell && stat.size === 0 ? ["it is empty"] : [] });
  addLines(user, path, typed, found, reasons);
}

async function typedIn(ground: Ground, path: string, reasons: string[]): Promise<readonly Typed[]> {
  const file = await readFile(ground, path, maxBytes);
  if (!file.ok) {
    reasons.push(file.reason);
    return [];
  }
  if (!file.whole) reasons.push(`${path}: only the first ${maxBytes} bytes were read`);
  return parseHistory(textOf(file.bytes));
}

function addLines(
  user: string,
  path: string,
  typed: readonly Typed[],
  found: HistoryRecord[],
  reasons: string[],
): void {
  const kept = typed.filter(({ text }) => isTelling(text) || historyOff(text) !== undefined);
  if (kept.length > maxLinesPerFile) {
    reasons.push(`${path}: the last ${maxLinesPerFile} of ${kept.length} telling lines were kept`);
  }
  for (const { text, at, line } of kept.slice(-maxLinesPerFile)) {
    const time = at === undefined ? {} : { at };
    found.push({
      kind: "line",
      user,
      text: text.slice(0, maxText),
      ...time,
      place: { path, locator: `line ${line}` },
    });
  }
}

function bornAt(stat: FileStat): Pick<HistoryFile, "bornAt"> {
  return stat.birthtimeMs > 0 ? { bornAt: new Date(stat.birthtimeMs).toISOString() } : {};
}

async function statOf(
  { host, target }: Ground,
  path: string,
  reasons: string[],
): Promise<FileStat | undefined> {
  try {
    const place = target.toReal(path);
    return await host.fs.stat(join(await resolveInside(host, target.root, dirname(place)), basename(place)));
  } catch (error) {
    const { outcome, reason } = troubleOf(path, error);
    if (outcome !== "missing") reasons.push(reason);
    return undefined;
  }
}

/** A history that is no file keeps nothing: most often a link to /dev/null. */
async function oddKind({ host, target }: Ground, path: string, stat: FileStat): Promise<readonly string[]> {
  if (stat.kind !== "symlink") return [`it is a ${stat.kind} and keeps nothing`];
  const leadsTo = await host.fs.readlink(target.toReal(path)).catch(() => "somewhere");
  return leadsTo === "/dev/null" ? ["a link to /dev/null: nothing is kept"] : [`a link to ${leadsTo}`];
}

/** Lines of start-up files that switch a history off for every shell to come. */
async function addStart(
  ground: Ground,
  user: string,
  path: string,
  found: HistoryRecord[],
  reasons: string[],
): Promise<void> {
  const file = await readFile(ground, path, 1 << 20);
  if (!file.ok) {
    if (file.outcome !== "missing") reasons.push(file.reason);
    return;
  }
  for (const [i, line] of textOf(file.bytes).split("\n").entries()) {
    if (line.trimStart().startsWith("#") || historyOff(line) === undefined) continue;
    found.push({
      kind: "line",
      user,
      text: line.slice(0, maxText),
      place: { path: file.path, locator: `line ${i + 1}` },
    });
  }
}

export const histories: Collector = {
  id: "histories",
  title: "Histories of shells and programs",
  stage: "collect",
  attack: ["T1552.003", "T1070.003"],
  liveOnly: false,
  timeoutMs: 30_000,
  rootAdds: "what root and other users typed",
  collect: fromReading("histories"),
};
