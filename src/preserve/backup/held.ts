/** A file out of an archive, held in memory or in a scratch file until it was looked at. */
import type { Host } from "../../host/host.ts";
import { headerOf, headSize } from "./sqlite-snapshot.ts";

export interface Held {
  readonly path: string;
  /** One of both. */
  readonly bytes?: Uint8Array;
  readonly file?: string;
}

export interface Collector {
  readonly take: (bytes: Uint8Array) => Promise<void>;
  /** Undefined for a file that is no database. */
  readonly end: () => Promise<Held | undefined>;
}

export interface Wanted {
  readonly path: string;
  readonly size: number;
  /** Kept whatever it begins with. */
  readonly isLog: boolean;
  /** A path for a file that does not stay in memory; undefined: it does. */
  readonly file: (() => Promise<string>) | undefined;
}

interface Sink {
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly end: () => Promise<Omit<Held, "path">>;
}

/** Keeps what is a database, or the log of one, and lets everything else go by. */
export function collector(host: Pick<Host, "fs">, wanted: Wanted): Collector {
  const head = new Uint8Array(headSize);
  let headed = 0;
  let sink: Sink | "none" | undefined;
  const decide = async (): Promise<Sink | "none"> => {
    if (!wanted.isLog && headerOf(head) === undefined) return "none";
    const opened = wanted.file === undefined ? memory(wanted.size) : await onDisk(host, await wanted.file());
    await opened.write(head);
    return opened;
  };
  return {
    take: async (bytes) => {
      let rest = bytes;
      if (sink === undefined) {
        const part = bytes.subarray(0, headSize - headed);
        head.set(part, headed);
        headed += part.length;
        rest = bytes.subarray(part.length);
        if (headed === headSize) sink = await decide();
      }
      if (sink !== undefined && sink !== "none" && rest.length > 0) await sink.write(rest);
    },
    end: async () =>
      sink === undefined || sink === "none" ? undefined : { path: wanted.path, ...(await sink.end()) },
  };
}

function memory(size: number): Sink {
  const bytes = new Uint8Array(size);
  let at = 0;
  return {
    write: (part) => {
      bytes.set(part, at);
      at += part.length;
      return Promise.resolve();
    },
    end: () => Promise.resolve({ bytes }),
  };
}

async function onDisk(host: Pick<Host, "fs">, file: string): Promise<Sink> {
  const handle = await host.fs.create(file, { mode: 0o600 });
  return {
    write: handle.write,
    end: async () => {
      await handle.finish();
      return { file };
    },
  };
}
