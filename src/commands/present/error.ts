import { wrap } from "../../model/columns.ts";
import { ClawError, exits, messageOf } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import type { Edge } from "../edge.ts";

/** Tells an error on stderr, for people or as the contract's JSON object, and returns its exit code. */
export function tellError(error: unknown, json: boolean, edge: Edge, isDemo = false): number {
  const told = explain(error, isDemo);
  if (json) {
    edge.err(`${JSON.stringify({ error: told })}\n`);
    return told.exit;
  }
  // Whatever moved there when it went wrong, and the ^C that the terminal wrote behind it.
  if (edge.errColumns?.() !== undefined) edge.err("\r\u001b[2K");
  edge.err(linesOf(edge, told.message, "claw-ir: "));
  if (told.hint !== undefined) edge.err(linesOf(edge, told.hint, "  "));
  if (told.code === "internal" && error instanceof Error) edge.err(`${stackOf(error)}\n`);
  return told.exit;
}

/** Broken between words on a terminal, one line elsewhere. */
function linesOf({ errColumns }: Edge, text: string, first: string): string {
  const width = errColumns?.() ?? Infinity;
  return wrap(text, { width, first, indent: "  " })
    .map((line) => `${line}\n`)
    .join("");
}

interface Told {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly exit: number;
}

function explain(error: unknown, isDemo: boolean): Told {
  if (error instanceof ClawError) {
    const isOver = isDemo && error.exit === "cancelled";
    const hint = isOver ? "the demonstration has ended; start it again to see the rest" : error.hint;
    return {
      code: error.code,
      message: shown(error.message, 1000),
      ...(hint === undefined ? {} : { hint: shown(hint, 1000) }),
      exit: exits[error.exit],
    };
  }
  return {
    code: "internal",
    message: `a defect of claw-ir: ${shown(messageOf(error), 500)}`,
    hint: "what was journaled is safe: claw-ir resume carries on; please report this with the lines below",
    exit: exits.failed,
  };
}

/** Frames only: the message may quote the examined host, and folders name the user. */
function stackOf(error: Error): string {
  const frames = (error.stack ?? "").split("\n").filter((line) => line.trimStart().startsWith("at "));
  return frames
    .slice(0, 8)
    .map((line) =>
      shown(line.trim().replace(/(?:file:\/\/)?\/[^\s)]*\/(dist|src|node_modules)\//, "$1/"), 200),
    )
    .join("\n");
}
