/** The real rclone and restic, with a home and folders of this test alone. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
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

/**
 * Starts a server on loopback that chooses its port by itself (":0") and says which in its words, as rclone does; gives the port
 * once it takes connections, and ends it with the test.
 */
export async function serve({ host }: Ground, argv: readonly [string, ...string[]]): Promise<number> {
  const [program, ...args] = argv;
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  for (let tries = 0; tries < 6000 && child.exitCode === null; tries += 1) {
    const port = Number(/127\.0\.0\.1:(\d{1,5})/.exec(said)?.[1] ?? 0);
    if (port > 0 && (await host.http.portOpen("127.0.0.1", port, 5000))) return port;
    await host.clock.sleep(50);
  }
  throw new Error(`${program} does not listen: ${said}`);
}
