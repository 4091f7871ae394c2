import { Command, CommanderError } from "commander";
import { ClawError, exits } from "../model/errors.ts";
import type { Edge } from "./edge.ts";
import { exampleText } from "./examples.ts";
import { tellError } from "./present/error.ts";
import { checkFirstWord } from "./first-word.ts";
import { verbs } from "./verbs.ts";

/**
 * Runs one command line and returns its exit code. The only catch of the program: whatever goes wrong is told here, as
 * text or, with --json, as one JSON object on stderr.
 */
export async function main(argv: readonly string[], edge: Edge): Promise<number> {
  try {
    return await dispatch(argv, edge);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exits.ok;
    const told = withoutResume(error, argv);
    return tellError(told, argv.includes("--json"), edge, argv.includes("--demo"));
  }
}

async function dispatch(given: readonly string[], edge: Edge): Promise<number> {
  const argv = given[0] === "help" ? [...given.slice(1, 3), "--help"] : given;
  let exit: number = exits.ok;
  const program = root(edge);
  const wanted = verbs.find((verb) => verb.name === argv[0]);
  if (wanted === undefined) checkFirstWord(argv[0]);
  for (const verb of verbs) {
    if (verb !== wanted) {
      program.addCommand(new Command(verb.name).summary(verb.summary).helpGroup(`${verb.group}:`));
      continue;
    }
    const make = await verb.load();
    const command = make(edge, (code) => (exit = code));
    program.addCommand(command.helpGroup(`${verb.group}:`));
    adopt(command, edge, verb.name);
  }
  await program.parseAsync(argv, { from: "user" });
  return exit;
}

function root(edge: Edge): Command {
  const program = new Command("claw-ir")
    .description(
      "Incident response for an OpenClaw gateway: capture, stop, seal, read, rotate, prove, recover, report.",
    )
    .version(edge.version, "-V, --version")
    .addHelpText("after", help)
    .exitOverride();
  program.configureOutput({ writeOut: edge.out, writeErr: silent });
  program.action(() => program.outputHelp());
  return program;
}

// Commander writes its own error text before it throws; ours is told once, in `main`.
const silent = (): void => undefined;

/** `name` is what stands behind "claw-ir" to call it: an error names the command that it is about. */
function adopt(command: Command, edge: Edge, name: string): void {
  command.configureOutput({ writeOut: edge.out, writeErr: silent }).exitOverride((error) => {
    throw error.exitCode === 0 ? error : usageError(error, name);
  });
  // `drill` has commands of its own: "after" is not handed down to them.
  command.addHelpText("after", exampleText(name));
  for (const child of command.commands) adopt(child, edge, `${name} ${child.name()}`);
}

function usageError({ code: given, message: told }: CommanderError, name: string): ClawError {
  const isGroup = given === "commander.help";
  const message = isGroup ? `${name} takes a command of its own` : sentenceOf(told);
  const code = isGroup ? "missing-command" : kebab(given.replace("commander.", ""));
  const help = isGroup || code === "unknown-command" ? "lists what there is" : "says how it is used";
  return new ClawError(message, { exit: "usage", code, hint: `claw-ir ${name} --help ${help}` });
}

/** Only what works on a case is carried on; the rest is started again. */
function withoutResume(error: unknown, [word]: readonly string[]): unknown {
  if (!(error instanceof ClawError) || error.hint?.includes("claw-ir resume carries on") !== true)
    return error;
  if (verbs.find(({ name }) => name === word)?.resumable === true) return error;
  const { message, exit, code, cause } = error;
  const longer = code === "budget-used-up" ? ", with a larger --budget" : "";
  return new ClawError(message, { exit, code, hint: `run it again when you are ready${longer}`, cause });
}

/** As our own errors are: one line, lower case, no full stop. */
function sentenceOf(message: string): string {
  return message
    .replace(/^error: /, "")
    .replaceAll(/\s+/g, " ")
    .replace(" is invalid. ", " is invalid: ")
    .replace(/\.$/, "");
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

const help = `
The worst night, in one command:  claw-ir key-compromised
Try it first, on a made-up host:  claw-ir key-compromised --demo

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done in part, 4 findings,
5 tampered or damaged, 10 no such case, state or archive, 11 locked,
12 wrong key, 13 not ready, 130 cancelled
`;
