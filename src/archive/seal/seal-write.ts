/** The one streaming pass: walk → hash → tar → compress → OpenPGP → file. */
import type { Host, WriteHandle } from "../../host/host.ts";
import { cancelled } from "../../model/errors.ts";
import { packerFor } from "../compress/compress.ts";
import {
  type ClosedManifest,
  manifest,
  manifestName,
  type Manifest,
  type ManifestMeta,
} from "../manifest/manifest.ts";
import type { Out } from "../compress/packer.ts";
import { type MessageWriter, messageWriter, plainWriter } from "../openpgp/message-writer.ts";
import { pack, type Partial } from "./pack.ts";
import type { SealRequest } from "./seal-request.ts";
import { sessionPackets } from "../openpgp/session.ts";
import { tarWriter, type TarWriter } from "../tar/tar-writer.ts";
import { walk } from "./walk.ts";

type SealHost = Pick<Host, "fs" | "clock" | "random" | "signal">;

export interface Written {
  readonly bytes: number;
  readonly sha256: string;
  /** Absent for a plaintext archive. */
  readonly session?: Uint8Array;
  readonly closed: ClosedManifest;
  readonly partial: readonly Partial[];
}

export async function writeArchive(
  host: SealHost,
  request: SealRequest,
  createdAt: string,
  handle: WriteHandle,
): Promise<Written> {
  // After a failure, blocks that are still being compressed go nowhere.
  let over = false;
  const out = async (bytes: Uint8Array): Promise<void> => {
    if (over || host.signal.aborted) throw cancelled();
    await handle.write(bytes);
  };
  const { message, session } =
    request.plaintext === true ? { message: plainWriter(out) } : await sealedMessage(host, request, out);
  const packer = packerFor(request.compression ?? "zstd", message.write, request.level);
  const book = manifest();
  const partial: Partial[] = [];
  try {
    const tar = tarWriter(packer);
    await packAll(host, request, tar, book, partial);
    const closed = book.close(closingMeta(request, createdAt));
    await writeManifest(tar, closed, host.clock.now());
    await tar.finish();
    return { ...(await message.finish()), ...(session === undefined ? {} : { session }), closed, partial };
  } finally {
    over = true;
    packer.abort();
  }
}

async function sealedMessage(
  host: SealHost,
  { recipients, passphrase }: SealRequest,
  out: Out,
): Promise<{ readonly message: MessageWriter; readonly session: Uint8Array }> {
  const session = host.random(32);
  const keys = recipients.map((recipient) => recipient.key);
  const esk = await sessionPackets(host, session, keys, passphrase);
  return { message: messageWriter({ esk, session, prefix: host.random(16) }, out), session };
}

async function packAll(
  host: SealHost,
  request: SealRequest,
  tar: TarWriter,
  book: Manifest,
  partial: Partial[],
): Promise<void> {
  const tell = (part: number): void => {
    const { entries, plainBytes } = book.counts();
    request.onProgress?.({ phase: "sealing", entries, bytes: plainBytes + part });
  };
  const state = {
    host,
    tar,
    manifest: book,
    links: new Map<string, string>(),
    partial,
    contentOf: request.contentOf,
    onPart: tell,
  };
  const own = [request.outFile, `${request.outFile}.partial`].map((real) => ({
    real,
    reason: "this archive itself",
  }));
  for await (const found of walk(
    host,
    request.roots,
    [...(request.excludes ?? []), ...own],
    request.leaveOut,
  )) {
    await pack(state, found);
    tell(0);
  }
}

function closingMeta({ kind, meta }: SealRequest, createdAt: string): ManifestMeta {
  return {
    ...meta.about,
    kind,
    createdAt,
    host: meta.hostname,
    tool: meta.tool,
    ...(meta.caseId === undefined ? {} : { case: meta.caseId }),
    ...(meta.journalHead === undefined ? {} : { journalHead: meta.journalHead }),
  };
}

async function writeManifest(tar: TarWriter, closed: ClosedManifest, now: Date): Promise<void> {
  const mtimeNs = BigInt(now.getTime()) * 1_000_000n;
  await tar.header({
    path: manifestName,
    type: "file",
    size: closed.size,
    mode: 0o600,
    uid: 0,
    gid: 0,
    mtimeNs,
  });
  for (const chunk of closed.chunks()) await tar.bytes(chunk);
  await tar.pad(closed.size);
}
