/** Which parts of an archive take the place of what is on this host. */
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { ClawError } from "../../model/errors.ts";
import { type Dict, str, strings } from "../../model/json.ts";
import { shown } from "../../model/text.ts";
import type { Installation } from "../../openclaw/index.ts";
import { storedNames } from "./selection.ts";
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
  const named = [
    ...strings(about["roots"]),
    ...strings(about["workspaces"]),
    ...(config === undefined ? [] : [config]),
  ];
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

/** Files that belong to a database and must not outlive it: an old log would be replayed into the new one. */
const sides = ["-wal", "-shm", "-journal"];

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
    if ((await host.fs.stat(from)) === undefined) continue;
    moves.push({ from, to: real, aside: asideOf(real) });
    if (!databases.includes(stored)) continue;
    for (const side of sides) {
      const old = `${real}${side}`;
      const isRestored = places.some((place) => place.real === old);
      if (!isRestored && (await host.fs.stat(old)) !== undefined)
        moves.push({ to: old, aside: asideOf(old) });
    }
  }
  return moves;
}
