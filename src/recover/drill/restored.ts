/** Where the OpenClaw state lies in what was restored, told by the archive itself or found by its files. */
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { type Dict, str, strings } from "../../model/json.ts";
import { findInstallation, resolveTarget, type Installation } from "../../openclaw/index.ts";

export interface Restored {
  readonly installation: Installation;
  /** Folders of the old host whose paths may stand in the config: home, state, workspaces. */
  readonly places: readonly string[];
}

const maxDepth = 8;
const maxFolders = 20_000;

/** Undefined if there is no OpenClaw state in it. `into` stands for "/" of the host the archive was made on. */
export async function restoredState(
  host: Host,
  into: string,
  about: Dict | undefined,
): Promise<Restored | undefined> {
  const told = toldIn(about);
  const stateDir = told.stateDir ?? (await findState(host, into));
  if (stateDir === undefined) return undefined;
  const { home = join(stateDir, ".."), profile, configPath } = told;
  const target = await resolveTarget(host, { root: into, home, stateDir, profile });
  const own = configPath === undefined ? target : { ...target, configPath: target.toReal(configPath) };
  const installation = await findInstallation(host, own);
  const places = new Set([home, stateDir, ...told.places]);
  return { installation, places: [...places].filter((place) => place.startsWith("/") && place !== "/") };
}

interface Told {
  readonly stateDir: string | undefined;
  readonly home: string | undefined;
  readonly profile: string | undefined;
  readonly configPath: string | undefined;
  readonly places: readonly string[];
}

/** The manifest's closing line is authenticated, and was written by whoever had the host. */
function toldIn(about: Dict = {}): Told {
  const path = (key: string): string | undefined => {
    const text = str(about[key]);
    return text?.startsWith("/") === true ? text : undefined;
  };
  const profile = str(about["profile"]);
  return {
    stateDir: path("stateDir"),
    home: path("home"),
    profile: profile !== undefined && /^[a-z0-9][a-z0-9_-]{0,63}$/i.test(profile) ? profile : undefined,
    configPath: path("configPath"),
    // Roots are told as they are stored: without the slash.
    places: [...strings(about["roots"]).map((name) => join("/", name)), ...strings(about["workspaces"])],
  };
}

/** The folder nearest to the root that holds a config or a state database, as a path of the old host. */
async function findState(host: Pick<Host, "fs">, into: string): Promise<string | undefined> {
  let level = [""];
  let seen = 0;
  for (let depth = 0; depth < maxDepth && level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const folder of level) {
      if ((seen += 1) > maxFolders) return undefined;
      const entries = await host.fs.list(join(into, folder)).catch(() => []);
      const isState = entries.some(
        ({ name, kind }) => kind === "file" && (name === "openclaw.json" || name === "clawdbot.json"),
      );
      if (isState || (await hasStateDatabase(host, join(into, folder)))) return folder === "" ? "/" : folder;
      next.push(...entries.filter(({ kind }) => kind === "dir").map(({ name }) => `${folder}/${name}`));
    }
    level = next;
  }
  return undefined;
}

async function hasStateDatabase(host: Pick<Host, "fs">, folder: string): Promise<boolean> {
  return (await host.fs.stat(join(folder, "state", "openclaw.sqlite")).catch(() => undefined)) !== undefined;
}
