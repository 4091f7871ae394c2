import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCase, openCase, verifyCase } from "../../src/case/index.ts";
import { createRealHost, type RealHost } from "../../src/host/real/index.ts";

const script = fileURLToPath(new URL("../fixtures/case/append-forever.ts", import.meta.url));
const strip = process.features.typescript === false ? ["--experimental-strip-types"] : [];
let host: RealHost;
let dataDir: string;
let id: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  dataDir = await realpath(await mkdtemp(join(tmpdir(), "claw-ir-crash-")));
  host = createRealHost({
    ...{ yes: false, nonInteractive: true, color: false, secretFiles: {}, version: "test" },
    env: { HOME: dataDir },
  });
  const made = await createCase(host, { dataDir, playbook: "crash", title: "killed again and again" });
  ({ id } = made.info);
  await made.release();
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  host.dispose();
  await rm(dataDir, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  readonly said: string;
  /** Resolves when it has been through its loop so often. */
  readonly rounds: (count: number) => Promise<void>;
}

/** Starts the script and waits for its first word. */
async function start(): Promise<Started> {
  const child = spawn(process.execPath, [...strip, "--no-warnings", script, dataDir, id], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  let said = "";
  let look = (): void => undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    look();
  });
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      look = () => {
        if (holds()) resolve();
      };
      child.once("close", () => reject(new Error(`it ended after saying ${said}`)));
      look();
    });
  await until(() => said.includes("\n"));
  return {
    child,
    said: said.slice(0, said.indexOf("\n")),
    rounds: (count) => until(() => said.split(".").length > count),
  };
}
async function kill(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

describe("kill -9 in the middle of writing", () => {
  it("leaves a case that verifies and opens, twenty times in a row", async () => {
    let entries = 1;
    for (let round = 0; round < 20; round += 1) {
      const { child, said, rounds } = await start();
      expect(said).toBe("ready");
      await rounds(3);
      await host.clock.sleep(5 + ((round * 37) % 120));
      await kill(child);
      const result = await verifyCase(host, { dataDir, id });
      expect(result).toMatchObject({ verdict: "intact", problems: [] });
      expect(result.journal.entries).toBeGreaterThanOrEqual(entries);
      ({ entries } = result.journal);
    }
    expect(entries).toBeGreaterThan(50);
    const last = await openCase(host, { dataDir });
    expect(last.evidence.all().length).toBeGreaterThan(0);
    await last.release();
    expect(await verifyCase(host, { dataDir, id })).toMatchObject({ verdict: "intact" });
  });
});

describe("two processes at once", () => {
  it("never both get the case: the second is told so, also when they race for a stale lock", async () => {
    for (let round = 0; round < 5; round += 1) {
      // The lock of the process killed before is still there.
      const all = await Promise.all([start(), start(), start()]);
      expect(all.map(({ said }) => said).toSorted()).toEqual(["locked", "locked", "ready"]);
      await expect(openCase(host, { dataDir, id })).rejects.toMatchObject({ exit: "locked" });
      // While it is written to, verification sees a state that holds together.
      expect(await verifyCase(host, { dataDir, id })).toMatchObject({ verdict: "intact", problems: [] });
      for (const { child, said } of all) {
        if (said === "ready") await kill(child);
        else if (child.exitCode === null) await once(child, "exit");
      }
    }
  });
});
