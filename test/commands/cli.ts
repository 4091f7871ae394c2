/** The command line in this process: `main` with a host of the test's choice, and what it wrote. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { extract } from "tar";
import { afterAll, expect } from "vitest";
import type { Edge, HostWishes } from "../../src/commands/edge.ts";
import { main } from "../../src/commands/program.ts";
import { answersOf } from "../../src/host/answers.ts";
import type { Host } from "../../src/host/host.ts";
import { createRealHost } from "../../src/host/real/index.ts";
import { parseJson } from "../../src/model/json.ts";

/** The releases whose states are there, and the user in whose home each was made. */
const users = { "2026.2.26": "op", "2026.6.11": "op", "2026.9.6": "claw" } as const;
export type Release = keyof typeof users;

function archiveOf(release: Release): string {
  return fileURLToPath(new URL(`../fixtures/states/state-${release}.tar.gz`, import.meta.url));
}

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}
/** The real one has signal handlers to take away. */
type TestHost = Host & { readonly dispose?: () => void };
export type Cli = (...argv: readonly string[]) => Promise<Ran>;

/** Runs one command line; whatever it says is kept, whether it goes through the host's terminal or the edge. */
export function cliOf(makeHost: (wishes: HostWishes) => Promise<TestHost>): Cli {
  return async (...argv) => {
    const out: string[] = [];
    const err: string[] = [];
    const hosts: TestHost[] = [];
    const edge: Edge = {
      version: "0.0.0-test",
      out: (text) => void out.push(text),
      err: (text) => void err.push(text),
      makeHost: async (wishes) => {
        const host = await makeHost(wishes);
        hosts.push(host);
        const terminal = { ...host.terminal, out: edge.out, err: edge.err, width: 100 };
        return { ...host, terminal };
      },
    };
    const exit = await main(argv, edge);
    for (const host of hosts) host.dispose?.();
    return { exit, out: out.join(""), err: err.join("") };
  };
}

export interface Disk {
  /** Folder that stands for "/" of the examined host. */
  readonly root: string;
  readonly stateDir: string;
  /** Where cases are kept, outside the disk. */
  readonly dataDir: string;
  /** For answers and secrets. */
  readonly put: (name: string, text: string) => Promise<string>;
  readonly run: Cli;
  /** With --root, --home and --data-dir. */
  readonly on: Cli;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** The real state of an OpenClaw on a "mounted disk", looked at by the real host; its home is that of the release's user. */
export async function disk(release: Release = "2026.9.6"): Promise<Disk> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "claw-ir-cli-")));
  folders.push(folder);
  const root = join(folder, "disk");
  const home = join(root, "home", users[release]);
  await mkdir(home, { recursive: true });
  await extract({ file: archiveOf(release), cwd: home, preserveOwner: false, preservePaths: true });
  const dataDir = join(folder, "data");
  const run = cliOf((wishes) => realHost(wishes, folder));
  return {
    root,
    stateDir: join(home, ".openclaw"),
    dataDir,
    put: async (name, text) => {
      await writeFile(join(folder, name), text, { mode: 0o600 });
      return join(folder, name);
    },
    run,
    on: (...argv) => run(...argv, "--root", root, "--home", `/home/${users[release]}`, "--data-dir", dataDir),
  };
}

async function realHost(wishes: HostWishes, home: string): Promise<TestHost> {
  const { answersFile, secretFrom, noColor, yes, budgetMs } = wishes;
  return createRealHost({
    yes,
    ...(budgetMs === undefined ? {} : { budgetMs }),
    nonInteractive: true,
    answers: answersFile === undefined ? {} : answersOf(parseJson(await readFile(answersFile, "utf8"))),
    color: noColor ? false : undefined,
    secretFiles: secretFrom,
    version: "0.0.0-test",
    env: { HOME: home },
  });
}

/** Lines of the contract's stream. */
export function linesOf(out: string): readonly Record<string, unknown>[] {
  return out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Vitest's own are typed as `any`. */
export const containing = (text: string): unknown => expect.stringContaining(text);
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
export const someText: unknown = expect.any(String);
