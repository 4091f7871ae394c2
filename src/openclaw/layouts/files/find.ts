import { basename, dirname, join } from "node:path";
import type { Host } from "../../../host/host.ts";
import { at, str } from "../../../model/json.ts";
import { placeOf } from "../../agents.ts";
import { cronStore } from "../../cron-store.ts";
import type { Installation } from "../../types.ts";
import type { FileView } from "../../view.ts";
import type { FileRole, StateFile } from "../source.ts";

const maxFiles = 20_000;

/** Where a file lies and what it is called while it is in use. A name that goes on behind that is a leftover's. */
interface Kept {
  readonly folder: string;
  readonly name: RegExp | string;
  readonly role: FileRole;
}

const runLog = /^[\w.-]{1,200}?\.jsonl/;

/** As clawdbot 2026.1 and OpenClaw up to 2026.7 kept them, below the state dir. */
const kept: readonly Kept[] = [
  { folder: "devices", name: /^paired\.json/, role: "devices-paired" },
  { folder: "devices", name: /^pending\.json/, role: "devices-pending" },
  { folder: "devices", name: /^bootstrap\.json/, role: "devices-setup" },
  { folder: "nodes", name: /^paired\.json/, role: "nodes-paired" },
  { folder: "nodes", name: /^pending\.json/, role: "nodes-pending" },
  { folder: "cron", name: /^jobs\.json/, role: "cron-jobs" },
  { folder: "cron", name: /^jobs-state\.json/, role: "cron-state" },
  { folder: "cron/runs", name: runLog, role: "cron-runs" },
  { folder: "logs", name: /^config-audit\.jsonl/, role: "config-audit" },
  { folder: "logs", name: /^config-health\.json/, role: "config-health" },
  { folder: "", name: /^exec-approvals\.json/, role: "exec-approvals" },
  { folder: "mcp-oauth", name: /^[A-Za-z][\w-]{0,100}?\.json/, role: "mcp-oauth" },
  { folder: "", name: /^update-check\.json/, role: "update-check" },
  { folder: "credentials", name: /^[\w.-]{1,100}?-allowFrom\.json/, role: "channel-allow" },
  { folder: "credentials", name: /^[\w.-]{1,100}?-pairing\.json/, role: "channel-pairing" },
  {
    folder: "session-sqlite-migration-runs",
    name: /^session-sqlite-[\w-]{1,100}\.json/,
    role: "migration-run",
  },
];

/** In a folder of sessions. What `archives.ts` knows as deleted, reset or cold is not listed again. */
const ofSessions: readonly Omit<Kept, "folder">[] = [
  { name: /^(?:legacy-store\.)?sessions\.json/, role: "session-index" },
  { name: /^.{1,250}?\.trajectory\.jsonl/, role: "trajectory" },
  { name: /^.{1,250}?\.jsonl/, role: "transcript" },
];

/** What a migration, an upgrade or OpenClaw itself puts behind a name: ".migrated", ".bak.<ms>", ".imported-<ms>", … */
const behind = /^\.[A-Za-z0-9._:-]{1,160}$/;
/** Not of records: the lock beside a file, and a transcript that lives on as an archive. */
const passed = /\.lock$|\.jsonl\.(?:deleted|reset)\.[^/]*Z(?:\.[A-Za-z0-9]{1,64})?(?:\.zst)?$/;

/** The files of the layouts before 2026.8 that are there, in use or left behind. Never throws. */
export async function findStateFiles(
  host: Host,
  view: FileView,
  installation: Installation,
): Promise<readonly StateFile[]> {
  const { target } = installation;
  const finder: Finder = { host, view, installation, found: [], seen: new Set() };
  await lookAtCronStore(finder);
  for (const folder of new Set(kept.map((one) => one.folder)))
    await look(
      finder,
      join(target.stateDir, folder),
      kept.filter((one) => one.folder === folder),
      {},
    );
  for (const agent of installation.agents)
    for (const { path, leftover } of sessionFolders(installation, agent.id)) {
      await look(finder, path, ofSessions, { agent: agent.id, leftover });
      await lookForPrompts(finder, path, { agent: agent.id, leftover });
    }
  return finder.found;
}

