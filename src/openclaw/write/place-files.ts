/** Puts a new secret value into the text files that hold the old one: the config and its includes, env files, JSON stores. */
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { messageOf } from "../../model/errors.ts";
import type { Place } from "../../model/records.ts";
import type { Secret } from "../../model/secret.ts";
import type { Installation } from "../types.ts";
import { viewOf } from "../view.ts";
import { showPath } from "./config-path.ts";
import type { ConfigPath } from "./config-path.ts";
import { envLines, replaceEnv } from "./env-file.ts";
import { replaceStrings } from "./json5-edit.ts";
import { readLive, refuse, writeLive } from "./live-file.ts";
import type { LiveFile } from "./live-file.ts";
import { swapSecret } from "./secret-text.ts";
import type { NotWritten } from "./types.ts";

export interface Swap {
  readonly old: Secret;
  readonly next: Secret;
  /** Config paths that keep the old value, such as hooks.token while the gateway token is rotated. */
  readonly keep?: (path: ConfigPath) => boolean;
}

/** What was changed, and what could not be. */
export interface Placed {
  readonly changed: readonly Place[];
  readonly notWritten: readonly NotWritten[];
}

/**
 * Files that give the gateway its environment, highest precedence first (docs/help/environment.md of 2026.9.6; the
 * service files are those that `openclaw gateway install` writes). Real paths.
 */
export async function envFiles(host: Host, installation: Installation): Promise<readonly string[]> {
  const { stateDir, home } = installation.target;
  const { agents } = installation;
  const service = join(stateDir, "service-env");
  const entries = await viewOf(host, installation.target).list(service);
  return [
    join(stateDir, "gateway.systemd.env"),
    ...entries.filter((e) => e.name.endsWith(".env")).map((e) => join(service, e.name)),
    join(stateDir, ".env"),
    join(home, ".config", "openclaw", "gateway.env"),
    // OpenClaw takes no provider keys from these, but people keep a copy there for their own scripts.
    ...agents.map(({ workspace }) => join(workspace, ".env")),
  ];
}

/**
 * Config files, the file that file references usually lead to, and what layouts before 2026.8 keep in JSON: the approvals with the
 * token of their socket, auth profiles and models of each agent. Real paths.
 */
function jsonFiles(installation: Installation): readonly string[] {
  const { target, config, agents } = installation;
  const included = config.files.map((file) => target.toReal(file));
  const stores = agents.flatMap(({ dir }) =>
    ["auth-profiles.json", "auth.json", "models.json"].map((name) => join(dir, name)),
  );
  const own = ["secrets.json", "exec-approvals.json"].map((name) => join(target.stateDir, name));
  return [...new Set([target.configPath, ...included, ...own, ...stores])];
}

interface Change {
  readonly text: string;
  readonly locators: readonly string[];
}

/** Reads, changes and writes one file; what cannot be written becomes something for the user to do. */
async function changeFile(
  host: Host,
  installation: Installation,
  path: string,
  change: (file: LiveFile) => Change | undefined,
): Promise<Placed> {
  const shownPath = installation.target.toHost(path);
  try {
    const file = await readLive(host, installation.target, path);
    const result = file === undefined ? undefined : change(file);
    if (file === undefined || result === undefined || result.locators.length === 0)
      return { changed: [], notWritten: [] };
    await writeLive(host, installation, file, result.text);
    return { changed: result.locators.map((locator) => ({ path: shownPath, locator })), notWritten: [] };
  } catch (error) {
    const todo = `look at ${shownPath} and put the new value in by hand if it holds the old one: ${messageOf(error)}`;
    return { changed: [], notWritten: [{ place: { path: shownPath }, todo }] };
  }
}

function inJson({ old, next, keep }: Swap): (file: LiveFile) => Change {
  return (file) => {
    const { text, paths } = replaceStrings(file.text, (value, path) =>
      keep?.(path) === true ? undefined : swapSecret(value, old.reveal(), next.reveal()),
    );
    return { text, locators: paths.map(showPath) };
  };
}

function inEnv({ old, next }: Swap): (file: LiveFile) => Change {
  return (file) => {
    const lines = envLines(file.text).filter((line) => line.value === old.reveal());
    const text = replaceEnv(file.text, lines, next.reveal());
    if (text === undefined)
      throw refuse(
        "not-quotable",
        "the new value cannot stand in an environment file",
        "use the secret store",
      );
    return { text, locators: lines.map((line) => line.name) };
  };
}

/** Every place in text files that holds the old value gets the new one. */
export async function swapInFiles(host: Host, installation: Installation, swap: Swap): Promise<Placed> {
  const changed: Place[] = [];
  const notWritten: NotWritten[] = [];
  const take = (placed: Placed): void => {
    changed.push(...placed.changed);
    notWritten.push(...placed.notWritten);
  };
  for (const path of jsonFiles(installation)) take(await changeFile(host, installation, path, inJson(swap)));
  for (const path of await envFiles(host, installation))
    take(await changeFile(host, installation, path, inEnv(swap)));
  return { changed, notWritten };
}

/** The value of an environment name in the first file that sets it, with that file. */
export async function envValue(
  host: Host,
  installation: Installation,
  name: string,
): Promise<string | undefined> {
  for (const path of await envFiles(host, installation)) {
    const file = await readLive(host, installation.target, path);
    const line = file && envLines(file.text).findLast((each) => each.name === name);
    if (line !== undefined) return line.value;
  }
  return undefined;
}
