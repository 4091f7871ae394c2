/**
 * The demonstration: a bundled compromised host in a temporary folder with a live stand-in gateway. A playbook runs on it
 * for real, through the same doors as on a real host, narrowed so that nothing of the user's can be touched.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tar from "tar";
import type { Host } from "../host/host.ts";
import { ClawError } from "../model/errors.ts";
import { dict, parseJson } from "../model/json.ts";
import { shellWord } from "../model/text.ts";
import { resolveTarget, type Target } from "../openclaw/index.ts";
import { narrowHost } from "./narrow-host.ts";
import { plantFiles } from "./plant/files.ts";
import { shiftTimes } from "./plant/shift-time.ts";
import { plantState } from "./plant/state.ts";
import { plantTranscripts } from "./plant/transcripts.ts";
import { freePort, startStandIn } from "./start.ts";

export interface Demo {
  readonly host: Host;
  readonly target: Target;
  /** Cases and archives of the demonstration stay here, for a look afterwards. */
  readonly dataDir: string;
  /** Ends the stand-in gateway and what it started, and says what is left. `dataDir`: where cases went instead. */
  readonly leave: (dataDir?: string) => Promise<void>;
}

/** What the demonstration's host differs in. */
interface Own {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly unattended: {
    readonly answers: Readonly<Record<string, unknown>>;
    readonly secretFrom: Readonly<Record<string, { readonly file: string }>>;
  };
}
type MakeHost = (own: Own) => Promise<Host>;

/** Prepares the host and starts its gateway. `quiet`: says nothing on stderr. */
export async function enterDemo(
  outer: Host,
  makeHost: MakeHost,
  { quiet }: { readonly quiet: boolean } = { quiet: false },
): Promise<Demo> {
  const root = await outer.fs.scratch(outer.facts.tmp, "claw-ir-demo-");
  try {
    return await prepare(outer, makeHost, { root, quiet });
  } catch (error) {
    // A half-made host is of no use to anybody; the gateway ends with this process.
    await outer.fs.removeScratch(root).catch(() => undefined);
    throw error;
  }
}

async function prepare(
  outer: Host,
  makeHost: MakeHost,
  { root, quiet }: { readonly root: string; readonly quiet: boolean },
): Promise<Demo> {
  const home = join(root, "home/claw");
  await outer.fs.mkdir(home);
  await tar.extract({
    file: bundled("state.tar.gz"),
    cwd: home,
    strict: true,
    // Links into OpenClaw's own package, which is not there.
    filter: (path) => !path.includes("/plugin-skills/"),
  });
  const port = await freePort(outer);
  await plantFiles(outer, root, port);
  await plantDatabases(outer, join(home, ".openclaw"));
  const env = {
    HOME: home,
    USER: "claw",
    TERM: outer.facts.env["TERM"],
    NO_COLOR: outer.facts.env["NO_COLOR"],
  };
  const inner = await makeHost({ env, unattended: await unattended(outer, root) });
  const gateway = await startStandIn(inner, root, port);
  const host = narrowHost(inner, root, gateway);
  const target: Target = { ...(await resolveTarget(host, { home, root })), live: true };
  if (!quiet) outer.terminal.err("A demonstration on a made-up host: every secret in it is fake.\n");
  const dataDir = join(root, "claw-ir");
  return {
    host,
    target,
    dataDir,
    leave: async (other) => {
      await gateway.end();
      await sayGoodbye(outer, { root, quiet, dataDir: other ?? dataDir });
    },
  };
}

/** Its folder stays for a look, unless no case came about. */
async function sayGoodbye(
  host: Host,
  { root, quiet, dataDir }: { readonly root: string; readonly quiet: boolean; readonly dataDir: string },
): Promise<void> {
  if ((await host.fs.stat(join(dataDir, "cases"))) === undefined) return host.fs.removeScratch(root);
  if (quiet) return;
  const [data, folder] = [shellWord(dataDir), shellWord(root)];
  const say = (style: "dim" | "bold", text: string): void =>
    host.terminal.err(`${host.terminal.paint(style, text)}\n`);
  host.terminal.err("\n");
  say("dim", "The demonstration has ended: its gateway is gone, its folder is left.");
  host.terminal.err(`  look at it   claw-ir case show --data-dir ${data}\n`);
  host.terminal.err(`               claw-ir findings --data-dir ${data}\n`);
  host.terminal.err(`  remove it    rm -r ${folder}\n`);
}

/** So that the demonstration also runs in a script: its answers, a passphrase and a new key, all of them fake. */
async function unattended(host: Host, root: string): Promise<Own["unattended"]> {
  const answers = dict(parseJson(await host.fs.readText(bundled("answers.json"))));
  const passphrase = join(root, "passphrase");
  const key = join(root, "new-key");
  await host.fs.writeAtomic(passphrase, "demonstration passphrase FAKE\n");
  await host.fs.writeAtomic(key, "sk-ant-api03-NEW-FAKE-NEW-FAKE-NEW-FAKE-1111111111111111111111\n");
  return {
    answers,
    secretFrom: {
      "seal.passphrase": { file: passphrase },
      "secret.anthropic/anthropic:manual": { file: key },
    },
  };
}

async function plantDatabases(host: Host, state: string): Promise<void> {
  const now = host.clock.now();
  await edit(host, join(state, "state/openclaw.sqlite"), (db) => {
    shiftTimes(db, now);
    plantState(db, now.getTime());
  });
  await edit(host, join(state, "agents/main/agent/openclaw-agent.sqlite"), (db) => {
    shiftTimes(db, now);
    plantTranscripts(db, now.getTime());
  });
}

async function edit(
  host: Host,
  path: string,
  work: (db: Awaited<ReturnType<Host["sqlite"]["open"]>>) => void,
): Promise<void> {
  const db = await host.sqlite.open(path);
  try {
    work(db);
  } catch (error) {
    throw new ClawError("the demonstration could not be prepared", {
      exit: "failed",
      code: "demo-failed",
      hint: "please report this",
      cause: error,
    });
  } finally {
    db.close();
  }
}

function bundled(name: string): string {
  return fileURLToPath(new URL(`../../templates/demo/${name}`, import.meta.url));
}
