/**
 * What every file of an archive hashed to while it was read, kept in the scratch folder until the restored files are read
 * again: in memory it would grow with the state.
 */
import { join } from "node:path";
import type { ArchiveEvent, Contents } from "../../archive/index.ts";
import { hashFile } from "../../case/file-hash.ts";
import type { Host } from "../../host/host.ts";
import { cancelled, codeOf } from "../../model/errors.ts";
import { list, parseJson, str } from "../../model/json.ts";
import { shown } from "../../model/text.ts";
import type { FileCounts } from "./types.ts";

type Events = AsyncGenerator<ArchiveEvent, Contents, undefined>;

export interface Compared extends FileCounts {
  /** Whole sentences. */
  readonly problems: readonly string[];
  readonly unchecked: readonly string[];
}

const flushBytes = 256 * 1024;
const readBytes = 256 * 1024;
const maxNamed = 20;

/** The same events; each regular file's name and hash are written to `file`. */
export async function* recorded(host: Pick<Host, "fs">, events: Events, file: string): Events {
  const handle = await host.fs.create(file);
  let waiting = "";
  let name: string | undefined;
  const flush = async (): Promise<void> => {
    await handle.write(Buffer.from(waiting));
    waiting = "";
  };
  try {
    for (;;) {
      const next = await events.next();
      if (next.done === true) {
        await flush();
        return next.value;
      }
      const event = next.value;
      if (event.kind === "entry") name = event.entry.type === "file" ? event.entry.path : undefined;
      else if (event.kind === "end" && name !== undefined && event.sha256 !== undefined)
        waiting += `${JSON.stringify([name, event.sha256])}\n`;
      if (waiting.length > flushBytes) await flush();
      yield event;
    }
  } finally {
    await handle.finish();
    await events.return(undefined as never).catch(() => undefined);
  }
}

/** Reads every restored file again and holds it against what was recorded. */
export async function compare(
  host: Host,
  ledger: string,
  into: string,
  onFile: (done: number) => void,
): Promise<Compared> {
  const counts = { expected: 0, matched: 0, missing: 0, different: 0 };
  const problems: string[] = [];
  const unchecked: string[] = [];
  for (const line of linesOf(host, ledger)) {
    const [path = "", sha256] = list(parseJson(line)).map((item) => str(item) ?? "");
    counts.expected += 1;
    if (host.signal.aborted) throw cancelled();
    const state = await stateOf(host, join(into, path), sha256 ?? "");
    if (state === "unchecked") unchecked.push(`${shown(path)} could not be read again.`);
    else counts[state] += 1;
    if (state === "missing") problems.push(`${shown(path)} is not there after the restore.`);
    if (state === "different") problems.push(`${shown(path)} is not what was sealed.`);
    onFile(counts.expected);
    if (counts.expected % 64 === 0) await host.clock.sleep(0);
  }
  return { ...counts, problems: few(problems), unchecked: few(unchecked) };
}

async function stateOf(
  host: Host,
  path: string,
  sha256: string,
): Promise<"matched" | "missing" | "different" | "unchecked"> {
  // Node cannot open by its name what is no UTF-8.
  if (!path.isWellFormed()) return "unchecked";
  try {
    return (await hashFile(host, path)).sha256 === sha256 ? "matched" : "different";
  } catch (error) {
    if (host.signal.aborted) throw cancelled();
    return codeOf(error) === "ENOENT" ? "missing" : "unchecked";
  }
}

function few(sentences: readonly string[]): readonly string[] {
  if (sentences.length <= maxNamed) return sentences;
  return [...sentences.slice(0, maxNamed), `And ${sentences.length - maxNamed} others.`];
}

function* linesOf(host: Pick<Host, "fs">, file: string): IterableIterator<string> {
  const handle = host.fs.open(file);
  try {
    const buffer = Buffer.alloc(readBytes);
    let tail: Buffer = Buffer.alloc(0);
    for (let n = handle.read(buffer); n > 0; n = handle.read(buffer)) {
      const all = Buffer.concat([tail, buffer.subarray(0, n)]);
      let start = 0;
      for (let end = all.indexOf(10); end !== -1; end = all.indexOf(10, start)) {
        yield all.toString("utf8", start, end);
        start = end + 1;
      }
      tail = Buffer.from(all.subarray(start));
    }
  } finally {
    handle.close();
  }
}
