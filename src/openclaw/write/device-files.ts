/**
 * Devices as the layouts before 2026.8 keep them: one object by id in each file. In 2026.6 and 2026.7 the tables of later
 * versions are there, empty, and the gateway goes by these files; since 2026.8 it takes over what it finds in them at its start.
 */
import type { Host } from "../../host/host.ts";
import { ClawError, messageOf } from "../../model/errors.ts";
import { dict, str } from "../../model/json.ts";
import type { Place } from "../../model/records.ts";
import { shown } from "../../model/text.ts";
import type { Installation } from "../types.ts";
import { dropMembers } from "./json-members.ts";
import { recordFile, writeRecords } from "./record-file.ts";
import type { RecordFile } from "./record-file.ts";
import type { NotWritten } from "./types.ts";

export interface RemovedFromFiles {
  readonly changed: readonly Place[];
  /** Device ids. */
  readonly paired: readonly string[];
  /** Request ids. */
  readonly pending: readonly string[];
  /** Devices that the removed requests were of. */
  readonly asking: readonly string[];
  readonly setupTokens: number;
  /** Paired devices that were there before. */
  readonly before: readonly string[];
  readonly notWritten: readonly NotWritten[];
}

/** `id` is the key inside an entry that names its device; a setup token (since 2026.3) names one only once it was used. */
const files = [
  { name: "devices/paired.json", holds: "paired", id: "deviceId" },
  { name: "devices/pending.json", holds: "pending", id: "deviceId" },
  { name: "nodes/paired.json", holds: "paired", id: "nodeId" },
  { name: "nodes/pending.json", holds: "pending", id: "nodeId" },
  { name: "devices/bootstrap.json", holds: "setup tokens", id: "deviceId" },
] as const;
type Kind = (typeof files)[number];

/** Each file for itself: one that cannot be changed is said in `notWritten`, and the others are changed nevertheless. */
export async function removeFromFiles(
  host: Host,
  installation: Installation,
  ids: readonly string[] | "all",
): Promise<RemovedFromFiles> {
  let done: RemovedFromFiles = {
    changed: [],
    paired: [],
    pending: [],
    asking: [],
    setupTokens: 0,
    before: [],
    notWritten: [],
  };
  for (const file of files) done = joined(done, await removeFromFile(host, installation, file, ids));
  return done;
}

function joined(a: RemovedFromFiles, b: Partial<RemovedFromFiles>): RemovedFromFiles {
  const both = (one: readonly string[], other: readonly string[] = []): readonly string[] => [
    ...new Set([...one, ...other]),
  ];
  return {
    changed: [...a.changed, ...(b.changed ?? [])],
    paired: both(a.paired, b.paired),
    pending: both(a.pending, b.pending),
    asking: both(a.asking, b.asking),
    setupTokens: a.setupTokens + (b.setupTokens ?? 0),
    before: both(a.before, b.before),
    notWritten: [...a.notWritten, ...(b.notWritten ?? [])],
  };
}

async function removeFromFile(
  host: Host,
  installation: Installation,
  kind: Kind,
  ids: readonly string[] | "all",
): Promise<Partial<RemovedFromFiles>> {
  try {
    const file = await recordFile(host, installation, kind.name);
    if (file === undefined) return {};
    const entries = entriesOf(file, kind);
    const before = kind.holds === "paired" ? entries.map(({ device }) => device) : [];
    const wanted = ids === "all" ? undefined : new Set(ids);
    const gone =
      wanted === undefined ? entries : entries.filter(({ names }) => names.some((n) => wanted.has(n)));
    if (gone.length === 0) return { before };
    const keys = new Set(gone.map(({ key }) => key));
    await writeRecords(
      host,
      installation,
      file,
      dropMembers(file.text, (key) => keys.has(key)),
    );
    return { before, ...resultOf(file, kind, gone) };
  } catch (error) {
    if (host.signal.aborted) throw error;
    const hint = error instanceof ClawError && error.hint !== undefined ? ` (${error.hint})` : "";
    return { notWritten: [{ todo: `${shown(messageOf(error), 300)}${hint}` }] };
  }
}

interface Entry {
  readonly key: string;
  readonly device: string;
  /** What it may be asked for by. */
  readonly names: readonly string[];
}

function entriesOf({ value }: RecordFile, { holds, id }: Kind): readonly Entry[] {
  return Object.entries(value).map(([key, entry]) => {
    const named = str(dict(entry)[id]);
    if (holds !== "paired") return { key, device: named ?? "", names: named === undefined ? [] : [named] };
    // The gateway looks a device up by its key and lists it by the id inside: either names it.
    return { key, device: named ?? key, names: [key, named ?? key] };
  });
}

function resultOf(
  { shown: path }: RecordFile,
  { holds }: Kind,
  gone: readonly Entry[],
): Partial<RemovedFromFiles> {
  // The key of a setup token may be the token itself.
  if (holds === "setup tokens") return { changed: [{ path }], setupTokens: gone.length };
  const changed = gone.map(({ key }) => ({ path, locator: key }));
  const devices = gone.map(({ device }) => device);
  return holds === "paired"
    ? { changed, paired: devices }
    : { changed, pending: gone.map(({ key }) => key), asking: devices };
}
