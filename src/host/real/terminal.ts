import { stripVTControlCharacters } from "node:util";
import { Chalk } from "chalk";
import { clip } from "../../model/text.ts";
import type { HostTerminal } from "../terminal.ts";

export interface TerminalOptions {
  /** From --no-color; undefined: decided by NO_COLOR, TERM and whether somebody looks. */
  readonly color: boolean | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly write: (text: string) => unknown;
}

/** https://no-color.org: present and not empty means no colour. */
function wantsColor({ color, env }: TerminalOptions, stderr: Screen): boolean {
  if (color !== undefined) return color;
  return (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb" && stderr.isTTY === true;
}

const clearLine = "\r\u001b[2K";

export function terminalOn(stdout: Screen, stderr: Screen, options: TerminalOptions): HostTerminal {
  const color = wantsColor(options, stderr);
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const stderrIsTty = stderr.isTTY === true;
  const width = (): number => Math.max(stderr.columns ?? 100, 20);
  let drawn = false;
  const clear = (): void => {
    if (drawn) stderr.write(clearLine);
    drawn = false;
  };
  return {
    stdoutIsTty: stdout.isTTY === true,
    stderrIsTty,
    get width() {
      return width();
    },
    color,
    out: (text) => {
      clear();
      // A result that goes to a file stays plain even if the messages beside it are coloured.
      stdout.write(stdout.isTTY === true ? text : stripVTControlCharacters(text));
    },
    err: (text) => {
      clear();
      stderr.write(text);
    },
    paint: (style, text) => chalk[style](text),
    progress: (text) => {
      if (!stderrIsTty) return;
      clear();
      if (text === "") return;
      stderr.write(clip(text, width() - 1));
      drawn = true;
    },
  };
}

/** A reader that went away (a pager closed, a terminal lost) must not end the run in the middle of a step. */
export function realTerminal(options: TerminalOptions): HostTerminal {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.listenerCount("error", ignore) === 0) stream.on("error", ignore);
  }
  return terminalOn(process.stdout, process.stderr, options);
}

function ignore(): void {
  // EPIPE or EIO: there is nobody left to tell.
}
