/** The real rclone and restic, with a home and folders of this test alone. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createRealHost, type RealHost } from "../../src/host/real/index.ts";

export function isThere(program: string): boolean {
  return spawnSync(program, ["version"], { stdio: "ignore" }).status === 0;
}

export interface Ground {
  readonly root: string;
  readonly home: string;
  readonly host: RealHost;
}

export function ground(): Ground {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "claw-ir-offsite-")));
  const home = join(root, "home");
  mkdirSync(home);
  const host = createRealHost({
    yes: false,
    nonInteractive: true,
    color: false,
    secretFiles: {},
    version: "0.0.0-test",
    env: { HOME: home },
  });
  onTestFinished(() => {
    host.dispose();
    rmSync(root, { recursive: true, force: true });
  });
  return { root, home, host };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Starts a server on loopback, waits until it takes connections, and ends it with the test. */
export async function serve(
  { host }: Ground,
  port: number,
  argv: readonly [string, ...string[]],
): Promise<void> {
  const [program, ...args] = argv;
  const child = spawn(program, args, { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  for (let tries = 0; tries < 200; tries += 1) {
    if (await host.http.portOpen("127.0.0.1", port, 200)) return;
    await host.clock.sleep(50);
  }
  throw new Error(`${program} does not listen`);
}
