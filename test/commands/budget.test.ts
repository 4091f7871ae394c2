import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { ClawError } from "../../src/model/errors.ts";
import { setting } from "./backup-setting.ts";
import { cliOf } from "./cli.ts";

/** As the real host does it: the signal is aborted with that reason. */
const overBudget = new ClawError("the time budget of 1 s is used up", {
  exit: "partial",
  code: "budget-used-up",
  hint: "claw-ir resume carries on; --budget SECONDS gives it longer",
});

describe("a time budget that is used up is told as that, not as Ctrl-C", () => {
  it.each([
    ["backup create", ["backup", "create"]],
    ["backup verify", ["backup", "verify"]],
    ["drill", ["drill"]],
  ])("%s", async (_name, argv) => {
    const at = await setting();
    await at.make();
    const before = await readdir(at.backups);
    const run = cliOf(() => Promise.resolve({ ...at.host, signal: AbortSignal.abort(overBudget) }));
    const key = argv[1] === "create" ? [] : ["--private-key", at.privateKey];
    const { exit, err } = await run(...argv, ...key, "--json", "--data-dir", at.dataDir);
    expect(exit).toBe(3);
    expect(JSON.parse(err)).toMatchObject({ error: { code: "budget-used-up", exit: 3 } });
    expect(await readdir(at.backups)).toEqual(before);
  });
});
