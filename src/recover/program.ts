/** Which openclaw to start when no service manager does it: the one that ran, if that can be told, and never one that anyone may rewrite. */
import { basename, dirname, join } from "node:path";
import type { Host } from "../host/host.ts";
import { shown } from "../model/text.ts";
import type { Program, StartRequest } from "./types.ts";

export type ProgramRequest = Pick<StartRequest, "openclaw" | "howItRan" | "trust"> & {
  readonly installation: Pick<StartRequest["installation"], "target">;
};

export const systemFolders: readonly string[] = [
  "/usr/local/bin",
  "/usr/bin",
  "/bin",
  "/usr/local/sbin",
  "/usr/sbin",
  "/sbin",
  "/opt/homebrew/bin",
];

interface Candidate {
  readonly path: string;
  readonly source: string;
}

export type Resolved =
  | { readonly found: Program; readonly refused: readonly string[] }
  | { readonly found: undefined; readonly refused: readonly string[] };

/** `refused` says for each place that was not taken why not. */
export async function resolveProgram(host: Host, request: ProgramRequest): Promise<Resolved> {
  const refused: string[] = [];
  for (const candidate of candidatesOf(host, request)) {
    const program = await examine(host, request, candidate, refused);
    if (program !== undefined) return { found: program, refused };
  }
  if (request.openclaw === undefined) {
    const hinted = await fromWrapper(host, request, refused);
    if (hinted !== undefined) return { found: hinted, refused };
  }
  return { found: undefined, refused };
}

function candidatesOf(
  host: Host,
  { openclaw, howItRan, installation }: ProgramRequest,
): readonly Candidate[] {
  if (openclaw !== undefined) return [{ path: openclaw, source: "named by you" }];
  const { home } = installation.target;
  const found: Candidate[] = [];
  if (howItRan?.packageDir !== undefined) {
    found.push({
      path: join(howItRan.packageDir, "openclaw.mjs"),
      source: "the package that ran before the stop",
    });
  }
  if (howItRan?.exe !== undefined) {
    found.push({
      path: join(dirname(howItRan.exe), "openclaw"),
      source: "beside the node that ran before the stop",
    });
  }
  for (const folder of foldersOf(howItRan?.env["PATH"])) {
    found.push({ path: join(folder, "openclaw"), source: "the PATH it had before the stop" });
  }
  const own = [
    ".local/bin",
    ".npm-global/bin",
    ".local/share/pnpm",
    ".volta/bin",
    ".bun/bin",
    ".openclaw/bin",
  ];
  const standard = [
    ...foldersOf(host.facts.env["PATH"]),
    ...systemFolders,
    ...own.map((name) => join(home, name)),
  ];
  for (const folder of standard) found.push({ path: join(folder, "openclaw"), source: "the usual folders" });
  const seen = new Set<string>();
  return found.filter(({ path }) => !seen.has(path) && seen.add(path));
}

function foldersOf(path: string | undefined): readonly string[] {
  return (path ?? "").split(":").filter((folder) => folder.startsWith("/"));
}

async function examine(
  host: Host,
  request: ProgramRequest,
  { path, source }: Candidate,
  refused: string[],
): Promise<Program | undefined> {
  const real = await realPath(host, path);
  if (real === undefined) {
    if (request.openclaw !== undefined) refused.push(`${shown(path)} does not exist`);
    return undefined;
  }
  const objection = await objectionTo(host, request, real);
  if (objection !== undefined) {
    refused.push(`${shown(path)}: ${objection}`);
    return undefined;
  }
  return { argv: await withNode(host, request, path, real), source };
}

async function realPath(host: Host, path: string): Promise<string | undefined> {
  try {
    return await host.fs.realpath(path);
  } catch {
    return undefined;
  }
}

/** Why a program is not started unasked. */
async function objectionTo(host: Host, request: ProgramRequest, real: string): Promise<string | undefined> {
  const { stateDir } = request.installation.target;
  if (real.startsWith(`${stateDir}/`)) return "it lies in the suspect state";
  const file = await host.fs.stat(real);
  if (file?.kind !== "file") return "it is no regular file";
  if (file.uid !== 0 && file.uid !== host.facts.uid) return "it belongs to another user";
  const folder = await host.fs.stat(dirname(real));
  const open = (file.mode & 0o002) !== 0 || ((folder?.mode ?? 0) & 0o1002) === 0o002;
  return open ? "anyone on this host may replace it" : undefined;
}

/** A script is run with the very node that ran before: another one in the PATH may be too old for it. */
async function withNode(
  host: Host,
  request: ProgramRequest,
  path: string,
  real: string,
): Promise<readonly [string, ...string[]]> {
  const { exe } = request.howItRan ?? {};
  if (!/\.[cm]?js$/.test(real)) return [path];
  const beside = [...(exe === undefined ? [] : [exe]), join(dirname(path), "node"), nodePackage(real)];
  for (const node of beside) {
    if (!/^node(?:js)?(?:-?\d+)?$/.test(basename(node))) continue;
    const realNode = await realPath(host, node);
    if (realNode !== undefined && (await objectionTo(host, request, realNode)) === undefined)
      return [node, real];
  }
  return [path];
}

/** The npm package `node` that was installed together with it. */
function nodePackage(real: string): string {
  return join(dirname(dirname(real)), "node", "bin", "node");
}

/**
 * OpenClaw keeps a small wrapper in its state dir that names node and script. An intruder can write there, too: it is
 * read as data, shown, and used only if the user says so.
 */
async function fromWrapper(
  host: Host,
  request: ProgramRequest,
  refused: string[],
): Promise<Program | undefined> {
  const wrapper = join(request.installation.target.stateDir, "tmp", "agent-cli", "openclaw");
  let text: string;
  try {
    text = await host.fs.readText(wrapper, { maxBytes: 4096 });
  } catch {
    return undefined;
  }
  const line = /^exec (\/[^\s"'`$;&|<>\\]{1,400}) (\/[^\s"'`$;&|<>\\]{1,400}) "\$@"$/m.exec(text);
  const [, node, script] = line ?? [];
  if (node === undefined || script === undefined) return undefined;
  for (const path of [node, script]) {
    const real = await realPath(host, path);
    const objection = real === undefined ? "it does not exist" : await objectionTo(host, request, real);
    if (objection !== undefined) {
      refused.push(`${shown(path)}, named in ${shown(wrapper)}: ${objection}`);
      return undefined;
    }
  }
  const program: Program = {
    argv: [node, script],
    source: `named only in the suspect state (${shown(wrapper)})`,
  };
  if ((await request.trust?.(program)) === true) return program;
  refused.push(`${shown(`${node} ${script}`)}: ${program.source}`);
  return undefined;
}
