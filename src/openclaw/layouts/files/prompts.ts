import { createHash } from "node:crypto";
import { messageOf } from "../../../model/errors.ts";
import { dict, str } from "../../../model/json.ts";
import type { Dict } from "../../../model/json.ts";
import type { Source, StateFile } from "../source.ts";
import { filesOf, wholeText } from "./text.ts";

/** OpenClaw keeps a longer one in the index itself (config/sessions/skill-prompt-blobs.ts of 2026.5.28). */
const maxBytes = 512 * 1024;

/** The prompt of the skills of an entry in an index of sessions; empty where none is kept, or none can be read. */
export type PromptOf = (index: StateFile, entry: Dict) => string;

/**
 * `skillsSnapshot.prompt`, or since 2026.5 `promptRef` (`{"version","algorithm","hash","bytes"}`), whose text lies in a file that is
 * called by its SHA-256. One that was changed is read nevertheless, as OpenClaw would not; `reasons` is told of it, and of one
 * that is gone.
 */
export function promptsOf(source: Source, reasons: string[]): PromptOf {
  const files = new Map(
    filesOf(source, "skills-prompt")
      .toReversed()
      .map((file) => [keyOf(file, file.name), file]),
  );
  const texts = new Map<string, string>();
  return (index, entry) => {
    const snapshot = dict(entry["skillsSnapshot"]);
    const hash = str(dict(snapshot["promptRef"])["hash"]);
    const own = str(snapshot["prompt"]);
    if (own !== undefined || hash === undefined) return own ?? "";
    const key = keyOf(index, `${hash}.txt`);
    const known = texts.get(key) ?? promptIn(source, index, hash, files.get(key), reasons);
    texts.set(key, known);
    return known;
  };
}

function keyOf({ agent }: StateFile, name: string): string {
  return JSON.stringify([agent, name]);
}

function promptIn(
  { host }: Source,
  index: StateFile,
  hash: string,
  file: StateFile | undefined,
  reasons: string[],
): string {
  if (file === undefined) {
    // What a migration left behind speaks of files that were taken over with it.
    if (!index.leftover)
      reasons.push(`the prompt of the skills that ${index.shown} names by ${hash.slice(0, 64)} is not there`);
    return "";
  }
  try {
    const text = wholeText(host, file.path, maxBytes);
    if (createHash("sha256").update(text).digest("hex") !== hash)
      reasons.push(`${file.shown} is not the prompt of the skills that it was: its hash is another`);
    return text;
  } catch (error) {
    reasons.push(`${file.shown} could not be read: ${messageOf(error)}`);
    return "";
  }
}
