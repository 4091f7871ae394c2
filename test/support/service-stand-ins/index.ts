/**
 * Puts `systemctl`, `launchctl`, `docker` and `podman` into a folder for CLAW_IR_TOOL_PATH, with a daemon behind them that
 * really supervises. Linux only: it tells the processes of a service by their environment in /proc.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Answer, Service } from "./protocol.ts";

export type { Service } from "./protocol.ts";

export interface ServiceManager {
  /** For CLAW_IR_TOOL_PATH. */
  readonly toolPath: string;
  /** Makes the service known and starts it; resolves with its pid. */
  readonly define: (service: Service) => Promise<number>;
  /** The calls so far, each as one line: "systemctl --user stop x". */
  readonly calls: () => Promise<readonly string[]>;
  /** Ends the daemon and every process of its services. */
  readonly close: () => Promise<void>;
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export const gatewayScript = here("gateway.ts");
export const respawnerScript = here("respawner.ts");

/** Node's own arguments to run these TypeScript files, also on Node 22. */
export const nodeFlags = ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"] as const;

export function nodeArgv(script: string, ...args: readonly string[]): [string, ...string[]] {
  return [process.execPath, ...nodeFlags, script, ...args];
}

/** `folder` must be fresh. Without `running` the programs say that their daemon cannot be reached. */
export async function serviceManager(
  folder: string,
  { running = true }: { readonly running?: boolean } = {},
): Promise<ServiceManager> {
  const bin = join(folder, "bin");
  await mkdir(bin, { recursive: true });
  await writeFile(join(folder, "calls.jsonl"), "");
  for (const program of ["systemctl", "launchctl", "docker", "podman"]) {
    const line = [...nodeArgv(here("client.ts")), folder, program].map((part) => `'${part}'`).join(" ");
    await writeFile(join(bin, program), `#!/bin/sh\nexec ${line} "$@"\n`);
    await chmod(join(bin, program), 0o755);
  }
  const daemon = running ? await startDaemon(folder) : undefined;
  return {
    toolPath: bin,
    define: async (service) => {
      const { stdout } = await ask(folder, { define: service });
      return Number(stdout);
    },
    calls: async () => {
      const lines = (await readFile(join(folder, "calls.jsonl"), "utf8"))
        .split("\n")
        .filter((line) => line !== "");
      return lines.map((line) => (JSON.parse(line) as string[]).join(" "));
    },
    close: async () => {
      if (daemon === undefined || daemon.exitCode !== null) return;
      const over = once(daemon, "exit");
      daemon.stdin?.end();
      await over;
    },
  };
}

async function startDaemon(folder: string): Promise<ChildProcess> {
  const [program, ...args] = nodeArgv(here("manager.ts"), folder);
  const daemon = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  await once(daemon.stdout, "data");
  return daemon;
}

async function ask(folder: string, call: unknown): Promise<Answer> {
  const connection = connect({ path: join(folder, "bus"), allowHalfOpen: true });
  connection.end(JSON.stringify(call));
  let text = "";
  for await (const chunk of connection) text += String(chunk);
  return JSON.parse(text) as Answer;
}
