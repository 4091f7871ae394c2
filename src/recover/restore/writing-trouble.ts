import { ClawError, codeOf } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";

const known: Readonly<Record<string, readonly [string, string]>> = {
  ENOSPC: ["the disk is full", "make room, or restore to another disk with --target DIR"],
  EDQUOT: ["the disk quota is used up", "make room, or restore to another disk with --target DIR"],
  EFBIG: ["the file system takes no file this large", "restore to another disk with --target DIR"],
  EROFS: ["the file system is read-only", "restore to another disk with --target DIR"],
  EACCES: ["permission denied", "run it as the owner of the place, or name another one with --target DIR"],
  EPERM: ["permission denied", "run it as the owner of the place, or name another one with --target DIR"],
  EIO: ["the disk reports an error", "restore to another disk with --target DIR"],
  ENAMETOOLONG: [
    "a path in the archive becomes too long there",
    "choose a shorter target, such as --target /r",
  ],
  EINVAL: [
    "the file system does not take a name of the archive",
    "restore to another file system with --target DIR",
  ],
  EILSEQ: [
    "the file system does not take a name of the archive",
    "restore to another file system with --target DIR",
  ],
};

/** What the file system says while a tree is written, as an error a person can act on; ClawErrors pass. */
export function writingTrouble(error: unknown, folder: string): unknown {
  const found = known[codeOf(error) ?? ""];
  if (error instanceof ClawError || found === undefined) return error;
  return new ClawError(`the archive cannot be restored below ${shown(folder)}: ${found[0]}`, {
    exit: "failed",
    code: "cannot-restore",
    hint: `${found[1]}; nothing was left behind`,
    cause: error,
  });
}
