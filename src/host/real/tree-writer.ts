import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  ftruncateSync,
  futimesSync,
  lchownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { nameBytes } from "../../model/file-names.ts";
import type { TreeFacts, TreeFile, TreeWriter } from "../tree.ts";

const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const onlyFolder = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const block = 4096;
const zeros = Buffer.alloc(block);

/**
 * Seconds as a double, which is all that Node takes: exact to 0.12 µs in this century. A negative number would be taken for
 * "now", a Date is not.
 */
function nodeTime(ns: bigint): number | Date {
  if (ns < 0n) return new Date(Number(ns / 1_000_000n));
  return Number(ns / 1_000_000_000n) + Number(ns % 1_000_000_000n) / 1e9;
}

/** The owner first: giving a file away may take mode bits with it. The time last: nothing touches the file after it. */
function giveFacts(fd: number, { mode, mtimeNs, owner }: TreeFacts): void {
  if (owner !== undefined) fchownSync(fd, owner.uid, owner.gid);
  fchmodSync(fd, mode & 0o777);
  const time = nodeTime(mtimeNs);
  futimesSync(fd, time, time);
}

function writeAll(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;)
    done += writeSync(fd, bytes, done, bytes.length - done, position + done);
}

function isZero(bytes: Uint8Array): boolean {
  return zeros.equals(bytes);
}

/** Writes runs of blocks that are not zero; a hole is where nothing was written. `position` is a multiple of the block. */
function writeBlocks(fd: number, bytes: Uint8Array, position: number): void {
  let from = 0;
  for (let at = 0; at < bytes.length; at += block) {
    if (!isZero(bytes.subarray(at, at + block))) continue;
    if (at > from) writeAll(fd, bytes.subarray(from, at), position + from);
    from = at + block;
  }
  if (from < bytes.length) writeAll(fd, bytes.subarray(from), position + from);
}

function treeFile(fd: number): TreeFile {
  /** Bytes that are on the disk or a hole: a multiple of the block. */
  let placed = 0;
  const rest = Buffer.alloc(block);
  let fill = 0;
  const take = (bytes: Uint8Array): number => {
    const count = Math.min(block - fill, bytes.length);
    rest.set(bytes.subarray(0, count), fill);
    fill += count;
    return count;
  };
  return {
    write: (bytes) => {
      let at = fill > 0 ? take(bytes) : 0;
      if (fill === block) {
        writeBlocks(fd, rest, placed);
        placed += block;
        fill = 0;
      }
      const whole = bytes.length - at - ((bytes.length - at) % block);
      if (whole > 0 && fill === 0) {
        writeBlocks(fd, bytes.subarray(at, at + whole), placed);
        placed += whole;
        at += whole;
      }
      if (at < bytes.length) take(bytes.subarray(at));
    },
    finish: (facts) => {
      try {
        writeAll(fd, rest.subarray(0, fill), placed);
        ftruncateSync(fd, placed + fill);
        giveFacts(fd, facts);
      } finally {
        closeSync(fd);
      }
    },
    abandon: () => closeSync(fd),
  };
}

export function treeWriter(folder: string): TreeWriter {
  const base = nameBytes(`${folder}/`);
  const at = (name: string): Buffer => Buffer.concat([base, nameBytes(name)]);
  return {
    file: (name) => treeFile(openSync(at(name), newFile, 0o600)),
    folder: (name) => {
      mkdirSync(at(name), { mode: 0o700 });
    },
    hardLink: (name, existing) => {
      linkSync(at(existing), at(name));
    },
    symlink: (name, target, { owner, mtimeNs }) => {
      const path = at(name);
      symlinkSync(nameBytes(target), path);
      if (owner !== undefined) lchownSync(path, owner.uid, owner.gid);
      const time = nodeTime(mtimeNs);
      lutimesSync(path, time, time);
    },
    settle: (name, facts) => {
      const fd = openSync(name === "" ? nameBytes(folder) : at(name), onlyFolder);
      try {
        giveFacts(fd, facts);
      } finally {
        closeSync(fd);
      }
    },
  };
}
