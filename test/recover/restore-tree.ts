/** Hostile and honest tars built by hand, sealed to a passphrase-free session, and a look at trees. */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { ArchiveEvent, Contents, TarEntry } from "../../src/archive/index.ts";
import { ByteReader } from "../../src/archive/bytes.ts";
import { endOfTar, type PaxEntry, padding, paxHeader } from "../../src/archive/tar/pax.ts";
import { readTar } from "../../src/archive/tar/tar-reader.ts";

export interface Planted extends Partial<Omit<PaxEntry, "path" | "type">> {
  readonly path: string;
  readonly type?: PaxEntry["type"];
  readonly content?: string | Uint8Array;
  /** Type flag that our writer has no word for: "6" is a FIFO. */
  readonly flag?: string;
}

/** The checksum of a header whose flag was changed. */
function withFlag(header: Buffer, flag: string): Buffer {
  const main = header.subarray(header.length - 512);
  main.write(flag, 156, "latin1");
  main.fill(0x20, 148, 156);
  const sum = main.reduce((total, byte) => total + byte, 0);
  main.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

export function tarEntry({ content = "", flag, ...rest }: Planted): Buffer {
  const body = Buffer.from(content);
  const base = {
    type: "file",
    mode: 0o600,
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
  } as const;
  const header = paxHeader({ ...base, mtimeNs: 1_700_000_000_000_000_000n, size: body.length, ...rest });
  return Buffer.concat([
    flag === undefined ? header : withFlag(header, flag),
    body,
    Buffer.alloc(padding(body.length)),
  ]);
}

export function tarOf(entries: readonly Planted[]): Buffer {
  return Buffer.concat([...entries.map(tarEntry), endOfTar]);
}

/** What `openArchive` would give for this tar, without a message around it. */
export async function* eventsOf(tar: Uint8Array): AsyncGenerator<ArchiveEvent, Contents, undefined> {
  const reader = new ByteReader(
    (async function* () {
      // In odd pieces, so that nothing relies on where chunks end.
      for (let at = 0; at < tar.length; at += 70_001) yield tar.subarray(at, at + 70_001);
    })(),
  );
  const counts = { entries: 0, files: 0, plainBytes: 0 };
  for await (const event of readTar(reader)) {
    if (event.kind === "entry") {
      counts.entries += 1;
      counts.files += event.entry.type === "file" ? 1 : 0;
      counts.plainBytes += event.entry.size;
    }
    yield event;
  }
  return counts;
}

export type Seen = Readonly<
  Record<string, Pick<TarEntry, "mode" | "mtimeNs"> & { readonly kind: string; readonly content: string }>
>;

/** Everything below a folder, by relative path as latin1 bytes. */
export function treeAt(folder: string): Seen {
  const seen: Record<string, Seen[string]> = {};
  const visit = (dir: Buffer, relative: string): void => {
    for (const name of readdirSync(dir, { encoding: "buffer" })) {
      const path = Buffer.concat([dir, Buffer.from("/"), name]);
      const at = join(relative, name.toString("latin1"));
      const stat = lstatSync(path, { bigint: true });
      const facts = { mode: Number(stat.mode) & 0o7777, mtimeNs: stat.mtimeNs };
      const kind = stat.isDirectory()
        ? "dir"
        : stat.isSymbolicLink()
          ? "symlink"
          : stat.isFile()
            ? "file"
            : "?";
      const content =
        kind === "symlink"
          ? readlinkSync(path)
          : kind === "file"
            ? createHash("sha256").update(readFileSync(path)).digest("hex")
            : "";
      seen[at] = { ...facts, kind, content };
      if (kind === "dir") visit(path, at);
    }
  };
  visit(Buffer.from(folder), "");
  return seen;
}
