/** Which parts of an archive take the place of what is on this host. */
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { ClawError } from "../../model/errors.ts";
import { type Dict, str, strings } from "../../model/json.ts";
import { shown } from "../../model/text.ts";
import type { Installation } from "../../openclaw/index.ts";
import { databaseSides, storedNames } from "./selection.ts";
import type { Move } from "./swap-journal.ts";

export interface Place {
  readonly stored: string;
  /** On this host. */
  readonly real: string;
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/**
 * The state folder, and what else of OpenClaw lies outside of it: never files of the host that only the evidence holds. With
 * `only`, those paths alone. Throws "other-state" and "not-openclaw".
 */
export function placesOf(
  about: Dict,
  { target }: Installation,
  only: readonly string[] | undefined,
): readonly Place[] {
  const own = target.toHost(target.stateDir);
  const stateDir = str(about["stateDir"]) ?? own;
  if (stateDir !== own)
    throw new ClawError(
      `the archive holds the state in ${shown(stateDir)}, and this host's is in ${shown(own)}`,
      {
        exit: "failed",
        code: "other-state",
        hint: "restore it with --target DIR and move it by hand, or name the state with --state-dir or --profile",
      },
    );
  const config = str(about["configPath"]);
  // Evidence holds files of the host as well, and nothing says which of its roots those are.
  const stored =
    about["kind"] === "evidence" ? [] : storedNames(strings(about["roots"])).map((name) => `/${name}`);
  const named = [...stored, ...strings(about["workspaces"]), ...(config === undefined ? [] : [config])];
  const roots = outermost([stateDir, ...named.filter((path) => path.startsWith("/") && path !== "/")]);
  const paths = only === undefined ? roots : outermost(storedNames(only).map((name) => `/${name}`));
  for (const path of paths) if (!roots.some((root) => isWithin(path, root))) throw notOpenclaw(path);
  return paths.map((path) => ({ stored: path.slice(1), real: target.toReal(path) }));
}

function outermost(paths: readonly string[]): readonly string[] {
  const all = [...new Set(paths)];
  return all.filter((path) => !all.some((other) => other !== path && isWithin(path, other)));
}

function notOpenclaw(path: string): ClawError {
  return new ClawError(`${shown(path)} is no part of OpenClaw's state`, {
    exit: "usage",
    code: "not-openclaw",
    hint: "in place only the state, workspaces and agent folders are restored; take it out with --target DIR",
  });
}

/** The renames that put the staged places in force. `aside` is where the old state goes. */
export async function movesFor(
  host: Pick<Host, "fs">,
  places: readonly Place[],
  tree: string,
  {
    stateDir,
    aside,
    databases,
  }: { readonly stateDir: string; readonly aside: string; readonly databases: readonly string[] },
): Promise<readonly Move[]> {
  const suffix = aside.slice(stateDir.length);
  const asideOf = (real: string): string =>
    isWithin(real, stateDir) ? join(aside, real.slice(stateDir.length)) : `${real}${suffix}`;
  const moves: Move[] = [];
  for (const { stored, real } of places) {
    const from = join(tree, stored);
    if ((await host.fs.stat(from)) === undefined || (await isSameLink(host, from, real))) continue;
    const move: Move = { from, to: real, aside: asideOf(real) };
    moves.push(...(databases.includes(stored) ? await withSides(host, move, asideOf) : [move]));
  }
  return moves;
}

/** What a link leads to is a place of its own. */
async function isSameLink(host: Pick<Host, "fs">, from: string, to: string): Promise<boolean> {
  const kinds = [(await host.fs.stat(from))?.kind, (await host.fs.stat(to))?.kind];
  if (kinds.some((kind) => kind !== "symlink")) return false;
  return (await host.fs.readlink(from)) === (await host.fs.readlink(to));
}

/** An old log must not be replayed into the restored database: it goes first, and the database's own comes last. */
async function withSides(
  host: Pick<Host, "fs">,
  database: Move,
  asideOf: (real: string) => string,
): Promise<readonly Move[]> {
  const old: Move[] = [];
  const own: Move[] = [];
  for (const side of databaseSides) {
    const [from, to] = [`${database.from ?? ""}${side}`, `${database.to}${side}`];
    const move = { to, aside: asideOf(to) };
    if ((await host.fs.stat(to)) !== undefined) old.push(move);
    if ((await host.fs.stat(from)) !== undefined) own.push({ ...move, from });
  }
  return [...old, database, ...own];
}
