import type { Host } from "../../host/host.ts";
import { ClawError, codeOf } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";

/** Writes a key or what belongs to it (0600), never over a file that is there. */
export async function writeNew(host: Pick<Host, "fs">, path: string, text: string): Promise<void> {
  try {
    const handle = await host.fs.create(path, { mode: 0o600 });
    try {
      await handle.write(Buffer.from(text, "utf8"));
      await handle.finish();
    } catch (error) {
      await handle.discard().catch(() => undefined);
      throw error;
    }
  } catch (error) {
    throw writingTrouble(path, error);
  }
}

/** Before a key is made: what would stand in its way is told before a passphrase is asked for. */
export async function refuseExisting(host: Pick<Host, "fs">, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if ((await host.fs.stat(path)) !== undefined) throw writingTrouble(path, { code: "EEXIST" });
  }
}

function writingTrouble(path: string, error: unknown): ClawError {
  const code = codeOf(error);
  if (code === "EEXIST") {
    return new ClawError(`there is a file ${shown(path)} already`, {
      exit: "failed",
      code: "file-exists",
      hint: "a key is never overwritten: choose another name",
      cause: error,
    });
  }
  const why = code === "ENOENT" ? "its folder is not there" : (code ?? "unknown error");
  return new ClawError(`the file ${shown(path)} cannot be written: ${why}`, {
    exit: "failed",
    code: "cannot-write-key",
    hint: "choose another folder",
    cause: error,
  });
}
