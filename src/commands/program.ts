import { Command, CommanderError } from "commander";
import { ClawError, exits } from "../model/errors.ts";
import type { Edge } from "./edge.ts";
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
    if (error instanceof CommanderError) return commanderExit(error, argv, edge);
    return tellError(error, argv.includes("--json"), edge, argv.includes("--demo"));
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
    adopt(command, edge);
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

// Commander writes its own error text before it throws; ours is told once, in `commanderExit`.
const silent = (): void => undefined;

function adopt(command: Command, edge: Edge): void {
  command.exitOverride().configureOutput({ writeOut: edge.out, writeErr: silent });
  for (const child of command.commands) adopt(child, edge);
}

function commanderExit(error: CommanderError, argv: readonly string[], edge: Edge): number {
  if (error.exitCode === 0) return exits.ok;
  const verb = verbs.find((one) => one.name === argv[0]);
  const name = verb === undefined ? "" : `${verb.name} `;
  const isGroup = error.code === "commander.help";
  const message = isGroup ? `${name}takes a command of its own` : sentenceOf(error.message);
  const code = isGroup ? "missing-command" : kebab(error.code.replace("commander.", ""));
  return tellError(
    new ClawError(message, { exit: "usage", code, hint: `claw-ir ${name}--help lists what there is` }),
    argv.includes("--json"),
    edge,
  );
}

/** As our own errors are: one line, lower case, no full stop. */
function sentenceOf(message: string): string {
  return message
    .replace(/^error: /, "")
    .replaceAll(/\s+/g, " ")
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
