import type { Host } from "../../../host/host.ts";
import { messageOf } from "../../../model/errors.ts";
import { isDict } from "../../../model/json.ts";
import type { Dict } from "../../../model/json.ts";
import { boundedJson } from "../bounded-json.ts";
import { fileLines } from "../lines.ts";
import type { FileRole, Source, StateFile } from "../source.ts";

/** `sessions.json` of 2026.1 holds the skills prompt once per session; everything else is far smaller. */
const maxBytes = 24 * 1024 * 1024;

/** A JSON object out of a file, or undefined after `reasons` was told why not. */
export function jsonFile(host: Pick<Host, "fs">, file: StateFile, reasons: string[]): Dict | undefined {
  try {
    const value = boundedJson(wholeText(host, file.path));
    if (isDict(value)) return value;
    reasons.push(`${file.shown} holds no JSON object`);
  } catch (error) {
    reasons.push(`${file.shown} could not be read: ${messageOf(error)}`);
  }
  return undefined;
}

/** Invalid UTF-8 becomes U+FFFD. Throws what the file system throws, and for more than `limit` bytes. */
export function wholeText(host: Pick<Host, "fs">, path: string, limit = maxBytes): string {
  const file = host.fs.open(path);
  try {
    if (file.stat.size > limit) throw new Error(`it is larger than ${limit} bytes`);
    const bytes = new Uint8Array(file.stat.size);
    let at = 0;
    for (let got = -1; at < bytes.length && got !== 0; at += got) got = file.read(bytes.subarray(at));
    return new TextDecoder().decode(bytes.subarray(0, at));
  } finally {
    file.close();
  }
}

/** The objects of a file of JSON lines, with their line. Lines that hold none are counted and said. */
export function* jsonLines(
  host: Pick<Host, "fs">,
  file: StateFile,
  reasons: string[],
): IterableIterator<{ readonly value: Dict; readonly locator: string }> {
  let strange = 0;
  for (const { text, number } of fileLines(host, file.path, (why) => reasons.push(`${file.shown}: ${why}`))) {
    const value = boundedJson(text);
    if (isDict(value)) yield { value, locator: `line ${number}` };
    else strange += 1;
  }
  if (strange > 0) reasons.push(`${strange} lines of ${file.shown} could not be understood`);
}

/** Files of these roles, those in use before those left behind. */
export function filesOf(
  { files }: Pick<Source, "files">,
  ...roles: readonly FileRole[]
): readonly StateFile[] {
  const wanted = files.filter((file) => roles.includes(file.role));
  return [...wanted.filter((file) => !file.leftover), ...wanted.filter((file) => file.leftover)];
}

/** The mark of a record that lies in such a file. */
export function leftoverOf(file: StateFile): { readonly leftover?: true } {
  return file.leftover ? { leftover: true } : {};
}
