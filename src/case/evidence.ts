import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { extname, join } from "node:path";
import type { Db, Host, WriteHandle } from "../host/host.ts";
import { cancelled, ClawError, codeOf, messageOf } from "../model/errors.ts";
import type { Artifact } from "../model/evidence.ts";
import type { Outcome } from "../model/outcome.ts";
import { storageError, storing } from "./failure.ts";
import type { Chain } from "./journal.ts";
import { redactLines } from "./redact/lines.ts";
import { Records } from "./rows.ts";
import { isArtifact } from "./shapes.ts";
import type { EvidenceStore, KeepMeta, Redactor } from "./types.ts";

export const evidenceFolder = "evidence";
const chunkBytes = 256 * 1024;

interface Parts {
  readonly host: Host;
  readonly folder: string;
  readonly db: Db;
  readonly chain: Chain;
  readonly redactor: Redactor;
  readonly flush: () => Promise<void>;
}

interface Ending {
  readonly outcome: Outcome;
  readonly reason?: string | undefined;
}
interface Written extends Ending {
  readonly records: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Thrown on once what was read is safe. */
  readonly then?: ClawError;
}

/**
 * Keeps bytes as evidence/NAME. They are written as NAME.partial and fsynced, then journaled with size and SHA-256, then
 * renamed: after a crash in between, `finishRenames` does the last step. No name is used twice.
 */
export function createEvidence(parts: Parts): EvidenceStore {
  const rows = new Records(parts, "artifact", isArtifact);
  const taken = new Set<string>();

  async function keep(
    meta: KeepMeta,
    name: string,
    lines: () => AsyncIterable<string> | Iterable<string>,
    end: () => Ending,
  ) {
    const place = await claim(parts, taken, name);
    const written = await storing(`writing evidence/${place.name}`, () =>
      pour(parts, place.handle, lines(), end),
    );
    const file = `${evidenceFolder}/${place.name}`;
    const { outcome, reason, records, bytes, sha256 } = written;
    const kept = await note(meta, { outcome, reason, records, bytes }, { sha256, file });
    await storing(`naming ${file}`, async () => {
      await parts.host.fs.rename(`${place.path}.partial`, place.path);
      await parts.host.fs.syncDir(join(parts.folder, evidenceFolder));
    });
    if (written.then !== undefined) throw written.then;
    return kept;
  }

  async function note(
    meta: KeepMeta,
    { reason, ...counts }: Ending & { readonly records: number; readonly bytes: number },
    kept: { readonly sha256?: string; readonly file?: string },
  ): Promise<Artifact> {
    const { id, title, stage, attack, startedAt } = meta;
    const base = { id, title, stage, attack, ...counts, ...kept };
    const why = reason === undefined ? {} : { reason };
    const artifact = { ...base, ...why, startedAt, endedAt: parts.host.clock.now().toISOString() };
    rows.put(id, artifact, { stage, ...counts, ...kept, ...why });
    await parts.flush();
    return rows.get(id) ?? artifact;
  }

  return {
    keepRecords: (meta, reading) =>
      keep(
        meta,
        `${meta.id}.jsonl`,
        () => jsonLines(parts.redactor, reading.records),
        () => ({ outcome: reading.outcome, reason: reading.reason }),
      ),
    keepText: (meta, name, lines) =>
      keep(
        meta,
        named(meta, name),
        () => redactLines(parts.redactor, lines),
        () => ({ outcome: "ok" }),
      ),
    keepLines: (meta, name, reading) =>
      keep(
        meta,
        named(meta, name),
        () => textLines(parts.redactor, reading.records),
        () => ({ outcome: reading.outcome, reason: reading.reason }),
      ),
    none: (meta, outcome, reason) => note(meta, { outcome, reason, records: 0, bytes: 0 }, {}),
    all: () => rows.all(),
  };
}

function* jsonLines(redactor: Redactor, records: Iterable<unknown>): Generator<string> {
  for (const record of records) yield JSON.stringify(redactor.json(record));
}

function named({ id }: KeepMeta, name: string): string {
  return name.startsWith(id) ? name : `${id}-${name}`;
}

function* textLines(
  redactor: Redactor,
  lines: Iterable<(redact: (text: string) => string) => string>,
): Generator<string> {
  for (const line of lines) yield line(redactor.text);
}

/** Writes every line, hashing on the way. A source that breaks off leaves a partial artifact, not none. */
async function pour(
  { host }: Parts,
  handle: WriteHandle,
  lines: AsyncIterable<string> | Iterable<string>,
  end: () => Ending,
): Promise<Written> {
  const sink = new Sink(host, handle);
  let records = 0;
  try {
    let broken: { readonly error: unknown } | undefined;
    try {
      for await (const line of lines) {
        await sink.line(line);
        records += 1;
      }
    } catch (error) {
      if (sink.failed) throw error;
      broken = { error };
    }
    await sink.finish();
    const { bytes, sha256 } = sink.result();
    if (broken === undefined) return { ...end(), records, bytes, sha256 };
    const reason = `stopped after ${records} records: ${messageOf(broken.error)}`;
    const stop = broken.error instanceof ClawError && host.signal.aborted ? { then: broken.error } : {};
    return { outcome: "partial", reason, records, bytes, sha256, ...stop };
  } catch (error) {
    await handle.discard().catch(() => undefined);
    throw error;
  }
}

class Sink {
  readonly #host: Host;
  readonly #handle: WriteHandle;
  readonly #hash = createHash("sha256");
  #waiting: string[] = [];
  #size = 0;
  #bytes = 0;
  /** The file could not be written, as opposed to the source not being read. */
  failed = false;

  constructor(host: Host, handle: WriteHandle) {
    this.#host = host;
    this.#handle = handle;
  }

  async line(text: string): Promise<void> {
    this.#waiting.push(text, "\n");
    this.#size += text.length + 1;
    if (this.#size < chunkBytes) return;
    await this.#flush();
    if (this.#host.signal.aborted) throw abortReason(this.#host.signal);
  }

  async finish(): Promise<void> {
    await this.#flush();
    await this.#handle.finish();
  }

  result(): { readonly bytes: number; readonly sha256: string } {
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  async #flush(): Promise<void> {
    const chunk = Buffer.from(this.#waiting.join(""), "utf8");
    this.#waiting = [];
    this.#size = 0;
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
    try {
      await this.#handle.write(chunk);
    } catch (error) {
      this.failed = true;
      throw error;
    }
  }
}

function abortReason(signal: AbortSignal): ClawError {
  return signal.reason instanceof ClawError ? signal.reason : cancelled();
}

/** A name that neither this run nor an earlier one has used, with its .partial file opened. */
async function claim(
  { host, folder, redactor }: Parts,
  taken: Set<string>,
  wanted: string,
): Promise<{ readonly name: string; readonly path: string; readonly handle: WriteHandle }> {
  const clean =
    redactor
      .text(wanted)
      .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^[.-]+/, "") || "artifact";
  const extension = extname(clean);
  const stem = clean.slice(0, clean.length - extension.length).slice(0, 100);
  for (let n = 1; ; n += 1) {
    const name = `${stem}${n === 1 ? "" : `.${n}`}${extension.slice(0, 20)}`;
    const path = join(folder, evidenceFolder, name);
    if (taken.has(name) || (await host.fs.stat(path)) !== undefined) continue;
    taken.add(name);
    try {
      return { name, path, handle: await host.fs.create(`${path}.partial`) };
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw storageError(error, `writing evidence/${name}`);
    }
  }
}
