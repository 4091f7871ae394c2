/** The commands of a script, one logical line each. */

const maxLines = 400;

/** Lines that are neither blank nor comments; a backslash at the end joins the next one. */
export function scriptLines(text: string): readonly string[] {
  return numberedLines(text)
    .slice(0, maxLines)
    .map(({ line }) => line);
}

export interface NumberedLine {
  readonly line: string;
  /** Of its first physical line, from 1. */
  readonly number: number;
}

const maxPhysical = 50_000;
const maxLength = 16_384;

/** As `scriptLines`, with the numbers of the lines and without a limit on their count. What is longer than 16 KiB is cut. */
export function numberedLines(text: string): readonly NumberedLine[] {
  const found: NumberedLine[] = [];
  let parts: string[] = [];
  let length = 0;
  let start = 1;
  const close = (): void => {
    const line = parts.join(" ").trim();
    if (line !== "" && !line.startsWith("#")) found.push({ line: line.slice(0, maxLength), number: start });
    parts = [];
    length = 0;
  };
  for (const [i, raw] of text.split("\n", maxPhysical).entries()) {
    const line = raw.replace(/\r$/, "");
    if (parts.length === 0) start = i + 1;
    const comment = parts.length === 0 && /^[ \t]*#/.test(line);
    const goesOn = !comment && line.endsWith("\\") && length < maxLength;
    parts.push(goesOn ? line.slice(0, Math.min(line.length - 1, maxLength)) : line.slice(0, maxLength));
    length += line.length;
    if (!goesOn) close();
  }
  close();
  return found;
}
