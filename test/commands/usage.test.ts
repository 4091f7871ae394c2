import { describe, expect, it } from "vitest";
import { main } from "../../src/commands/program.ts";
import { cancelled } from "../../src/model/errors.ts";
import { cliOf, disk } from "./cli.ts";

const nobody = cliOf(() => {
  throw new Error("wrong usage is told before the host is looked at");
});

interface Told {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly hint: string;
    readonly exit: number;
  };
}

describe("wrong usage", () => {
  it.each<[string, readonly string[], string, RegExp, RegExp]>([
    [
      "an unknown command",
      ["nonsense"],
      "unknown-command",
      /^there is no command nonsense$/,
      /claw-ir --help/,
    ],
    [
      "a misspelt command",
      ["key-compromisd"],
      "unknown-command",
      /key-compromisd/,
      /did you mean claw-ir key-compromised\?/,
    ],
    ["a beginning of one", ["token"], "unknown-command", /token/, /did you mean claw-ir token-compromised\?/],
    ["an option first", ["--yes", "cost"], "unknown-option", /--yes/, /options come after the command/],
    [
      "an unknown option",
      ["cost", "--jsn"],
      "unknown-option",
      /unknown option '--jsn' \(Did you mean --json\?\)/,
      /claw-ir cost --help/,
    ],
    [
      "an option without its value",
      ["cost", "--data-dir"],
      "option-missing-argument",
      /--data-dir/,
      /claw-ir cost --help/,
    ],
    [
      "a value that is not allowed",
      ["cost", "--by", "week"],
      "invalid-argument",
      /hour, day, session, model, channel, trigger, agent$/,
      /cost/,
    ],
    ["an argument too many", ["cost", "extra"], "excess-arguments", /too many arguments/, /cost/],
    [
      "a budget that is no number",
      ["stop", "--budget", "soon"],
      "invalid-argument",
      /a number of seconds is needed/,
      /stop/,
    ],
    [
      "a negative budget",
      ["stop", "--budget", "-5"],
      "invalid-argument",
      /a number of seconds is needed/,
      /stop/,
    ],
    [
      "a secret that is named without its source",
      ["stop", "--secret-from", "openai"],
      "invalid-argument",
      /CREDENTIAL=FILE/,
      /stop/,
    ],
    [
      "an unknown command of a group",
      ["case", "shw"],
      "unknown-command",
      /unknown command 'shw'/,
      /claw-ir case --help/,
    ],
    ["a note without its text", ["case", "note"], "missing-argument", /text/, /claw-ir case note --help/],
    [
      "a demonstration of something else",
      ["stop", "--demo", "--root", "/mnt"],
      "demo-clash",
      /--root/,
      /leave the other option away/,
    ],
  ])("%s: exit 2, message and hint", async (_what, argv, code, message, hint) => {
    const people = await nobody(...argv);
    expect(people).toMatchObject({ exit: 2, out: "" });
    const [first = "", second = ""] = people.err.split("\n");
    expect(first).toMatch(/^claw-ir: .*[^.]$/);
    expect(first.slice("claw-ir: ".length)).toMatch(message);
    expect(second.trim()).toMatch(hint);

    // Not at the end: an option without its value would take it for that.
    const [verb = "", ...rest] = argv;
    const at = verb === "case" ? 1 : 0;
    const script = await nobody(verb, ...rest.slice(0, at), "--json", ...rest.slice(at));
    expect(script).toMatchObject({ exit: 2, out: "" });
    const { error } = JSON.parse(script.err) as Told;
    expect(error).toMatchObject({ code, exit: 2 });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  it("a group without its command: exit 2, message and hint", async () => {
    expect(await nobody("case")).toEqual({
      exit: 2,
      out: "",
      err: "claw-ir: case takes a command of its own\n  claw-ir case --help lists what there is\n",
    });
  });

  it("shows no escape sequence of what was typed", async () => {
    expect((await nobody("\u001b[2Jhello")).err).toBe(
      "claw-ir: there is no command \\u{1b}[2Jhello\n  claw-ir --help lists what there is\n",
    );
  });
});

describe("how an error stands on a terminal", () => {
  it("takes away what moved there, and is broken between words, with the hint below it", async () => {
    const err: string[] = [];
    const exit = await main(["cost", "--data-dir"], {
      version: "0.0.0-test",
      out: () => undefined,
      err: (text) => void err.push(text),
      errColumns: () => 40,
      makeHost: () => Promise.reject(new Error("no host is needed")),
    });
    expect(exit).toBe(2);
    expect(err.join("")).toBe(
      [
        "\r\u001b[2Kclaw-ir: option '--data-dir <dir>'",
        "  argument missing",
        "  claw-ir cost --help says how it is",
        "  used",
        "",
      ].join("\n"),
    );
  });

  it.each([
    ["a run with a case", ["stop"], "nothing is lost: claw-ir resume carries on"],
    ["anything else", ["backup", "list"], "run it again when you are ready"],
  ])("after Ctrl-C it says how to go on: %s", async (_what, argv, hint) => {
    const run = cliOf(() => Promise.reject(cancelled()));
    expect(await run(...argv)).toEqual({ exit: 130, out: "", err: `claw-ir: cancelled\n  ${hint}\n` });
  });
});

describe("what would end a run half way", () => {
  it.each<[string, readonly string[], RegExp]>([
    [
      "a passphrase file that is not there",
      ["--passphrase-from", "/nowhere/pass"],
      /^--passphrase-from: \/nowhere\/pass is not there$/,
    ],
    [
      "a secret file that is not there",
      ["--secret-from", "anthropic/a=/nowhere/key"],
      /^--secret-from anthropic\/a: \/nowhere\/key is not there$/,
    ],
    [
      "a secret file that is a folder",
      ["--secret-from", "anthropic/a=/"],
      /^--secret-from anthropic\/a: \/ is a folder$/,
    ],
    [
      "a recipient that is not there",
      ["--recipient", "/nowhere/key.asc"],
      /the key from \/nowhere\/key\.asc cannot be used: there is no such file/,
    ],
    ["a root that is not there", ["--root", "/nowhere"], /there is no folder to examine at \/nowhere/],
  ])("%s is told before a case is made", async (_what, argv, message) => {
    const { run, dataDir, stateDir } = await disk();
    const at = argv.includes("--root") ? [] : ["--state-dir", stateDir];
    const { exit, err, out } = await run("stop", "--json", "--data-dir", dataDir, ...at, ...argv);
    const { error } = JSON.parse(err) as Told;
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(/\S/);
    expect(exit).toBe(error.exit);
    expect(out).toBe("");
    const listed = await run("case", "list", "--json", "--data-dir", dataDir);
    expect(JSON.parse(listed.out)).toEqual([]);
  });

  it("answers that are no JSON object, or not there", async () => {
    const { on, put } = await disk();
    const broken = await put("answers.json", "[1, 2");
    expect(await on("stop", "--json", "--answers", broken)).toMatchObject({ exit: 2, out: "" });
  });

  it("a data folder inside the examined state", async () => {
    const { run, root, stateDir } = await disk();
    const { exit, err } = await run(
      "stop",
      "--json",
      "--root",
      root,
      "--home",
      "/home/claw",
      "--data-dir",
      `${stateDir}/cases`,
    );
    expect(exit).toBe(2);
    expect(JSON.parse(err)).toMatchObject({ error: { code: "data-dir-inside-state" } });
  });
});
