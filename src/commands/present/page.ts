import type { HostTerminal } from "../../host/host.ts";
import { columnsOf, wrap } from "../../model/columns.ts";

export type Style = Parameters<HostTerminal["paint"]>[0];

export interface Line {
  /** What the first line begins with. */
  readonly lead?: string;
  /** What the others begin with; as wide as the lead, and without it as many spaces. */
  readonly hang?: string;
  readonly leadStyle?: Style;
  /** Must be `visible` already. */
  readonly text: string;
  readonly style?: Style | undefined;
  /**
   * A command or path to copy: the terminal may break it, claw-ir does not. Behind a lead that leaves it no room it stands on
   * a line of its own. Never for text of the examined host.
   */
  readonly whole?: boolean;
}

/** Bullets and numbers are no wider than this: nothing is won by a line of their own. */
const bulletWidth = 6;

/**
 * One line of text as it stands on the terminal, with its newline: broken between words with a hanging indent where
 * somebody looks at it, whole where it goes to a file.
 */
export function page(terminal: HostTerminal, isTty: boolean, line: Line): string {
  const { lead = "", hang = " ".repeat(lead.length), text, style, leadStyle, whole = false } = line;
  const paint = (as: Style | undefined, part: string): string =>
    as === undefined || part.trim() === "" ? part : terminal.paint(as, part);
  const drawn = (one: string): string =>
    `${(paint(leadStyle, one.slice(0, lead.length)) + paint(style, one.slice(lead.length))).trimEnd()}\n`;
  if (!isTty) return drawn(lead + text);
  if (!whole) return wrap(text, { width: terminal.width, first: lead, indent: hang }).map(drawn).join("");
  const isLabel = lead.trim() !== "" && lead.length > bulletWidth;
  if (!isLabel || columnsOf(lead + text) <= terminal.width) return drawn(lead + text);
  return `${paint(leadStyle, lead.trimEnd())}\n    ${paint(style, text)}\n`;
}

/** Messages on stderr, one line of text each, as `page` draws them. */
export function say(terminal: HostTerminal, ...lines: readonly string[]): void {
  for (const text of lines) terminal.err(page(terminal, terminal.stderrIsTty, { hang: "  ", text }));
}
