import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Edge } from "./commands/edge.ts";
import { ClawError, messageOf } from "./model/errors.ts";
import { parseJson } from "./model/json.ts";

/** The edge of the program: argv in, exit code out. Called by bin/claw-ir.js once the Node version is known to be fine. */
export async function start(): Promise<void> {
  const argv = process.argv.slice(2);
  const version = packageVersion();
  // Answered before anything else is loaded: scripts ask for it often.
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
    process.stdout.write(`${version}\n`);
    return;
  }
  const { main } = await import("./commands/program.ts");
  process.exitCode = await main(argv, realEdge(version));
}

function realEdge(version: string): Edge {
  return {
    version,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    errColumns: () =>
      process.stderr.isTTY && process.env["TERM"] !== "dumb" ? process.stderr.columns : undefined,
    makeHost: async ({ answersFile, noColor, secretFrom, unattended, env, ...wishes }) => {
      const { createRealHost } = await import("./host/real/index.ts");
      const { answersOf } = await import("./host/answers.ts");
      // The library that draws questions looks at nothing else.
      if (noColor) process.env["NO_COLOR"] = "1";
      const alone = wishes.yes || wishes.nonInteractive || !process.stdin.isTTY || !process.stderr.isTTY;
      const stand = alone && unattended !== undefined ? unattended : { answers: {}, secretFrom: {} };
      return createRealHost({
        ...wishes,
        answers: {
          ...stand.answers,
          ...(answersFile === undefined ? {} : answersOf(parseJson(readAnswers(answersFile)))),
        },
        color: noColor ? false : undefined,
        secretFiles: { ...stand.secretFrom, ...secretFrom },
        version,
        env: env ?? process.env,
        onSecondInterrupt: () => process.exit(130),
      });
    },
  };
}

function readAnswers(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new ClawError(`the answers file ${file} cannot be read: ${messageOf(error)}`, {
      exit: "usage",
      code: "answers-unreadable",
      hint: "--answers takes a JSON file: prompt id → answer",
    });
  }
}

function packageVersion(): string {
  const file = fileURLToPath(new URL("../package.json", import.meta.url));
  const parsed = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  return parsed.version;
}
