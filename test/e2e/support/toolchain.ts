import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

/** The release that the end-to-end suite is pinned to. */
export const openClawVersion = "2026.9.6";

export interface Toolchain {
  /** Holds `openclaw` and the `node` it runs on. */
  readonly binDir: string;
}

const run = promisify(execFile);
const binOf = (folder: string): string => join(folder, "node_modules", ".bin");
const nodeOf = (folder: string): string => join(folder, "node_modules", "node", "bin", "node");

/** Installs the pinned OpenClaw and a Node 24 for it, unless an earlier run has. */
export async function ensureOpenClaw(): Promise<Toolchain> {
  const folder = await installedOnce(`openclaw-${openClawVersion}`, async (fresh) => {
    await npmInstall(fresh, "node@24");
    await npmInstall(fresh, `openclaw@${openClawVersion}`);
    await access(join(binOf(fresh), "openclaw"));
  });
  return { binDir: binOf(folder) };
}

/** Installs a Node of that major version, unless an earlier run has, and gives its binary. */
export async function ensureNode(major: 20 | 22 | 24 | 26): Promise<string> {
  const folder = await installedOnce(`node-${major}`, (fresh) => npmInstall(fresh, `node@${major}`));
  return nodeOf(folder);
}

/** Where toolchains are kept between runs, outside the repository. */
function cacheFolder(): string {
  return process.env["CLAW_IR_E2E_CACHE"] ?? join(homedir(), ".cache", "claw-ir-e2e");
}

/** Fills a temporary folder and renames it into place, so that what bears the name is complete. */
async function installedOnce(name: string, fill: (fresh: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (await exists(folder)) return folder;
  await mkdir(cacheFolder(), { recursive: true });
  const fresh = await mkdtemp(join(cacheFolder(), `.installing-${name}-`));
  try {
    await writeFile(join(fresh, "package.json"), '{ "private": true }\n');
    await fill(fresh);
    await access(nodeOf(fresh));
    await renameUnlessTaken(fresh, folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return folder;
}

/** Another process may have installed the same meanwhile; then its folder stands. */
async function renameUnlessTaken(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(await exists(to))) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Installs one package; a Node installed before into the same folder runs npm. */
async function npmInstall(folder: string, spec: string): Promise<void> {
  const env = npmEnv(folder);
  const args = ["install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts=false", spec];
  const options = { cwd: folder, env, timeout: 1_800_000, maxBuffer: 64 * 1024 * 1024 };
  // A registry may fail once.
  await run("npm", args, options).catch(() => run("npm", args, options));
}

/** Our environment without what an outer `npm run` or a test runner adds for its own project. */
function npmEnv(folder: string): NodeJS.ProcessEnv {
  const kept = /^npm_config_(registry|cache|cafile|proxy|https_proxy|noproxy|userconfig)$/;
  const dropped = /^(npm_|NODE_OPTIONS$|NODE_ENV$|NODE_PATH$|INIT_CWD$|VITEST)/;
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => kept.test(name) || !dropped.test(name)),
  );
  return { ...env, PATH: [binOf(folder), process.env["PATH"] ?? ""].join(delimiter) };
}
