import type { HostTerminal } from "../../host/host.ts";
import { wrap } from "../../model/columns.ts";

export type Style = Parameters<HostTerminal["paint"]>[0];

export interface Line {
  /** What the first line begins with; the others are indented by as much. */
  readonly lead?: string;
  readonly leadStyle?: Style;
  /** Must be `visible` already. */
  readonly text: string;
  readonly style?: Style | undefined;
  /** Commands and paths of our own to copy: never cut. */
  readonly whole?: boolean;
}

/**
 * One line of text as it stands on the terminal, with its newline: broken between words with a hanging indent where
 * somebody looks at it, whole where it goes to a file.
 */
export function page(terminal: HostTerminal, isTty: boolean, line: Line): string {
  const { lead = "", text, style, leadStyle, whole = false } = line;
  const painted = (part: string): string => (style === undefined ? part : terminal.paint(style, part));
  const indent = " ".repeat(lead.length);
  const lines = isTty
    ? wrap(text, { width: terminal.width, first: indent, indent, wholeWords: whole })
    : [indent + text];
  const head = leadStyle === undefined ? lead : terminal.paint(leadStyle, lead);
  return lines
    .map((one, index) => `${index === 0 ? head : indent}${painted(one.slice(indent.length))}`.trimEnd())
    .map((one) => `${one}\n`)
    .join("");
}
