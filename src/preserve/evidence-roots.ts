import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { cronFilesElsewhere } from "../openclaw/index.ts";
import type { Installation, Target } from "../openclaw/types.ts";
import type { Exclude, Root } from "../archive/index.ts";
import { ownFolder, withLinkTargets } from "./roots.ts";

export interface EvidencePlan {
  readonly roots: readonly Root[];
  readonly excludes: readonly Exclude[];
}

/** In the examined home: what an intruder changes to come back, and what a shell remembers. */
const homeFiles = [
  ".ssh/authorized_keys",
  ".ssh/authorized_keys2",
  ".ssh/rc",
  ".ssh/environment",
  ".profile",
  ".bash_profile",
  ".bash_login",
  ".bashrc",
  ".zshenv",
  ".zprofile",
  ".zshrc",
  ".bash_history",
  ".zsh_history",
  ".config/systemd/user",
  ".config/autostart",
  // State of the program's earlier names.
  ".clawdbot",
  ".moltbot",
];
const systemFiles = ["/etc/crontab", "/etc/cron.d"];
const databaseSides = ["", "-wal", "-shm", "-journal"];

/**
 * What an evidence seal holds: the state folder raw, with `-wal` and `-shm`, workspaces, agent folders and config files that
 * lie outside it, logs, unit files, and the places where persistence hides. Nothing is left out but caches that can be made
 * again, which are listed with their hashes. `logPlaces` and `serviceFiles` are real paths of files or folders.
 */
export async function evidenceRoots(
  host: Pick<Host, "fs">,
  installation: Installation,
  logPlaces: readonly string[],
  serviceFiles: readonly string[],
  dataDir?: string,
): Promise<EvidencePlan> {
  const { target, config, agents, databases, outside } = installation;
  const optional = [
    ...outside,
    ...cronFilesElsewhere(installation),
    ...config.files,
    target.configPath,
    ...agents.flatMap((agent) => [agent.dir, agent.workspace]),
    ...databases.flatMap(({ path }) => databaseSides.map((side) => `${path}${side}`)),
    ...logPlaces,
    ...serviceFiles.flatMap((file) => [file, `${file}.d`]),
    ...homeFiles.map((file) => join(target.home, file)),
    ...systemFiles.map((file) => target.toReal(file)),
  ];
  const roots = [
    { real: target.stateDir, as: target.toHost(target.stateDir) },
    ...[...new Set(optional)].map((real) => ({ real, as: target.toHost(real), optional: true })),
  ];
  const all = await withLinkTargets(host, target, roots);
  return { roots: all, excludes: [...caches(target, all), ...ownFolder(dataDir)] };
}

function caches(target: Target, roots: readonly Root[]): readonly Exclude[] {
  const folders = new Set([target.stateDir, ...roots.map((root) => root.real)]);
  return [...folders].map((folder) => ({
    real: join(folder, "cache", "control-ui-assets"),
    reason: "assets of the web interface: OpenClaw makes them again",
    list: true,
  }));
}
