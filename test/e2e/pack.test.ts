/** The packed program alone: on every Node it promises, and on one that is too old. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packedClawIr, runPacked } from "./support/packed.ts";
import { ensureNode } from "./support/toolchain.ts";

let program: string;
const home = mkdtempSync(join(tmpdir(), "claw-ir-pack-"));
const env = { HOME: home, TMPDIR: home, PATH: "/usr/local/bin:/usr/bin:/bin", NO_COLOR: "1" };

beforeAll(async () => {
  program = await packedClawIr();
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe.each([22, 24, 26] as const)("on Node %i", (major) => {
  it("says its version, and runs a whole playbook on the demonstration", async () => {
    const node = await ensureNode(major);
    expect((await runPacked(node, program, ["--version"], env)).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const ran = await runPacked(node, program, ["key-compromised", "--demo", "--json"], env);
    expect(ran.code, `${ran.stderr}\n${ran.stdout}`).toBe(3);
    expect(ran.lines.at(-1)).toMatchObject({ type: "summary", rotations: { proven: 2, failed: 0 } });
  });
});

describe("on a Node that is too old", () => {
  it("says so in one line and exits with 2", async () => {
    const ran = await runPacked(await ensureNode(20), program, ["key-compromised"], env);
    expect(ran.code).toBe(2);
    expect(ran.stdout).toBe("");
    expect(ran.stderr).toMatch(/^claw-ir: Node 20\.\S+ is too old, 22\.15 or newer is needed[^\n]*\n$/);
  });
});
