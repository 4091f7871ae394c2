import { basename, join, normalize, resolve } from "node:path";
import type { Host } from "../host/host.ts";
import { ClawError } from "../model/errors.ts";
import { configFiles, isStateFolder, profileIn, stateFolders } from "./house-names.ts";
import { canonical, isLockOf, isLockOwner, looksLikeGateway, readLocks } from "./lock.ts";
import type { GatewayLock } from "./lock.ts";
import type { Target } from "./types.ts";
import { below, isInside, viewOf } from "./view.ts";

/** The options every command takes. Relative paths count from the working folder. */
export interface TargetOptions {
  readonly home?: string | undefined;
  readonly root?: string | undefined;
  readonly stateDir?: string | undefined;
  readonly profile?: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

const profileName = /^[a-z0-9][a-z0-9_-]{0,63}$/i;

/**
 * Decides where to look, as OpenClaw 2026.9.6 does: options first, then (only for the home of whoever runs claw-ir)
 * OPENCLAW_STATE_DIR, OPENCLAW_CONFIG_PATH, OPENCLAW_HOME and OPENCLAW_PROFILE, then the defaults; `~/.clawdbot` and the
 * names between only where there is no `~/.openclaw`. Whether an installation is there is not asked. Throws a ClawError for a root that is not
 * there, a profile name OpenClaw would refuse, and a root with several homes to choose from.
 */
export async function resolveTarget(host: Host, options: TargetOptions = {}): Promise<Target> {
  const root = await rootOf(host, options.root);
  const home = await homeOf(host, root, options.home);
  const env: Env = root === "/" && options.home === undefined ? host.facts.env : {};
  const profile = profileOf(options.profile, env);
  const usual = await usualStateDir(host, home, env, profile, options.profile !== undefined);
  const stateDir = options.stateDir === undefined ? usual : asReal(root, options.stateDir);
  const configPath = await configOf(host, home, stateDir, stateDir === usual ? env : {});
  const paths = { root, home, stateDir, configPath };
  const notLiveBecause = await whyNotLive(host, paths, stateDir === usual);
  return {
    live: notLiveBecause === undefined,
    ...(notLiveBecause === undefined ? {} : { notLiveBecause }),
    ...paths,
    ...(profile === undefined ? {} : { profile }),
    toHost: (path) => (root === "/" ? path : isInside(path, root) ? path.slice(root.length) || "/" : path),
    toReal: (path) =>
      path === "~" || path.startsWith("~/") ? join(home, path.slice(1)) : reroot(root, path),
  };
}

function reroot(root: string, path: string): string {
  const place = normalize(path);
  return root !== "/" && isInside(place, root) ? place : below(root, path);
}

async function rootOf(host: Host, given: string | undefined): Promise<string> {
  if (given === undefined) return "/";
  try {
    return await host.fs.realpath(resolve(given));
  } catch (cause) {
    throw new ClawError(`there is no folder to examine at ${given}`, {
      exit: "notFound",
      code: "no-root",
      hint: "mount the file system first and give its folder with --root",
      cause,
    });
  }
}

/** A path on the examined host, or one that already lies below the root, as a real path. */
function asReal(root: string, path: string): string {
  const absolute = resolve(path);
  if (root === "/" || isInside(absolute, root)) return absolute;
  return below(root, absolute);
}

async function homeOf(host: Host, root: string, given: string | undefined): Promise<string> {
  if (given !== undefined) return asReal(root, given);
  if (root === "/") return host.facts.home;
  const own = below(root, host.facts.home);
  const found = await homesWithState(host, root);
  if (found.length === 0 || found.includes(own)) return own;
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  throw new ClawError(`${String(found.length)} homes under ${root} hold an OpenClaw state`, {
    exit: "usage",
    code: "several-homes",
    hint: `choose one with --home: ${found.map((home) => home.slice(root.length)).join(", ")}`,
  });
}

async function homesWithState(host: Host, root: string): Promise<readonly string[]> {
  const homes = [below(root, "/root")];
  for (const parent of ["/home", "/Users"]) {
    const entries = await viewOf(host, { root })
      .list(below(root, parent))
      .catch(() => []);
    homes.push(...entries.map((entry) => join(below(root, parent), entry.name)));
  }
  const found: string[] = [];
  for (const home of homes) {
    const entries = await viewOf(host, { root })
      .list(home)
      .catch(() => []);
    if (entries.some((entry) => entry.kind !== "file" && isStateFolder(entry.name))) found.push(home);
  }
  return found;
}

async function exists(host: Host, path: string): Promise<boolean> {
  return (await host.fs.stat(path).catch(() => undefined)) !== undefined;
}

function profileOf(option: string | undefined, env: Env): string | undefined {
  const named = option ?? env["OPENCLAW_PROFILE"]?.trim();
  if (named === undefined || named === "" || named.toLowerCase() === "default") return undefined;
  if (profileName.test(named)) return named;
  if (option === undefined) return undefined;
  throw new ClawError("--profile takes letters, digits, _ and -, at most 64 of them", {
    exit: "usage",
    code: "bad-profile",
    hint: "openclaw keeps a profile NAME in ~/.openclaw-NAME",
  });
}

/**
 * OpenClaw's own rule: OPENCLAW_STATE_DIR wins over a profile, unless --profile leaves the profile that the environment
 * was made for (src/cli/profile.ts of 2026.9.6).
 */
async function usualStateDir(
  host: Host,
  home: string,
  env: Env,
  profile: string | undefined,
  switching: boolean,
): Promise<string> {
  const base = openclawHome(home, env);
  const folder = (name: string | undefined): string =>
    join(base, name === undefined ? ".openclaw" : `.openclaw-${name}`);
  const given = env["OPENCLAW_STATE_DIR"]?.trim();
  if (given !== undefined && given !== "") {
    const dir = expand(given, base);
    const leaves = switching && dir === folder(profileOf(undefined, env)) && dir !== folder(profile);
    if (!leaves) return dir;
  }
  const usual = folder(profile);
  const before = env["CLAWDBOT_STATE_DIR"]?.trim() ?? "";
  const older = stateFolders(profile).map((name) => join(base, name));
  // What the environment of clawdbot says counts only where there is no state of OpenClaw's, and something where it points.
  for (const dir of [usual, ...(before === "" ? [] : [expand(before, base)]), ...older])
    if (await exists(host, dir)) return dir;
  return usual;
}

/** The home OpenClaw counts from: OPENCLAW_HOME where it is set, else the account's. */
export function openclawHome(home: string, env: Env): string {
  const given = env["OPENCLAW_HOME"]?.trim();
  return given === undefined || given === "" ? home : expand(given, home);
}

function expand(path: string, home: string): string {
  return resolve(path === "~" || path.startsWith("~/") ? join(home, path.slice(1)) : path);
}

async function configOf(host: Host, home: string, stateDir: string, env: Env): Promise<string> {
  const given = env["OPENCLAW_CONFIG_PATH"]?.trim();
  if (given !== undefined && given !== "") return expand(given, openclawHome(home, env));
  const [usual = "", ...older] = configFiles.map((name) => join(stateDir, name));
  for (const path of [usual, ...older]) if (await exists(host, path)) return path;
  return usual;
}

type Paths = Pick<Target, "root" | "home" | "stateDir">;

async function whyNotLive(host: Host, paths: Paths, usual: boolean): Promise<string | undefined> {
  if (paths.root !== "/") return `the file system under ${paths.root} is examined, not the running host`;
  const own = (await canonical(host, paths.home)) === (await canonical(host, host.facts.home));
  if (own && usual) return undefined;
  if (await runsHere(host, paths.stateDir)) return undefined;
  return own
    ? `${paths.stateDir} is not the state of the OpenClaw that runs here, and no live gateway holds its lock`
    : `${paths.home} is not the home of ${host.facts.user}, and no live gateway holds the lock of its state`;
}

/**
 * A live process of this host holds the lock of this very state dir. Pid and start time could be written into a copied
 * state by whoever made it, so the process must also look like a gateway or listen on the port the lock names.
 */
async function runsHere(host: Host, stateDir: string): Promise<boolean> {
  const { locks } = await readLocks(viewOf(host, { root: "/" }), stateDir);
  for (const lock of locks) {
    if (lock.startTime === undefined || !(await isLockOf(host, lock, stateDir))) continue;
    const process = await host.processes.get(lock.pid).catch(() => undefined);
    if (process === undefined || !isLockOwner(lock, process)) continue;
    if (looksLikeGateway(process) || (await listensOn(host, lock))) return true;
  }
  return false;
}

async function listensOn(host: Host, lock: GatewayLock): Promise<boolean> {
  const sockets = await host.processes.sockets().catch(() => []);
  return sockets.some(
    (socket) => socket.state === "LISTEN" && socket.localPort === lock.port && socket.pids.includes(lock.pid),
  );
}

/** The profile's part of names such as the service unit and the log file: "" or "-work". */
export function profileSuffix(target: Pick<Target, "profile" | "stateDir">): string {
  if (target.profile !== undefined) return `-${target.profile}`;
  const named = profileIn(basename(target.stateDir));
  return named === undefined ? "" : `-${named}`;
}
