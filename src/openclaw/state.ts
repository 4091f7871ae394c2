import type { Host } from "../host/host.ts";
import { findBackEndLogs } from "./back-ends/find.ts";
import type { BackEnds } from "./back-ends/read.ts";
import { openCopies } from "./copies.ts";
import { findArchives } from "./layouts/archives.ts";
import { findStateFiles } from "./layouts/files/find.ts";
import type { Source } from "./layouts/source.ts";
import { readerOf } from "./state-reader.ts";
import type { Installation, StateReader } from "./types.ts";
import { viewOf } from "./view.ts";

export interface StateOptions {
  /** Which databases to copy: a run that needs the devices only does not copy every transcript. Default: all. */
  readonly only?: readonly ("state" | "agent")[] | undefined;
  /** Fills `mark` in credentials. */
  readonly fingerprintKey?: Uint8Array | undefined;
}

/**
 * Copies the databases with their -wal into a fresh folder below `scratchDir` and opens the copies. The originals keep
 * bytes and times. Never throws because of content: each reading says how it ended. `close` removes the copies.
 */
export async function openState(
  host: Host,
  installation: Installation,
  scratchDir: string,
  options: StateOptions = {},
): Promise<StateReader> {
  const view = viewOf(host, installation.target);
  const folder = await host.fs.scratch(scratchDir, "state-");
  try {
    const copies = await openCopies(host, view, installation, folder, options.only ?? ["state", "agent"]);
    const source: Source = {
      host,
      installation,
      view,
      ...copies,
      archiveFiles: await findArchives(host, view, installation),
      files: await findStateFiles(host, view, installation),
      ...(options.fingerprintKey === undefined ? {} : { fingerprintKey: options.fingerprintKey }),
    };
    return readerOf(source, folder, await backEndsOf(source, options));
  } catch (error) {
    await host.fs.removeScratch(folder).catch(() => undefined);
    throw error;
  }
}

/** Logs of command-line back ends belong to the transcripts: they are left out where those are. */
async function backEndsOf(source: Source, { only }: StateOptions): Promise<BackEnds> {
  const { host, view, installation } = source;
  if (only !== undefined && !only.includes("agent"))
    return { host, installation, logs: [], problems: [], elsewhere: false };
  return { host, installation, ...(await findBackEndLogs(host, view, installation)) };
}
