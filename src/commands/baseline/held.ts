import { bodyPath, type Holding } from "../../analyse/index.ts";
import { ClawError } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";

/** A file that the baseline has whole. */
export interface HeldText {
  /** On the examined host. */
  readonly path: string;
  readonly text: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly mode: number;
}

/** Throws for what the baseline does not know, or does not have the exact bytes of. */
export function heldIn(holding: Holding, path: string): HeldText {
  for (const [own, record] of holding.records) {
    const file = record.files.find((one) => one.path === path);
    if (file === undefined) continue;
    const text = holding.files.get(bodyPath(own, record, path));
    if (file.kept === "redacted") {
      throw notHeld(
        path,
        "it held secrets, which a baseline never has",
        "bring it back from a backup: claw-ir restore --only",
      );
    }
    if (file.kept !== "whole" || text === undefined)
      throw notHeld(
        path,
        "it is no text, or too large",
        "bring it back from a backup: claw-ir restore --only",
      );
    const { sha256, mode } = file;
    return { path, text, sha256, bytes: Buffer.byteLength(text), mode: Number.parseInt(mode, 8) & 0o777 };
  }
  const isKnown = [...holding.records.values()].some((record) => record.path === path);
  if (!isKnown)
    throw notHeld(
      path,
      "there is no such file in it",
      "claw-ir baseline diff tells paths as the baseline has them",
    );
  throw notHeld(
    path,
    "it holds it per key or row, credentials as fingerprints",
    "set the keys that claw-ir baseline diff tells with OpenClaw's own command, or bring the file back from a backup",
  );
}

function notHeld(path: string, why: string, hint: string): ClawError {
  return new ClawError(`the baseline cannot bring ${shown(path, 200)} back: ${why}`, {
    exit: "failed",
    code: "not-held",
    hint,
  });
}