/** `skills-prompts/sha256/<two digits>/<hash>.txt`: since 2026.5 an index names the prompt of the skills by its hash. */
async function lookForPrompts(
  finder: Finder,
  sessions: string,
  where: { readonly agent: string; readonly leftover: boolean },
): Promise<void> {
  const folder = join(sessions, "skills-prompts", "sha256");
  for (const { name } of await finder.view.list(folder).catch(() => []))
    if (/^[0-9a-f]{2}$/.test(name))
      await look(finder, join(folder, name), [{ name: /^[0-9a-f]{64}\.txt$/, role: "skills-prompt" }], where);
}

interface Finder {
  readonly host: Host;
  readonly view: FileView;
  readonly installation: Installation;
  readonly found: StateFile[];
  /** Real paths: a file with two names is one. */
  readonly seen: Set<string>;
}

async function look(
  finder: Finder,
  folder: string,
  names: readonly Omit<Kept, "folder">[],
  where: { readonly agent?: string; readonly leftover?: boolean },
): Promise<void> {
  for (const entry of await finder.view.list(folder).catch(() => [])) {
    const known = entry.kind === "dir" || passed.test(entry.name) ? undefined : roleOf(entry.name, names);
    if (known === undefined || finder.found.length >= maxFiles) continue;
    const file = await placeOfFile(finder, join(folder, entry.name));
    if (finder.seen.has(file.path)) continue;
    finder.seen.add(file.path);
    finder.found.push({
      role: known.role,
      ...(where.agent === undefined ? {} : { agent: where.agent }),
      ...file,
      shown: finder.installation.target.toHost(join(folder, entry.name)),
      name: entry.name,
      base: known.base,
      leftover: where.leftover === true || known.base !== entry.name,
    });
  }
}

function roleOf(
  name: string,
  names: readonly Omit<Kept, "folder">[],
): { readonly role: FileRole; readonly base: string } | undefined {
  for (const { name: pattern, role } of names) {
    const base = typeof pattern === "string" ? beginning(name, pattern) : pattern.exec(name)?.[0];
    if (base === undefined) continue;
    if (base === name || behind.test(name.slice(base.length))) return { role, base };
  }
  return undefined;
}

function beginning(name: string, part: string): string | undefined {
  return name.startsWith(part) ? part : undefined;
}

/** First, because of two jobs of one id it is the one in use. */
async function lookAtCronStore(finder: Finder): Promise<void> {
  const store = cronStore(finder.installation);
  if (store === undefined || "problem" in store) return;
  const names: Omit<Kept, "folder">[] = [
    { name: basename(store.jobs), role: "cron-jobs" },
    { name: basename(store.states), role: "cron-state" },
  ];
  await look(finder, dirname(store.jobs), names, {});
  await look(finder, store.runs, [{ name: runLog, role: "cron-runs" }], {});
}

/** What cannot be resolved, or is no regular file, stays as it is: opening it fails, and the reading says so. */
async function placeOfFile(
  { host, view }: Finder,
  path: string,
): Promise<Pick<StateFile, "path" | "size" | "modifiedMs">> {
  try {
    const real = await view.resolve(path);
    const stat = await host.fs.stat(real);
    if (stat?.kind === "file") return { path: real, size: stat.size, modifiedMs: stat.mtimeMs };
  } catch {
    // Denied, or a loop of links.
  }
  return { path, size: 0, modifiedMs: 0 };
}

/** `session.store` of the config may name another place; the first weeks of clawdbot kept one folder for its one agent. */
function sessionFolders(
  installation: Installation,
  agent: string,
): readonly { readonly path: string; readonly leftover: boolean }[] {
  const { target, config } = installation;
  const own = join(target.stateDir, "agents", agent);
  const folders = [
    { path: join(own, "sessions"), leftover: false },
    { path: join(own, "session-sqlite-import-archive"), leftover: true },
    ...(agent === "main" ? [{ path: join(target.stateDir, "sessions"), leftover: false }] : []),
  ];
  const named = str(at(config.value, "session", "store"));
  if (named === undefined) return folders;
  const place = placeOf(installation)(named.replaceAll("{agentId}", agent));
  if (!("path" in place) || basename(place.path) !== "sessions.json") return folders;
  return [...folders, { path: dirname(place.path), leftover: false }];
}
