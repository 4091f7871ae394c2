/** Starts a gateway that no service manager runs: the same program, in its own session, with a clean environment. */
import { dirname, join } from "node:path";
import type { Host } from "../host/host.ts";
import { messageOf } from "../model/errors.ts";
import { shown } from "../model/text.ts";
import { resolveProgram, systemFolders } from "./program.ts";
import type { Attempt, Program, StartProof, StartRequest } from "./types.ts";

export type Begun = { readonly attempt: Attempt } | { readonly end: Pick<StartProof, "state" | "reason"> };

export async function startForeground(
  host: Host,
  request: StartRequest,
  how: string[],
  warnings: string[],
): Promise<Begun> {
  const stranger = await otherOwner(host, request);
  if (stranger !== undefined) {
    return {
      end: { state: "no-way", reason: `it belongs to ${stranger}: as that user, run ${byHand(request)}` },
    };
  }
  const { found, refused } = await resolveProgram(host, request);
  if (found === undefined) return { end: { state: "no-way", reason: nothingFound(request, refused) } };
  warnings.push(...refused.map((text) => `Not started: ${text}`));
  return launch(host, request, found, how, warnings);
}

async function launch(
  host: Host,
  request: StartRequest,
  program: Program,
  how: string[],
  warnings: string[],
): Promise<Begun> {
  const argv: readonly [string, ...string[]] = [...program.argv, ...argumentsOf(request)];
  const env = environmentOf(request, program);
  request.say(`Starting ${shown(argv.join(" "), 300)} (${program.source}).`);
  await request.journal("start", { argv: [...argv], env: Object.keys(env), source: program.source });
  noteMissing(request, env, warnings);
  try {
    const cwd = await workingFolder(host, request);
    await host.fs.mkdir(dirname(request.logFile));
    const { pid } = await host.spawn(argv, { cwd, env, logFile: request.logFile });
    how.push(`started ${shown(argv.join(" "), 300)} (${program.source}) as pid ${pid}`);
    await request.journal("started", { pid });
    return { attempt: attemptOf(host, request, pid) };
  } catch (error) {
    const reason = `${shown(argv.join(" "), 200)} could not be started: ${shown(messageOf(error))}. Try: ${byHand(request)}`;
    return { end: { state: "failed", reason } };
  }
}

function attemptOf(host: Host, request: StartRequest, pid: number): Attempt {
  return {
    pid,
    logs: request.logFile,
    ended: async () => {
      const now = await host.processes.get(pid);
      if (now !== undefined && now.state !== "Z") return undefined;
      // The launcher may have handed over to another process.
      if ((await request.locate()).state === "running") return undefined;
      return `it ended${await lastWords(host, request.logFile)}`;
    },
  };
}

async function lastWords(host: Host, logFile: string): Promise<string> {
  try {
    const text = new TextDecoder().decode(await host.fs.readTail(logFile, 8192));
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    return lines.length === 0
      ? ""
      : `; its last words: ${lines
          .slice(-4)
          .map((line) => shown(line, 200))
          .join(" / ")}`;
  } catch {
    return "";
  }
}

/** Whose gateway it is when it is not ours: root's files in another user's state dir would lock that user out. */
async function otherOwner(host: Host, { howItRan, installation }: StartRequest): Promise<string | undefined> {
  const { uid } = host.facts;
  if (howItRan !== undefined) {
    return howItRan.uid === uid ? undefined : shown(howItRan.user ?? `uid ${howItRan.uid}`, 60);
  }
  try {
    const owner = (await host.fs.stat(installation.target.stateDir))?.uid;
    return owner === undefined || owner === uid ? undefined : `uid ${owner}`;
  } catch {
    return undefined;
  }
}

function argumentsOf({ installation, howItRan }: StartRequest): readonly string[] {
  const { profile } = installation.target;
  const port = howItRan?.port ?? installation.gatewayPort;
  return [
    ...(profile === undefined ? [] : ["--profile", profile]),
    "gateway",
    "run",
    ...(port === installation.gatewayPort ? [] : ["--port", String(port)]),
  ];
}

/** What a gateway needs to find its state, and nothing of what an intruder may have put into the old environment. */
function environmentOf({ installation, howItRan }: StartRequest, program: Program): Record<string, string> {
  const { target } = installation;
  const before = howItRan?.env ?? {};
  const folders = new Set([...program.argv.map((path) => dirname(path)), ...systemFolders]);
  const env: Record<string, string> = { HOME: target.home, PATH: [...folders].join(":") };
  for (const name of ["LANG", "TZ", "OPENCLAW_HOME"]) {
    const value = before[name];
    if (value !== undefined) env[name] = value;
  }
  const standard = join(
    target.home,
    target.profile === undefined ? ".openclaw" : `.openclaw-${target.profile}`,
  );
  const stateDir = target.toHost(target.stateDir);
  if (before["OPENCLAW_STATE_DIR"] !== undefined || target.stateDir !== standard)
    env["OPENCLAW_STATE_DIR"] = stateDir;
  const configPath = target.toHost(target.configPath);
  const isUsual = target.configPath === join(target.stateDir, "openclaw.json");
  if (before["OPENCLAW_CONFIG_PATH"] !== undefined || !isUsual) env["OPENCLAW_CONFIG_PATH"] = configPath;
  return env;
}

const mattering =
  /^(?:OPENCLAW_|[A-Z0-9_]+_(?:API_KEY|TOKEN|SECRET|KEY|PASSWORD)$|HTTPS?_PROXY$|NODE_OPTIONS$)/;

function noteMissing({ howItRan }: StartRequest, env: Record<string, string>, warnings: string[]): void {
  const gone = (howItRan?.envNames ?? []).filter((name) => mattering.test(name) && env[name] === undefined);
  if (gone.length === 0) return;
  warnings.push(
    `Before the stop it had these variables, which were not passed on: ${shown(gone.slice(0, 20).join(", "), 400)}. If it needs one, put the new value into its config and restart it.`,
  );
}

async function workingFolder(host: Host, { installation, howItRan }: StartRequest): Promise<string> {
  const { cwd } = howItRan ?? {};
  try {
    if (cwd !== undefined && (await host.fs.stat(cwd))?.kind === "dir") return cwd;
  } catch {
    // Not ours to enter any more.
  }
  return installation.target.home;
}

/** The line a person types. */
export function byHand(request: StartRequest): string {
  const { target } = request.installation;
  const standard = join(
    target.home,
    target.profile === undefined ? ".openclaw" : `.openclaw-${target.profile}`,
  );
  const stateDir = target.stateDir === standard ? "" : `OPENCLAW_STATE_DIR=${shown(target.stateDir)} `;
  return `${stateDir}openclaw ${argumentsOf(request).join(" ")}`;
}

function nothingFound(request: StartRequest, refused: readonly string[]): string {
  const why = refused.length === 0 ? "" : ` (${refused.slice(0, 4).join("; ")})`;
  const what =
    request.openclaw === undefined ? "no openclaw program was found" : "the named program was not started";
  return `${what}${why}. Start it by hand: ${byHand(request)}`;
}
