import { extname, join } from "node:path";
import type { Db, Host, WriteHandle } from "../host/host.ts";
import { codeOf } from "../model/errors.ts";
import type { Artifact } from "../model/evidence.ts";
import { type Content, type Ending, pour } from "./evidence-write.ts";
import { storageError, storing } from "./failure.ts";
import type { Chain } from "./journal.ts";
import { blankSecrets } from "./redact/bytes.ts";
import { redactLines } from "./redact/lines.ts";
import { Records } from "./rows.ts";
import { isArtifact } from "./shapes.ts";
import { textLines } from "./text-lines.ts";
import type { EvidenceStore, KeepMeta, Redactor } from "./types.ts";

export const evidenceFolder = "evidence";

interface Parts {
  readonly host: Host;
  readonly folder: string;
  readonly db: Db;
  readonly chain: Chain;
  readonly redactor: Redactor;
  readonly flush: () => Promise<void>;
}

/**
 * Keeps bytes as evidence/NAME. They are written as NAME.partial and fsynced, then journaled with size and SHA-256, then
 * renamed: after a crash in between, `finishRenames` does the last step. No name is used twice.
 */
export function createEvidence(parts: Parts): EvidenceStore {
  const rows = new Records(parts, "artifact", isArtifact);
  const taken = new Set<string>();

  async function keep(meta: KeepMeta, name: string, content: () => Content, end: () => Ending) {
    const place = await claim(parts, taken, name);
    const written = await storing(`writing evidence/${place.name}`, () =>
      pour(parts.host, place.handle, content(), end),
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
    ...keeping(parts.redactor, keep),
    none: (meta, outcome, reason) => note(meta, { outcome, reason, records: 0, bytes: 0 }, {}),
    all: () => rows.all(),
  };
}

type Keep = (meta: KeepMeta, name: string, content: () => Content, end: () => Ending) => Promise<Artifact>;

/** The kinds of content, each with its own way through the redactor. */
function keeping(redactor: Redactor, keep: Keep): Omit<EvidenceStore, "none" | "all"> {
  return {
    keepRecords: (meta, reading) =>
      keep(
        meta,
        `${meta.id}.jsonl`,
        () => jsonLines(redactor, reading.records),
        () => ended(reading),
      ),
    keepText: (meta, name, lines) =>
      keep(
        meta,
        named(meta, name),
        () => redactLines(redactor, lines),
        () => ({ outcome: "ok" }),
      ),
    keepLines: (meta, name, reading) =>
      keep(
        meta,
        named(meta, name),
        () => textLines(redactor, reading.records),
        () => ended(reading),
      ),
    keepBytes: (meta, name, chunks) => {
      const blanked: number[] = [];
      return keep(
        meta,
        named(meta, name),
        () => blankSecrets(redactor.text, chunks, ({ start }) => blanked.push(start)),
        () =>
          blanked.length === 0 ? { outcome: "ok" } : { outcome: "partial", reason: blankedText(blanked) },
      );
    },
  };
}

function blankedText(offsets: readonly number[]): string {
  const where = offsets.slice(0, 20).map((offset) => `0x${offset.toString(16)}`);
  const more = offsets.length > where.length ? ", …" : "";
  return `what looks like a secret is blanked in ${offsets.length} ${offsets.length === 1 ? "place" : "places"} of it (${where.join(", ")}${more})`;
}

function* jsonLines(redactor: Redactor, records: Iterable<unknown>): Generator<string> {
  for (const record of records) yield JSON.stringify(redactor.json(record));
}

/** Asked for only when the last record is written. */
function ended({ outcome, reason }: Ending): Ending {
  return { outcome, reason };
}

function named({ id }: KeepMeta, name: string): string {
  return name.startsWith(id) ? name : `${id}-${name}`;
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
