/** Questions as they stand on a terminal of some width. What the prompt library writes beside them has to fit, too. */
import { columnsOf, fit, wrap } from "../../model/columns.ts";
import { shown, visible } from "../../model/text.ts";
import type { Choice, TextSpec } from "../prompt.ts";
import type { HostTerminal } from "../terminal.ts";

type Width = Pick<HostTerminal, "width">;

/** Room for the pointer and the box before a name. */
const choiceLead = 6;

/** Names and descriptions may come from the examined host: a name stays on one line, so that it cannot pose as another choice. */
export function shownChoice(
  { value, name, description }: Choice,
  { width }: Width,
): { value: string; name: string; short: string; description?: string } {
  const line = fit(shown(name, 160), width - choiceLead);
  return {
    value,
    name: line,
    short: line,
    ...(description === undefined
      ? {}
      : { description: wrap(shown(description, 600), { width, first: "  ", indent: "  " }).join("\n") }),
  };
}

/** What the library writes behind a question of yes or no, and of a secret: none of it may be broken. */
export const confirmTail = "?  (Y/n) y".length;
export const secretTail = "?  [input is masked] ".length;

/** What is asked, broken between words; what is typed stands behind its last line. */
export function shownMessage(message: string, { width }: Width, beside = choiceLead): string {
  return wrap(visible(message), { width: width - beside, indent: "  " }).join("\n");
}

/** A default that has no room behind the question, such as a path, stands whole on the next line. */
export function shownWithDefault({ message, default: usual = "" }: TextSpec, terminal: Width): string {
  const lines = shownMessage(message, terminal).split("\n");
  const used = columnsOf(lines.at(-1) ?? "") + columnsOf(usual) + choiceLead;
  return [...lines, ...(usual !== "" && used > terminal.width ? [" "] : [])].join("\n");
}
