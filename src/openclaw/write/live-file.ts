/** One text file of the examined state that is read, changed and written back in place. */
import { createHash } from "node:crypto";
import type { Host } from "../../host/host.ts";
import { ClawError, messageOf } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import type { Installation, Target } from "../types.ts";
import { viewOf } from "../view.ts";

/** OpenClaw caps an included file at 2 MB; no config or env file comes near this. */
const maxBytes = 8 * 1024 * 1024;

export interface LiveFile {
  /** Where the bytes are, links resolved. */
  readonly path: string;
  readonly text: string;
  readonly sha256: string;
}

export function sha256Of(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function refuse(code: string, message: string, hint: string, cause?: unknown): ClawError {
  return new ClawError(message, { exit: "failed", code, hint, ...(cause === undefined ? {} : { cause }) });
}

/** Undefined if there is no such file. Throws for what may not be read or is no text. */
export async function readLive(host: Host, target: Target, path: string): Promise<LiveFile | undefined> {
  // A config in a dotfiles repository is a link; below a mounted root links stay below it.
  const real = await viewOf(host, target).resolve(path);
  if ((await host.fs.stat(real)) === undefined) return undefined;
  const bytes = await host.fs.read(real, { maxBytes });
  try {
    // A byte order mark and every byte behind it must survive the write.
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { path: real, text, sha256: sha256Of(bytes) };
  } catch (error) {
    throw refuse(
      "not-utf8",
      `${shown(path)} is not valid UTF-8 (${messageOf(error)})`,
      "repair the file by hand, then resume",
    );
  }
}

/** The owner of a file that is written must be the owner of the state: anything else is somebody's trap. */
async function checkOwner(host: Host, installation: Installation, path: string): Promise<void> {
  const file = await host.fs.stat(path);
  const state = await host.fs.stat(installation.target.stateDir);
  if (file === undefined || state === undefined || file.uid === state.uid) return;
  throw refuse(
    "foreign-owner",
    `${shown(path)} belongs to another user (uid ${file.uid}) than the state folder (uid ${state.uid})`,
    "look at that file first: who put it there, and why",
  );
}

/**
 * Writes `text` in place of what `file` held, owner kept, and reads it back. Refuses if the file was changed by anyone since
 * it was read. `mode` is 0600 unless it is to stay what it was. Returns the SHA-256 of what is there now.
 */
export async function writeLive(
  host: Host,
  installation: Installation,
  file: LiveFile,
  text: string,
  mode = 0o600,
): Promise<string> {
  await checkOwner(host, installation, file.path);
  const now = sha256Of(await host.fs.read(file.path, { maxBytes }));
  if (now !== file.sha256)
    throw refuse(
      "changed-meanwhile",
      `${shown(file.path)} was changed by somebody while claw-ir worked on it`,
      "make sure that nothing of OpenClaw runs (claw-ir stop), then claw-ir resume",
    );
  await host.fs.writeAtomic(file.path, text, { mode });
  const after = sha256Of(await host.fs.read(file.path, { maxBytes }));
  if (after !== sha256Of(text))
    throw refuse(
      "write-not-kept",
      `${shown(file.path)} does not hold what was written`,
      "look for a process or a mount that rewrites it",
    );
  return after;
}
