import type { HostTerminal } from "../../host/host.ts";
import { wrap } from "../../model/columns.ts";

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
  /** A command or path to copy: the terminal may break it, claw-ir does not. Never for text of the examined host. */
  readonly whole?: boolean;
}

/**
 * One line of text as it stands on the terminal, with its newline: broken between words with a hanging indent where
 * somebody looks at it, whole where it goes to a file.
 */
export function page(terminal: HostTerminal, isTty: boolean, line: Line): string {
  const { lead = "", hang = " ".repeat(lead.length), text, style, leadStyle, whole = false } = line;
  const lines =
    isTty && !whole ? wrap(text, { width: terminal.width, first: lead, indent: hang }) : [lead + text];
  const paint = (as: Style | undefined, part: string): string =>
    as === undefined || part.trim() === "" ? part : terminal.paint(as, part);
  return lines
    .map((one) => paint(leadStyle, one.slice(0, lead.length)) + paint(style, one.slice(lead.length)))
    .map((one) => `${one.trimEnd()}\n`)
    .join("");
}
