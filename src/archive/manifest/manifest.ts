/**
 * MANIFEST.jsonl, the last entry of every archive: one line per thing that was found, stored or not, and a closing line
 * with the counts and the root hash. The root hash is SHA-256 over all lines before the closing one, newlines included.
 */
import { createHash } from "node:crypto";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { FileStat } from "../../host/host.ts";
import { isoTime } from "../tar/times.ts";

export const manifestName = "MANIFEST.jsonl";
export const manifestFormat = "claw-ir-manifest-1";

export interface ManifestLine {
  /** As stored: relative to "/" of the examined host. */
  readonly path: string;
  readonly type: string;
  readonly size: number;
  /** Four octal digits: "0600". */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  /** ISO 8601 UTC with nanoseconds. */
  readonly mtime: string;
  readonly sha256?: string;
  /** Target of a symbolic link, or the stored path that a hard link shares its content with. */
  readonly link?: string;
  /** Present, and false, for what is listed and not in the tar. */
  readonly stored?: false;
  /** Why it is not stored, or what is wrong with what is stored. */
  readonly reason?: string;
  /** The entry is not what a complete archive would hold: it belongs into `partial`. */
  readonly partial?: true;
}

export interface ManifestCounts {
  /** Lines. */
  readonly entries: number;
  /** Entries in the tar, the manifest not counted. */
  readonly stored: number;
  /** Regular files among them. */
  readonly files: number;
  /** Their bytes. */
  readonly plainBytes: number;
  readonly partial: number;
}

/** What goes into the closing line beside the counts: the same facts as in the sidecar, but inside the encryption. */
export type ManifestMeta = Readonly<Record<string, string | boolean | readonly string[]>>;

export interface ClosedManifest {
  readonly size: number;
  readonly root: string;
  readonly counts: ManifestCounts;
  /** The manifest's bytes. */
  readonly chunks: () => Generator<Uint8Array, void>;
}

export interface Manifest {
  readonly add: (line: ManifestLine) => void;
  readonly counts: () => ManifestCounts;
  readonly close: (meta: ManifestMeta) => ClosedManifest;
}

export function octalMode(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}

/** The fields that both the file system and a tar header have. */
export function factsOf(stat: Pick<FileStat, "mode" | "uid" | "gid" | "mtimeNs">): {
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: string;
} {
  return { mode: octalMode(stat.mode), uid: stat.uid, gid: stat.gid, mtime: isoTime(stat.mtimeNs) };
}

const spill = 256 * 1024;

/**
 * Collects the lines. A tar header needs the manifest's size before its first byte, so the lines are held until the end;
 * compressed, that is about 80 bytes for each file.
 */
export function manifest(): Manifest {
  const packed: Uint8Array[] = [];
  let open: Buffer[] = [];
  let openBytes = 0;
  let size = 0;
  const root = createHash("sha256");
  const counts = { entries: 0, stored: 0, files: 0, plainBytes: 0, partial: 0 };
  const push = (text: string): Buffer => {
    const bytes = Buffer.from(`${text}\n`, "utf8");
    open.push(bytes);
    openBytes += bytes.length;
    size += bytes.length;
    if (openBytes >= spill) {
      packed.push(zstdCompressSync(Buffer.concat(open)));
      open = [];
      openBytes = 0;
    }
    return bytes;
  };
  return {
    add: (line) => {
      root.update(push(JSON.stringify(line)));
      counts.entries += 1;
      if (line.partial === true) counts.partial += 1;
      if (line.stored === false) return;
      counts.stored += 1;
      if (line.type !== "file") return;
      counts.files += 1;
      counts.plainBytes += line.size;
    },
    counts: () => ({ ...counts }),
    close: (meta) => {
      const hash = root.digest("hex");
      push(JSON.stringify({ type: "end", format: manifestFormat, ...counts, root: hash, ...meta }));
      return {
        size,
        root: hash,
        counts: { ...counts },
        chunks: function* () {
          for (const chunk of packed) yield zstdDecompressSync(chunk);
          yield Buffer.concat(open);
        },
      };
    },
  };
}
