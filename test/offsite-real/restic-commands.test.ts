/** restic through the command line: make, list, restore, drill. */
import { mkdtempSync, realpathSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { extract } from "tar";
import { describe, expect, it, onTestFinished } from "vitest";
import { createRealHost } from "../../src/host/real/index.ts";
import { answersOf } from "../../src/host/answers.ts";
import { parseJson } from "../../src/model/json.ts";
import { cliOf, type Cli } from "../commands/cli.ts";
import { isThere } from "./programs.ts";

const state = fileURLToPath(new URL("../fixtures/states/state-2026.9.6.tar.gz", import.meta.url));

interface Setting {
  readonly home: string;
  readonly dataDir: string;
  readonly run: Cli;
  /** --repository and --restic-password-file. */
  readonly from: readonly string[];
  readonly yes: readonly string[];
}

async function setting(): Promise<Setting> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "claw-ir-restic-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  await extract({ file: state, cwd: root, preserveOwner: false, preservePaths: true });
  const [password, answers, dataDir] = ["password", "answers", "data"].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(password, "FAKE password\n", { mode: 0o600 });
  writeFileSync(answers, '{"restic.init": true}');
  const run = cliOf(async ({ answersFile, yes, secretFrom }) =>
    createRealHost({
      yes,
      nonInteractive: true,
      answers: answersFile === undefined ? {} : answersOf(parseJson(readFileSync(answersFile, "utf8"))),
      color: false,
      secretFiles: secretFrom,
      version: "0.0.0-test",
      env: { HOME: root },
    }),
  );
  return {
    home: root,
    dataDir,
    run: (...argv) => run(...argv, "--data-dir", dataDir),
    from: ["--repository", join(root, "repository"), "--restic-password-file", password],
    yes: ["--answers", answers],
  };
}

const via = ["backup", "create", "--via", "restic", "--json"];

describe.runIf(isThere("restic"))("claw-ir with the real restic", () => {
  it("makes a repository after a yes, lists, restores and drills what is in it, and leaves nothing in the clear", async () => {
    const { run, from, yes, home, dataDir } = await setting();
    expect(await run(...via, ...from)).toMatchObject({ exit: 2 });
    const made = await run(...via, ...from, ...yes);
    expect(made.exit).toBe(0);
    const backup = JSON.parse(made.out) as { archive: string; files: number; createdAt: string };
    expect(backup).toMatchObject({ kind: "backup", partial: [], verified: true });
    const listed = JSON.parse(
      (await run("backup", "list", "--via", "restic", "--json", ...from)).out,
    ) as object[];
    expect(listed).toMatchObject([{ archive: backup.archive }]);

    const target = join(home, "back");
    const before = Date.now();
    const restored = await run("restore", backup.archive, "--target", target, "--json", ...from);
    expect(restored.exit).toBe(0);
    // What was revoked since counts from when the state was read, not from when it was restored.
    const told = JSON.parse(restored.out) as { archive: string; createdAt: string };
    expect(told.archive).toBe(backup.archive);
    expect(Date.parse(told.createdAt)).toBeLessThanOrEqual(before);
    expect(readdirSync(join(target, home, ".openclaw"))).toContain("openclaw.json");

    const drilled = await run("drill", "restic:latest", "--no-gateway", "--json", ...from);
    expect(drilled.exit).toBe(0);
    expect(JSON.parse(drilled.out)).toMatchObject({
      archive: backup.archive,
      verdict: "pass",
      files: { expected: backup.files, matched: backup.files },
    });
    expect(readdirSync(dataDir).filter((name) => name.startsWith("restic-"))).toEqual([]);
  });

  it("what a killed run left in the clear is removed by the next one; what is not ours stays", async () => {
    const { run, from, yes, dataDir } = await setting();
    expect((await run(...via, ...from, ...yes)).exit).toBe(0);
    const { mkdirSync } = await import("node:fs");
    for (const [name, owner] of [
      ["restic-left", '{"pid":4194305,"startTicks":1}'],
      ["restic-alive", '{"pid":1,"startTicks":0}'],
    ] as const) {
      mkdirSync(join(dataDir, name, "claw-ir-stage"), { recursive: true });
      writeFileSync(join(dataDir, name, "claw-ir-scratch.json"), owner);
    }
    mkdirSync(join(dataDir, "restic-notes"));
    expect((await run(...via, ...from)).exit).toBe(0);
    expect(readdirSync(dataDir).filter((name) => name.startsWith("restic-"))).toEqual([
      "restic-alive",
      "restic-notes",
    ]);
  });

  it.each([[["--kind", "evidence"]], [["-o", "x"]], [["--copy-to", "/mnt"]], [["--recipient", "x"]]])(
    "%j does not go with it",
    async (words) => {
      const { run, from } = await setting();
      const { exit, err } = await run(...via, ...from, ...words);
      expect(exit).toBe(2);
      expect(JSON.parse(err)).toMatchObject({ error: { code: "restic-options" } });
    },
  );
});
