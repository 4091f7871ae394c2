/** Where old values stay behind on a host that runs OpenClaw. Real paths; nothing outside the examined root. */
import { basename, join } from "node:path";
import type { Host } from "../host/host.ts";
import type { Installation } from "../openclaw/types.ts";

/** Below the home. */
const homeFiles = [
  ".bashrc",
  ".bash_profile",
  ".profile",
  ".zshrc",
  ".zshenv",
  ".zprofile",
  ".config/fish/config.fish",
  ".bash_history",
  ".zsh_history",
  ".local/share/fish/fish_history",
  ".netrc",
  ".git-credentials",
  ".pgpass",
  ".aws/credentials",
  ".config/gh/hosts.yml",
  ".config/openclaw/gateway.env",
  ".claude/.credentials.json",
  ".claude.json",
  ".codex/auth.json",
];

/** Folders that are looked through: below the home, with the depth that is gone down. */
const homeFolders: readonly (readonly [string, number])[] = [
  [".config/environment.d", 0],
  [".config/systemd/user", 1],
  ["Library/LaunchAgents", 0],
];

/** Below the state folder. The state's own databases are read as bytes: free pages and -wal hold old rows. */
const stateFolders: readonly (readonly [string, number])[] = [
  ["", 0],
  ["state", 0],
  ["logs", 1],
  ["service-env", 0],
  ["credentials", 2],
  ["cache/shell-snapshots", 0],
  ["devices", 0],
  ["identity", 0],
  ["cron", 1],
  ["hooks", 2],
];

const systemFolders: readonly (readonly [string, number])[] = [
  ["/etc/systemd/system", 1],
  ["/etc/openclaw", 1],
];

const systemFiles = ["/etc/environment", "/etc/default/openclaw"];

/** At most this many files are looked into; more are named as not searched. */
const maxFiles = 4000;

export interface SearchList {
  readonly files: readonly string[];
  readonly notSearched: readonly { readonly path: string; readonly reason: string }[];
}

class Collector {
  readonly #host: Host;
  readonly files = new Set<string>();
  readonly notSearched: { readonly path: string; readonly reason: string }[] = [];
  constructor(host: Host) {
    this.#host = host;
  }

  async file(path: string): Promise<void> {
    const stat = await this.#look(path);
    if (stat === "file") this.#add(path);
  }

  async folder(path: string, depth: number): Promise<void> {
    if ((await this.#look(path)) !== "dir") return;
    try {
      for (const { name, kind } of await this.#host.fs.list(path)) {
        if (kind === "file") this.#add(join(path, name));
        else if (kind === "dir" && depth > 0) await this.folder(join(path, name), depth - 1);
      }
    } catch (error) {
      this.notSearched.push({ path, reason: codeOf(error) });
    }
  }

  #add(path: string): void {
    // Lock databases are held by their owner and keep nothing.
    if (/-lock\.sqlite$|\.lock\.sqlite$|-writer\.sqlite$|-shm$/.test(basename(path))) return;
    if (this.files.size < maxFiles) this.files.add(path);
    else this.notSearched.push({ path, reason: `more than ${maxFiles} files` });
  }

  /** Links are not followed: what they lead to is listed in its own right, or is not OpenClaw's. */
  async #look(path: string): Promise<string> {
    try {
      return (await this.#host.fs.stat(path))?.kind ?? "missing";
    } catch (error) {
      this.notSearched.push({ path, reason: codeOf(error) });
      return "denied";
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "unreadable";
}

/** Every file to search for old values. */
export async function searchList(host: Host, installation: Installation): Promise<SearchList> {
  const { target, agents, config } = installation;
  const collector = new Collector(host);
  for (const [dir, depth] of stateFolders) await collector.folder(join(target.stateDir, dir), depth);
  for (const file of config.files) await collector.file(target.toReal(file));
  for (const { dir, workspace } of agents) {
    await collector.folder(dir, 0);
    // Notes such as TOOLS.md and the agent's memory are where people put keys that they tell their agent.
    await collector.folder(workspace, 0);
    await collector.folder(join(workspace, "memory"), 1);
    await collector.folder(join(workspace, "skills"), 2);
  }
  for (const name of homeFiles) await collector.file(join(target.home, name));
  for (const [dir, depth] of homeFolders) await collector.folder(join(target.home, dir), depth);
  for (const path of systemFiles) await collector.file(target.toReal(path));
  for (const [path, depth] of systemFolders) await collector.folder(target.toReal(path), depth);
  await collector.folder(target.toReal("/tmp/openclaw"), 0);
  return { files: [...collector.files], notSearched: collector.notSearched };
}
