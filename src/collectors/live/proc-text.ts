import { type Ground, readFile, textOf } from "../files.ts";

const maxBytes = 4 << 20;

/** The text of a small file of the running kernel or system; undefined where it is not there or may not be read. */
export async function small(ground: Ground, path: string, max = maxBytes): Promise<string | undefined> {
  const file = await readFile(ground, path, max);
  return file.ok ? textOf(file.bytes) : undefined;
}

/** A line's worth: without the newline at the end. */
export async function line(ground: Ground, path: string): Promise<string | undefined> {
  return (await small(ground, path, 65_536))?.trim();
}
