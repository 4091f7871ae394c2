/** A small OpenClaw state, sealed, and a drill of it by the real host, all in one temporary folder. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { onTestFinished } from "vitest";
import type { Unlock } from "../../src/archive/index.ts";
import { createRealHost, type RealHost } from "../../src/host/real/index.ts";
import { findInstallation, resolveTarget } from "../../src/openclaw/index.ts";
import type { DrillRequest } from "../../src/recover/index.ts";
import { seal, tempFolder } from "../archive/sealing.ts";
import { gatewayScript, nodeArgv } from "../support/service-stand-ins/index.ts";

export interface Place {
  readonly folder: string;
  /** The state that is sealed, as /home/claw/.openclaw. */
  readonly state: string;
  readonly dataDir: string;
  readonly host: RealHost;
}

export const config = {
  meta: { lastTouchedVersion: "2026.9.6" },
  gateway: { port: 18789, bind: "lan", auth: { token: "gt-FAKE-0000" }, tailscale: { mode: "serve" } },
  channels: { telegram: { enabled: true, botToken: "123:FAKE-bot" } },
  hooks: { enabled: true, token: "hook-FAKE" },
  agents: { defaults: { workspace: "/home/claw/.openclaw/workspace" } },
  models: { providers: { mock: { apiKey: "${MOCK_FAKE_KEY}", baseUrl: "${KNOWN_URL}" } } },
  tools: { search: { key: { source: "exec", provider: "vault", id: "search/key" } } },
};

export function place(): Place {
  const folder = realpathSync(tempFolder());
  const state = join(folder, "state-source");
  for (const name of ["", "state", "workspace", "agents/main/agent"])
    mkdirSync(join(state, name), { recursive: true });
  writeFileSync(join(state, "openclaw.json"), JSON.stringify(config), { mode: 0o600 });
  writeFileSync(join(state, ".env"), "KNOWN_URL=http://127.0.0.1:1/\n", { mode: 0o600 });
  writeFileSync(join(state, "workspace", "MEMORY.md"), "remember the milk\n");
  const db = new Database(join(state, "state", "openclaw.sqlite"));
  db.exec(
    "CREATE TABLE agent_databases (agent_id TEXT, path TEXT); CREATE TABLE notes (text TEXT);" +
      "INSERT INTO notes VALUES ('a'), ('b'), ('c');" +
      "INSERT INTO agent_databases VALUES ('main', 'agents/main/agent/x.sqlite'), ('far', '/home/claw/.openclaw/far.sqlite')",
  );
  db.close();
  const dataDir = join(folder, "data");
  mkdirSync(dataDir, { mode: 0o700 });
  const host = createRealHost({
    yes: false,
    nonInteractive: true,
    color: false,
    secretFiles: {},
    version: "0.0.0-test",
    env: { HOME: join(folder, "home"), SECRET_OF_THE_OPERATOR: "FAKE-do-not-hand-on" },
  });
  onTestFinished(() => host.dispose());
  return { folder, state, dataDir, host };
}

export async function sealed(
  at: Place,
  kind: "backup" | "evidence" = "backup",
): Promise<{ archive: string; unlock: Unlock }> {
  const outFile = join(at.folder, "openclaw-backup-host-a-20261121T023052Z.tar.zst.gpg");
  const { unlock } = await seal(at.state, {
    kind,
    outFile,
    roots: [{ real: at.state, as: "/home/claw/.openclaw" }],
    meta: {
      hostname: "host-a",
      tool: "claw-ir 0.0.0",
      about: { home: "/home/claw", stateDir: "/home/claw/.openclaw" },
    },
  });
  return { archive: outFile, unlock };
}

export async function requestOf(
  at: Place,
  given: Pick<DrillRequest, "archive" | "unlock"> & Partial<DrillRequest>,
): Promise<DrillRequest> {
  const target = await resolveTarget(at.host, { stateDir: join(at.folder, "home", ".openclaw") });
  return {
    dataDir: at.dataDir,
    gateway: { start: false, reason: "not in this test", asked: true },
    installation: await findInstallation(at.host, target),
    dueDays: 90,
    scheduled: false,
    progress: { start: () => undefined, detail: () => undefined },
    ...given,
  };
}

/**
 * A program `openclaw` that ends as the stand-in gateway. It notes its environment, its arguments and the config it found in
 * `seen.txt` beside it.
 */
export function standIn(
  at: Pick<Place, "folder">,
  ...wishes: readonly string[]
): { openclaw: string; seen: () => string } {
  const bin = join(at.folder, "bin");
  mkdirSync(bin);
  const seen = join(bin, "seen.txt");
  const words = nodeArgv(gatewayScript, ...wishes)
    .map((word) => `'${word}'`)
    .join(" ");
  const text = [
    "#!/bin/sh",
    `{ env; echo "args: $*"; cat "$OPENCLAW_CONFIG_PATH"; ls -laR "$HOME"; } > '${seen}'`,
    `exec ${words} port="$4"`,
    "",
  ].join("\n");
  writeFileSync(join(bin, "openclaw"), text);
  chmodSync(join(bin, "openclaw"), 0o755);
  return {
    openclaw: join(bin, "openclaw"),
    seen: () => (existsSync(seen) ? readFileSync(seen, "utf8") : ""),
  };
}

export function link(at: Place, name: string, target: string): void {
  symlinkSync(target, join(at.state, name));
}

/** What lies in the data folder now. */
export function left(at: Pick<Place, "dataDir">): readonly string[] {
  return readdirSync(at.dataDir).filter((name) => name !== "drills" && name !== "status.json");
}

/** Pids whose environment carries the mark of a drill below `folder`, and keepers of it. */
export function processesOf(folder: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const environ = textOf(`/proc/${pid}/environ`);
      const command = textOf(`/proc/${pid}/cmdline`);
      return (
        environ.includes(`CLAW_IR_SCRATCH=${folder}/`) || command.includes(`\0${folder}/data/scratch-drill-`)
      );
    });
}

/** Empty where its process has ended meanwhile. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
