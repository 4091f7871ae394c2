import type { ContentOf, Exclude, LeaveOut, Root } from "../../archive/index.ts";
import type { Host } from "../../host/host.ts";
import { cronFilesElsewhere, madeAgain } from "../../openclaw/index.ts";
import type { Installation } from "../../openclaw/types.ts";
import { ownFolder, withLinkTargets } from "../roots.ts";
import { databaseCopies } from "./databases.ts";

/** What a backup holds, as a SealRequest takes it. */
export interface BackupPlan {
  readonly roots: readonly Root[];
  readonly excludes: readonly Exclude[];
  readonly contentOf: ContentOf;
  readonly leaveOut: LeaveOut;
  /** For the restore; see SealMeta. */
  readonly about: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * Everything that a gateway needs to be there again, and nothing that it makes again by itself: the state folder with
 * sessions, memory, credentials and skills, the config with every file it includes, workspaces and agent folders that lie
 * elsewhere. Databases are consistent copies, also while the gateway writes.
 */
export async function backupPlan(
  host: Pick<Host, "fs" | "sqlite" | "clock">,
  installation: Installation,
  dataDir: string,
): Promise<BackupPlan> {
  const { target, config, agents, outside } = installation;
  const optional = [
    target.configPath,
    ...config.files,
    ...outside,
    ...cronFilesElsewhere(installation),
    ...agents.flatMap(({ dir, workspace }) => [dir, workspace]),
  ];
  const roots = await withLinkTargets(host, target, [
    { real: target.stateDir, as: target.toHost(target.stateDir) },
    ...[...new Set(optional)].map((real) => ({ real, as: target.toHost(real), optional: true })),
  ]);
  // On a mounted disk nobody writes, and nothing may be touched.
  const copies = databaseCopies(host, { still: target.root !== "/" });
  const isMadeAgain = await madeAgain(host, installation);
  return {
    roots,
    excludes: ownFolder(dataDir),
    contentOf: copies.contentOf,
    leaveOut: (real) => isMadeAgain(real) ?? copies.leaveOut(real),
    about: { ...aboutState(installation), roots: await storedRoots(host, roots) },
  };
}

/** Paths as they were on the host. */
export function aboutState({
  target,
  agents,
  version,
}: Installation): Readonly<Record<string, string | readonly string[]>> {
  const { home, stateDir, configPath, profile, toHost } = target;
  return {
    home: toHost(home),
    stateDir: toHost(stateDir),
    configPath: toHost(configPath),
    ...(profile === undefined ? {} : { profile }),
    workspaces: agents.map(({ workspace }) => toHost(workspace)),
    ...(version === undefined ? {} : { openclaw: version }),
  };
}

/** Names in the archive of the roots that are there and lie in no other one. */
export async function storedRoots(
  host: Pick<Host, "fs">,
  roots: readonly Root[],
): Promise<readonly string[]> {
  const names: string[] = [];
  for (const { real, as } of roots) {
    const isThere = await host.fs.stat(real).catch(() => undefined);
    if (isThere !== undefined) names.push(as.replace(/^\/+/, ""));
  }
  const distinct = [...new Set(names)].sort();
  return distinct.filter((name) => !distinct.some((other) => name.startsWith(`${other}/`)));
}
