import { basename, join } from "node:path";
import type { FileStat, Host } from "../host/host.ts";
import { at, str } from "../model/json.ts";
import { placeOf } from "./agents.ts";
import { outcomeOf, reasonOf } from "./failures.ts";
import type { Installation, Target } from "./types.ts";
import { isInside, viewOf } from "./view.ts";

const maxFiles = 500;
const maxNames = 20_000;

export interface LogPlace {
  /** Real paths: where it was found, and where that leads. */
  readonly path: string;
  readonly real: string;
  readonly stat: FileStat;
  /** Whether the gateway says there what it does; else it holds commands, raw answers of models, or measurements. */
  readonly gateway: boolean;
}

export interface LogPlaces {
  /** By path. */
  readonly files: readonly LogPlace[];
  /** Why a place could not be looked at. */
  readonly problems: readonly string[];
}

/** A folder in which names of a shape are logs. */
interface Folder {
  readonly dir: string;
  readonly name: RegExp;
}

const dated = /^(?:openclaw|clawdbot)[\w.-]{0,120}\.log(?:\.\d{1,4})?$/;
const anyLog = /\.(?:log|jsonl)(?:\.\d{1,4})?$/;
const measured = /\.(?:log|jsonl?)(?:\.\d{1,4})?$/;
/** `logs/config-audit.jsonl` is a record of its own kind; the others are not the gateway's words. */
const elsewhere = /^config-audit\.jsonl/;
const notGateway = /^(?:raw-stream|commands)\b|\.json$/;

/**
 * Every log of OpenClaw that exists, wherever versions and systems put it: `openclaw[-PROFILE]-DATE.log` in `/tmp/openclaw`,
 * `/tmp/openclaw-UID` or `/tmp/clawdbot` (until 2026.1.24), and in the same folders of TMPDIR; `logging.file`; `logs/` and
 * `logs/stability/` of the state dir; `~/Library/Logs/openclaw` on a Mac. Logs of other profiles count: they share the folder.
 */
export async function findLogs(host: Host, installation: Installation): Promise<LogPlaces> {
  const { target } = installation;
  const view = viewOf(host, target);
  const problems: string[] = [];
  const found = new Map<string, LogPlace>();
  const say = (path: string, error: unknown): void => {
    if (outcomeOf(error) !== "missing") problems.push(reasonOf(error, target.toHost(path)));
  };
  const add = async (path: string): Promise<void> => {
    try {
      const real = await view.resolve(path);
      const stat = await host.fs.stat(real);
      const gateway = !notGateway.test(basename(path)) && basename(join(path, "..")) !== "stability";
      if (stat?.kind === "file" && !found.has(real)) found.set(real, { path, real, stat, gateway });
    } catch (error) {
      say(path, error);
    }
  };
  const list = async (dir: string): Promise<readonly string[]> => {
    try {
      const entries = await view.list(dir);
      if (entries.length > maxNames)
        problems.push(`${target.toHost(dir)} holds more than ${maxNames} entries, the first were looked at`);
      return entries.slice(0, maxNames).map((entry) => entry.name);
    } catch (error) {
      say(dir, error);
      return [];
    }
  };
  for (const { dir, name } of [
    ...(await tmpFolders(host, installation, list)),
    ...ownFolders(installation),
  ]) {
    const names = (await list(dir)).filter((each) => name.test(each) && !elsewhere.test(each)).sort();
    if (names.length > maxFiles)
      problems.push(
        `${target.toHost(dir)} holds ${names.length} logs, the last ${maxFiles} by name were looked at`,
      );
    for (const each of names.slice(-maxFiles)) await add(join(dir, each));
  }
  const configured = configuredLog(installation);
  if (configured !== undefined) await add(configured);
  return { files: [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), problems };
}

/** Real paths of the logs, for what packs them. */
export async function logPlaces(host: Host, installation: Installation): Promise<readonly string[]> {
  return (await findLogs(host, installation)).files.map(({ path }) => path);
}

function configuredLog(installation: Installation): string | undefined {
  const named = str(at(installation.config.value, "logging", "file"));
  const place = named === undefined ? undefined : placeOf(installation)(named);
  return place !== undefined && "path" in place ? place.path : undefined;
}

/** A copied state was written elsewhere: this machine's logs are not its logs. */
function isCopy({ live, root }: Target): boolean {
  return !live && root === "/";
}

function ownFolders({ target }: Installation): readonly Folder[] {
  const logs = join(target.stateDir, "logs");
  const own = [
    { dir: logs, name: anyLog },
    { dir: join(logs, "stability"), name: measured },
  ];
  if (isCopy(target) && !isInside(target.stateDir, target.home)) return own;
  return [...own, { dir: join(target.home, "Library", "Logs", "openclaw"), name: anyLog }];
}

async function tmpFolders(
  host: Host,
  { target }: Installation,
  list: (dir: string) => Promise<readonly string[]>,
): Promise<readonly Folder[]> {
  if (isCopy(target)) return [];
  const parents = new Set([target.toReal("/tmp"), ...(target.live ? [target.toReal(host.facts.tmp)] : [])]);
  const folders: Folder[] = [];
  for (const parent of parents) {
    const names = (await list(parent)).filter((name) => /^(?:openclaw|clawdbot)(?:-\d{1,10})?$/.test(name));
    folders.push(...names.sort().map((name) => ({ dir: join(parent, name), name: dated })));
  }
  return folders;
}
