/** Key files as D-Bus, desktop entries, pip and many others write them: "[section]" and "key=value", "#" and ";" comments. */
export interface IniEntry {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

const maxEntries = 5000;

/** Lines that are neither are left out; a value goes to the end of its line. */
export function parseIni(text: string): readonly IniEntry[] {
  const found: IniEntry[] = [];
  let section = "";
  for (const [i, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    if (line.startsWith("[") && line.endsWith("]")) {
      section = line.slice(1, -1).trim();
      continue;
    }
    const equals = line.indexOf("=");
    if (equals <= 0) continue;
    found.push({
      section,
      key: line.slice(0, equals).trim(),
      value: line.slice(equals + 1).trim(),
      line: i + 1,
    });
    if (found.length >= maxEntries) break;
  }
  return found;
}
