import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { messageOf } from "../../model/errors.ts";
import type { Installation } from "../types.ts";
import { isInside } from "../view.ts";
import type { FileView } from "../view.ts";

/** A log of a command-line back end: one session, or one sub-agent of one. */
export interface BackEndLog {
  readonly backEnd: "claude" | "codex";
  /** "prompts" is the list of what was typed, over all sessions. */
  readonly kind: "session" | "prompts";
  /** Empty where the log itself has to tell it by its working folder. */
  readonly agent: string;
  /** Real path, links resolved. */
  readonly path: string;
  readonly shown: string;
  /** By the file's name; the lines may say another. */
  readonly sessionId: string;
  readonly size: number;
  readonly modifiedMs: number;
}

export interface BackEndLogs {
  readonly logs: readonly BackEndLog[];
  readonly problems: readonly string[];
  /** The examined home is not that of the state, so its logs were not looked for. */
  readonly elsewhere: boolean;
}

const maxFiles = 5000;
const maxEntries = 50_000;
const maxDepth = 5;
/** Read several times in a run; the newest come first where there is more. */
const maxBytes = 256 * 1024 * 1024;

interface Place {
  readonly backEnd: BackEndLog["backEnd"];
  readonly agent: string;
  readonly dir: string;
  readonly name: RegExp;
}

const claudeName = /^[\w.-]{1,200}\.jsonl$/;
const codexName = /^rollout-[\w.-]{1,200}\.jsonl(?:\.zst)?$/;

/**
 * Logs of the command-line back ends in the examined home and in the agents' folders: Claude Code keeps
 * `projects/<folder>/<session>.jsonl` (and `<session>/subagents/agent-*.jsonl`), Codex `sessions/YYYY/MM/DD/rollout-*.jsonl`
 * and `archived_sessions`. Never throws.
 */
export async function findBackEndLogs(
  host: Host,
  view: FileView,
  installation: Installation,
): Promise<BackEndLogs> {
  const { target } = installation;
  const elsewhere = !target.live && target.root === "/" && !isInside(target.stateDir, target.home);
  const finder: Finder = { host, view, installation, found: [], problems: [], seen: 0 };
  for (const place of placesOf(installation, elsewhere)) await walk(finder, place, place.dir, 0);
  for (const { backEnd, path } of elsewhere ? [] : promptsOf(target.home))
    await add(finder, { backEnd, agent: "", kind: "prompts", sessionId: "" }, path);
  return { ...chosen(finder), elsewhere };
}

function placesOf({ target, agents }: Installation, elsewhere: boolean): readonly Place[] {
  const home = target.home;
  const claude = [join(home, ".claude", "projects"), join(home, ".config", "claude", "projects")];
  const codex = [{ agent: "", dir: join(home, ".codex") }];
  const own = agents.map(({ id, dir }) => ({ agent: id, dir: join(dir, "codex-home") }));
  return [
    ...(elsewhere
      ? []
      : claude.map((dir) => ({ backEnd: "claude" as const, agent: "", dir, name: claudeName }))),
    ...[...(elsewhere ? [] : codex), ...own].flatMap(({ agent, dir }) =>
      ["sessions", "archived_sessions"].map((name) => ({
        ...{ backEnd: "codex" as const, agent, dir: join(dir, name), name: codexName },
      })),
    ),
  ];
}

function promptsOf(
  home: string,
): readonly { readonly backEnd: BackEndLog["backEnd"]; readonly path: string }[] {
  return [
    { backEnd: "claude", path: join(home, ".claude", "history.jsonl") },
    { backEnd: "codex", path: join(home, ".codex", "history.jsonl") },
  ];
}

interface Finder {
  readonly host: Host;
  readonly view: FileView;
  readonly installation: Installation;
  readonly found: BackEndLog[];
  readonly problems: string[];
  seen: number;
}

async function walk(finder: Finder, place: Place, dir: string, depth: number): Promise<void> {
  const shown = finder.installation.target.toHost(dir);
  try {
    for (const entry of await finder.view.list(dir)) {
      finder.seen += 1;
      if (finder.seen > maxEntries || finder.found.length >= maxFiles) {
        finder.problems.push(
          `${shown} holds more than is looked at (${maxFiles} logs, ${maxEntries} entries)`,
        );
        return;
      }
      const path = join(dir, entry.name);
      const { backEnd, agent } = place;
      if (entry.kind === "dir" && depth < maxDepth) await walk(finder, place, path, depth + 1);
      else if (entry.kind === "file" && place.name.test(entry.name))
        await add(finder, { backEnd, agent, kind: "session", sessionId: sessionIn(entry.name) }, path);
    }
  } catch (error) {
    finder.problems.push(`${shown} could not be listed: ${messageOf(error)}`);
  }
}

/** `rollout-2025-12-08T00-37-46-<uuid>.jsonl` and `<uuid>.jsonl` end in the session's id. */
function sessionIn(name: string): string {
  const bare = name.replace(/\.jsonl(?:\.zst)?$/, "");
  return /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.exec(bare)?.[0] ?? bare;
}

type Known = Pick<BackEndLog, "backEnd" | "agent" | "kind" | "sessionId">;

async function add(finder: Finder, known: Known, path: string): Promise<void> {
  const shown = finder.installation.target.toHost(path);
  try {
    const real = await finder.view.resolve(path);
    const stat = await finder.host.fs.stat(real);
    if (stat?.kind !== "file" || finder.found.some((one) => one.path === real)) return;
    finder.found.push({ ...known, path: real, shown, size: stat.size, modifiedMs: stat.mtimeMs });
  } catch (error) {
    finder.problems.push(`${shown} could not be read: ${messageOf(error)}`);
  }
}

/** The newest that fit into the limit, in the order of their paths; the rest is said. */
function chosen({ found, problems }: Finder): Pick<BackEndLogs, "logs" | "problems"> {
  let left = maxBytes;
  const taken: BackEndLog[] = [];
  const newest = [...found].sort((a, b) => b.modifiedMs - a.modifiedMs || (a.path < b.path ? -1 : 1));
  for (const log of newest) {
    left -= log.size;
    if (left >= 0 || taken.length === 0) taken.push(log);
  }
  const rest = found.length - taken.length;
  const said =
    rest === 0 ? [] : [`${rest} older logs of command-line back ends were not read (${maxBytes} bytes are)`];
  return {
    logs: taken.sort((a, b) => (a.shown < b.shown ? -1 : a.shown > b.shown ? 1 : 0)),
    problems: [...new Set([...problems, ...said])].slice(0, 20),
  };
}
