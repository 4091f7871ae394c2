import type { Host } from "../host/host.ts";
import { ClawError, messageOf } from "../model/errors.ts";
import { shown } from "../model/text.ts";

/** Writes a document to the file named with -o, or to stdout. Overwrites nothing. */
export async function deliver(host: Host, file: string | undefined, text: string): Promise<void> {
  if (file === undefined || file === "-") {
    host.terminal.out(text.endsWith("\n") ? text : `${text}\n`);
    return;
  }
  try {
    if ((await host.fs.stat(file)) !== undefined) {
      throw new ClawError(`${shown(file)} exists already`, {
        exit: "failed",
        code: "file-exists",
        hint: "choose another name; claw-ir overwrites nothing",
      });
    }
    await host.fs.writeAtomic(file, text);
  } catch (error) {
    if (error instanceof ClawError) throw error;
    throw new ClawError(`${shown(file)} could not be written: ${messageOf(error)}`, {
      exit: "failed",
      code: "output-not-written",
      hint: "name another file with -o, or leave it away for stdout",
      cause: error,
    });
  }
}
