import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const repository = fileURLToPath(new URL("../../..", import.meta.url));

let packed: Promise<string> | undefined;

/** Packs this checkout once and installs the file, and nothing else, without network and scripts. Gives the program's path. */
export function packedClawIr(): Promise<string> {
  packed ??= packAndInstall();
  return packed;
}

async function packAndInstall(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "claw-ir-packed-"));
  const { stdout } = await run("npm", ["pack", "--json", "--silent", "--pack-destination", dir], {
    cwd: repository,
    maxBuffer: 64 * 1024 * 1024,
  });
  const name = /"filename":\s*"([^"]+)"/.exec(stdout)?.[1] ?? "";
  const prefix = join(dir, "installed");
  await mkdir(prefix);
  await writeFile(join(prefix, "package.json"), '{ "private": true }\n');
  const flags = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  await run("npm", ["install", "--prefix", prefix, ...flags, join(dir, name)], { cwd: prefix });
  return join(prefix, "node_modules", "claw-ir", "bin", "claw-ir.js");
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
  /** The objects of a --json stream. */
  readonly lines: readonly Record<string, unknown>[];
}

/** Runs the packed program to its end, with nobody at the terminal. */
export async function runPacked(
  node: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  return startPacked(node, program, args, env).ended;
}

/** The same, and meanwhile it can be signalled. */
export function startPacked(
  node: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): { readonly ended: Promise<Ran>; readonly signal: (name: NodeJS.Signals) => void } {
  const startedAt = performance.now();
  const child = spawn(node, [program, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  const ended = new Promise<Ran>((resolve) =>
    child.once("close", (code) => {
      const stdout = Buffer.concat(out).toString("utf8");
      const stderr = Buffer.concat(err).toString("utf8");
      resolve({ code, stdout, stderr, ms: performance.now() - startedAt, lines: objects(stdout) });
    }),
  );
  return { ended, signal: (name) => void child.kill(name) };
}

function objects(text: string): readonly Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  for (const line of text.split("\n")) {
    if (!line.startsWith("{")) continue;
    found.push(JSON.parse(line) as Record<string, unknown>);
  }
  return found;
}
