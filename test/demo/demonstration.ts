/** Runs the built program as a user does, on the bundled demonstration, with a home and a temporary folder of its own. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect } from "vitest";
import { isDict, list, str, at } from "../../src/model/json.ts";

export const program = fileURLToPath(new URL("../../bin/claw-ir.js", import.meta.url));
export const isBuilt = existsSync(fileURLToPath(new URL("../../dist/cli.js", import.meta.url)));

export type Line = Readonly<Record<string, unknown>>;

export interface Ran {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Place {
  readonly base: string;
  readonly home: string;
  readonly tmp: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The demonstration's folder, once there is one. */
  readonly root: () => Promise<string>;
}

const made: string[] = [];
afterAll(() => {
  for (const base of made) rmSync(base, { recursive: true, force: true, maxRetries: 3 });
});

/** A user with an OpenClaw of their own in their home: nothing of it may change. */
export async function place(): Promise<Place> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "claw-ir-demotest-")));
  const [home, tmp] = [join(base, "home"), join(base, "tmp")];
  await mkdir(join(home, ".openclaw/tmp"), { recursive: true });
  await mkdir(tmp);
  await writeFile(join(home, ".openclaw/openclaw.json"), '{"gateway":{"port":18789}}\n');
  await writeFile(join(home, ".bashrc"), "# the user's own\n");
  made.push(base);
  return {
    base,
    home,
    tmp,
    env: { HOME: home, TMPDIR: tmp, PATH: process.env["PATH"], LANG: "C.UTF-8" },
    root: async () => {
      const folders = await readdir(tmp);
      expect(folders.filter((name) => name.startsWith("claw-ir-demo-"))).toHaveLength(1);
      return join(tmp, folders[0] ?? "");
    },
  };
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ran>;
  /** Resolves once stdout holds the text. */
  readonly says: (text: string) => Promise<void>;
  readonly signal: (signal: NodeJS.Signals) => void;
}

/** Without a terminal: stdin is closed, both outputs are pipes. */
export function start(args: readonly string[], env: Place["env"]): Running {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  let look = (): void => undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    look();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<Ran>((resolve) => {
    child.once("close", (exit) => resolve({ exit, stdout, stderr }));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    says: (text) =>
      new Promise((resolve, reject) => {
        look = () => {
          if (stdout.includes(text)) resolve();
        };
        look();
        void ended.then((ran) => reject(new Error(`it ended without ${text}: ${JSON.stringify(ran)}`)));
      }),
    signal: (signal) => child.kill(signal),
  };
}

export function linesOf(stdout: string): readonly Line[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => {
      const parsed: unknown = JSON.parse(line);
      if (!isDict(parsed)) throw new Error(`no object: ${line}`);
      return parsed;
    });
}

/** The last event of a step. */
export function stepOf(lines: readonly Line[], id: string): Line {
  const found = lines.findLast((line) => line["id"] === id && line["type"] === "step");
  if (found === undefined) throw new Error(`no step ${id}`);
  return found;
}

/** Pids of processes whose environment names the folder; they are of the demonstration in it. Linux only. */
export async function processesOf(folder: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of await readdir("/proc").catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const environ = await readFile(`/proc/${name}/environ`, "utf8").catch(() => "");
    if (environ.split("\0").some((one) => one.startsWith(`HOME=${folder}/`))) found.push(Number(name));
  }
  return found;
}

export async function noProcessLeft(folder: string): Promise<void> {
  await expect.poll(() => processesOf(folder), { timeout: 120_000, interval: 100 }).toEqual([]);
}

/** Every path below a folder with its kind, size, times and content: two equal ones mean that nothing was written. */
export async function snapshot(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of await filesBelow(folder, { folders: true })) {
    const stat = await lstat(path, { bigint: true });
    const content = stat.isFile()
      ? createHash("sha256").update(readFileSync(path)).digest("hex")
      : stat.isSymbolicLink()
        ? await readlink(path)
        : "";
    found.push([relative(folder, path), stat.mode, stat.size, stat.mtimeNs, content].join(" "));
  }
  return found.sort();
}

export async function filesBelow(
  folder: string,
  options: { readonly folders?: boolean } = {},
): Promise<readonly string[]> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  return all
    .filter((entry) => options.folders === true || entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The secrets of the bundled state, those that the demonstration types in, and those that were made in the run. */
export async function secretsOf(root: string): Promise<readonly string[]> {
  const state = join(root, "home/claw/.openclaw");
  const config: unknown = JSON.parse(await readFile(join(state, "openclaw.json"), "utf8"));
  const token = str(at(config, "gateway", "auth", "token")) ?? "";
  return [
    "gt-old-FAKE-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "sk-ant-api03-FAKEFAKEFAKEFAKEFAKE-000000000000000000000000000000",
    "sk-or-v1-FAKE000000000000000000000000000000000000",
    "sk-mock-FAKE-0000000000000000",
    "123456:FAKE-telegram-token-aaaaaaaaaaaaaaaa",
    "FAKE-store-secret-value-1234567890",
    "fake-dotenv-secret-0000",
    // Tokens of the paired devices, as the bundled database holds them.
    "9EeyACUPA3zqJtxnb8mU9JOPFnhTK6W_2RcZMbIkz6k",
    "OnIGRimwFfn45UZsi3wk8j-TJeT0umzXN4fDORyAnnQ",
    "7e9C8Qzs7H7xsZEj9BUvGIRkslzbo-XCNdT-IUV7lAA",
    ...["passphrase", "new-key"].map((name) => readFileSync(join(root, name), "utf8").trim()),
    ...(token === "" ? [] : [token]),
  ];
}

/** What a reader of the report would call the incident: rule ids with the paths and words of their evidence. */
export interface Found {
  readonly rule: string;
  readonly severity: string;
  readonly text: string;
}

export async function findingsOf(dataDir: string, env: Place["env"]): Promise<readonly Found[]> {
  const ran = await start(["findings", "--json", "--data-dir", dataDir], env).ended;
  expect(ran.exit).toBe(0);
  return list(JSON.parse(ran.stdout)).map((finding) => ({
    rule: str(at(finding, "rule")) ?? "",
    severity: str(at(finding, "severity")) ?? "",
    text: JSON.stringify(finding),
  }));
}
