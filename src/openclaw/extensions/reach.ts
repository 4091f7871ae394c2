import { messageOf } from "../../model/errors.ts";
import type { DirEntry, Host } from "../../host/host.ts";
import type { Installation } from "../types.ts";
import type { FileView } from "../view.ts";

/** What the readers of extensions share: where to read, and what went wrong. */
export interface Reach {
  readonly host: Host;
  readonly view: FileView;
  readonly installation: Installation;
  readonly problems: string[];
}

const maxEntries = 1000;

/** Entries of a folder, at most 1000; none where it is not there. What cannot be listed is a problem. */
export async function entriesIn(reach: Reach, dir: string): Promise<readonly DirEntry[]> {
  const shown = reach.installation.target.toHost(dir);
  try {
    const entries = await reach.view.list(dir);
    if (entries.length > maxEntries)
      reach.problems.push(`${shown} holds ${entries.length} entries; the first ${maxEntries} were read`);
    return entries.slice(0, maxEntries);
  } catch (error) {
    reach.problems.push(`${shown} could not be listed: ${messageOf(error)}`);
    return [];
  }
}

/** The text of a file; undefined where there is none, or where it cannot be read, which is a problem. */
export async function textIn(reach: Reach, path: string, maxBytes: number): Promise<string | undefined> {
  try {
    if ((await reach.view.stat(path)) === undefined) return undefined;
    return await reach.view.readText(path, maxBytes);
  } catch (error) {
    reach.problems.push(`${reach.installation.target.toHost(path)} could not be read: ${messageOf(error)}`);
    return undefined;
  }
}
