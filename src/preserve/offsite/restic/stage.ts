/** What restic cannot make itself: consistent copies of the databases, and a manifest with the hash of every file. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  type Content,
  type ContentOf,
  type Exclude,
  type LeaveOut,
  manifest,
  manifestFacts,
  type ManifestCounts,
  manifestName,
  type Manifest,
  type Root,
  walk,
  type WalkFound,
} from "../../../archive/index.ts";
import type { FileStat, Host, ReadHandle } from "../../../host/host.ts";
import { cancelled, codeOf, messageOf } from "../../../model/errors.ts";

/** What a backup holds, as for an archive. */
export interface StagePlan {
  readonly roots: readonly Root[];
  readonly excludes?: readonly Exclude[];
  readonly leaveOut?: LeaveOut;
  /** Consistent copies of databases. */
  readonly contentOf?: ContentOf;
  /** What a restore has to know of the state; goes into the manifest's closing line. */
  readonly about?: Readonly<Record<string, string | readonly string[]>>;
}

export interface Staged {
  /** Roots that are there: what restic is given. */
  readonly paths: readonly string[];
  /** Real paths that restic must leave out: databases (a copy is staged), what belongs to them, caches. */
  readonly leftOut: readonly string[];
  readonly partial: readonly { readonly path: string; readonly reason: string }[];
  readonly counts: ManifestCounts;
}

/** The folder of copies, manifest and list within a snapshot. */
export const stageName = "claw-ir-stage";
/** In it: stored path → number of the copy beside it. */
export const stagedList = "STAGED.json";

interface State {
  readonly host: Host;
  readonly folder: string;
  readonly plan: StagePlan;
  readonly manifest: Manifest;
  readonly copies: Record<string, string>;
  readonly leftOut: string[];
  readonly partial: { path: string; reason: string }[];
}

/** Fills `folder` (0700, ours). Files are hashed as they lie there; restic reads them a little later. */
export async function stage(host: Host, folder: string, plan: StagePlan): Promise<Staged> {
  const stagedAt = host.clock.now().toISOString();
  const state: State = {
    host,
    folder,
    plan,
    manifest: manifest(),
    copies: {},
    leftOut: [],
    partial: [],
  };
  for await (const found of walk(host, plan.roots, plan.excludes ?? [], plan.leaveOut))
    await one(state, found);
  const { chunks, counts } = state.manifest.close({ kind: "backup", stagedAt, ...plan.about });
  const out = await host.fs.create(join(folder, manifestName));
  try {
    for (const chunk of chunks()) await out.write(chunk);
    await out.finish();
  } catch (error) {
    await out.discard().catch(() => undefined);
    throw error;
  }
  await host.fs.writeAtomic(join(folder, stagedList), `${JSON.stringify(state.copies)}\n`);
  const paths: string[] = [];
  for (const { real } of plan.roots) if ((await host.fs.stat(real)) !== undefined) paths.push(real);
  return { paths, leftOut: state.leftOut, partial: state.partial, counts };
}

async function one(state: State, found: WalkFound): Promise<void> {
  const { name, real, stat, excluded } = found;
  if (stat === undefined) {
    missed(state, found, found.trouble ?? "could not be looked at");
    return;
  }
  const facts = { path: name, type: stat.kind, size: 0, ...manifestFacts(stat) };
  if (excluded !== undefined) {
    state.leftOut.push(real);
    state.manifest.add({ ...facts, stored: false, reason: excluded.reason });
  } else if (stat.kind === "file") await file(state, found, stat);
  else if (stat.kind === "symlink") {
    const link = await state.host.fs.readlink(real).catch(() => "");
    state.manifest.add({ ...facts, link });
  } else if (stat.kind === "dir") state.manifest.add(facts);
  else state.manifest.add({ ...facts, stored: false, reason: `a ${stat.kind} is listed and not read` });
}

function missed({ manifest: lines, partial }: State, { name, stat }: WalkFound, reason: string): void {
  const none = { mode: "0000", uid: 0, gid: 0, mtime: "1970-01-01T00:00:00.000000000Z" };
  const facts = stat === undefined ? none : manifestFacts(stat);
  lines.add({
    path: name,
    type: stat?.kind ?? "unknown",
    size: 0,
    ...facts,
    stored: false,
    reason,
    partial: true,
  });
  partial.push({ path: name, reason });
}

async function file(state: State, found: WalkFound, stat: FileStat): Promise<void> {
  let content: Content | undefined;
  try {
    content = await state.plan.contentOf?.(found.real, stat);
    if (content === undefined) await live(state, found);
    else await copied(state, found, content);
  } catch (error) {
    if (state.host.signal.aborted || codeOf(error) === "ENOSPC") throw error;
    missed(state, found, codeOf(error) ?? messageOf(error));
  } finally {
    content?.close();
  }
}

async function live(state: State, { name, real }: WalkFound): Promise<void> {
  const handle = state.host.fs.open(real);
  try {
    const sha256 = await read(state, handle);
    const { stat } = handle;
    state.manifest.add({ path: name, type: "file", size: stat.size, ...manifestFacts(stat), sha256 });
  } finally {
    handle.close();
  }
}

async function copied(state: State, { name, real }: WalkFound, content: Content): Promise<void> {
  const number = String(Object.keys(state.copies).length + 1).padStart(4, "0");
  const out = await state.host.fs.create(join(state.folder, number));
  try {
    const sha256 = await read(state, content, out.write);
    await out.finish();
    const trouble = await content.trouble?.();
    const { stat } = content;
    const why = trouble === undefined ? {} : { partial: true as const, reason: trouble };
    state.manifest.add({ path: name, type: "file", size: stat.size, ...manifestFacts(stat), sha256, ...why });
    if (trouble !== undefined) state.partial.push({ path: name, reason: trouble });
    state.copies[name] = number;
    state.leftOut.push(real);
  } catch (error) {
    await out.discard().catch(() => undefined);
    throw error;
  }
}

/** To the size it had when it was opened: what is appended meanwhile belongs to the next backup. */
async function read(
  { host }: State,
  handle: ReadHandle,
  write?: (bytes: Uint8Array) => Promise<void>,
): Promise<string> {
  const hash = createHash("sha256");
  const buffer = new Uint8Array(1024 * 1024);
  let left = handle.stat.size;
  while (left > 0) {
    if (host.signal.aborted) throw cancelled();
    const got = Math.min(handle.read(buffer), left);
    if (got === 0) break;
    hash.update(buffer.subarray(0, got));
    await write?.(buffer.subarray(0, got));
    left -= got;
  }
  return hash.digest("hex");
}
