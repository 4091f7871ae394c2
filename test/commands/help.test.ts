/** The help texts as they stand, 80 columns wide: `npx vitest -u` writes them anew, and the diff is read by a person. */
import { describe, expect, it } from "vitest";
import { verbs } from "../../src/commands/verbs.ts";
import { cliOf } from "./cli.ts";

const run = cliOf(() => {
  throw new Error("no host is needed to print help");
});
const ofCase = ["list", "show", "verify", "note", "close"].map((name) => ["case", name]);
const ofKey = ["generate", "import", "list", "export", "test"].map((name) => ["key", name]);
const ofBackup = ["create", "list", "verify", "copy", "prune", "schedule"].map((name) => ["backup", name]);
const ofDrill = ["list", "schedule"].map((name) => ["drill", name]);
const ofBaseline = ["init", "commit", "diff", "log", "restore-file", "review"].map((name) => [
  "baseline",
  name,
]);
const commands: readonly (readonly string[])[] = [
  [],
  ...verbs.map(({ name }) => [name]),
  ...ofCase,
  ...ofKey,
  ...ofBackup,
  ...ofDrill,
  ...ofBaseline,
  ["devices", "review"],
];

describe.each(commands.map((words) => [["claw-ir", ...words].join(" "), words] as const))(
  "%s --help",
  (line, words) => {
    it("is as it was", async () => {
      const { exit, out, err } = await run(...words, "--help");
      expect({ exit, err }).toEqual({ exit: 0, err: "" });
      const file = line.replaceAll(" ", "-");
      await expect(out).toMatchFileSnapshot(`../golden/help/${file}.txt`);
    });

    it("fits 80 columns", async () => {
      const { out } = await run(...words, "--help");
      expect(out.split("\n").filter((text) => text.length > 80)).toEqual([]);
    });
  },
);

describe("help", () => {
  it("is what no command at all prints", async () => {
    const [bare, asked] = [await run(), await run("--help")];
    expect(bare).toEqual(asked);
  });

  it.each([
    [["help"], ["--help"]],
    [
      ["help", "cost"],
      ["cost", "--help"],
    ],
    [
      ["help", "case", "list"],
      ["case", "list", "--help"],
    ],
    [["-h"], ["--help"]],
  ])("%j is %j", async (one, other) => {
    expect(await run(...one)).toEqual(await run(...other));
  });

  it("lists every verb with the exit codes of the contract", async () => {
    const { out } = await run("--help");
    for (const { name } of verbs) expect(out).toMatch(new RegExp(`^ {2}${name} `, "m"));
    for (const code of ["0 done", "1 failed", "2 wrong usage", "3 done in part", "130 cancelled"])
      expect(out).toContain(code);
  });

  it("names every option that every command takes", async () => {
    const { out } = await run("collect", "--help");
    const wanted =
      "--home --root --state-dir --profile --case --data-dir --json --dry-run --yes --non-interactive --answers --budget --no-color --verbose --demo --secret-from --passphrase-from --recipient";
    for (const option of wanted.split(" ")) expect(out).toMatch(new RegExp(`^ {2}${option}( |$)`, "m"));
  });

  it.each(["--version", "-V"])("%s prints the version alone", async (option) => {
    expect(await run(option)).toEqual({ exit: 0, out: "0.0.0-test\n", err: "" });
  });
});
