/** How much a backup will be, before it is made: for the progress, and to see whether there is room. */
import { basename } from "node:path";
import { type Exclude, type LeaveOut, type Root, walk } from "../../archive/index.ts";
import type { Host } from "../../host/host.ts";
import { bytesText } from "../../model/text.ts";
import type { Listed } from "./listing.ts";

export interface Expected {
  readonly plainBytes: number;
  /** Of the archive, at most about. */
  readonly bytes: number;
  /** Where the figures come from: a look at every file, or the last backup. */
  readonly from: "files" | "last";
}

/** The last archive of the kind, if there is one. */
export function expectedFromLast(listed: readonly Listed[], kind: string): Expected | undefined {
  const last = listed.find((one) => one.kind === kind && one.problem === undefined);
  return last === undefined ? undefined : { plainBytes: last.plainBytes, bytes: last.bytes, from: "last" };
}

/** Asks for the size of every file. Text shrinks to a third and media hardly, so half is what to have room for. */
export async function expectedFromFiles(
  host: Pick<Host, "fs" | "signal">,
  {
    roots,
    excludes = [],
    leaveOut,
  }: {
    readonly roots: readonly Root[];
    readonly excludes?: readonly Exclude[];
    readonly leaveOut?: LeaveOut;
  },
): Promise<
  Expected & {
    readonly files: number;
    readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
  }
> {
  let plainBytes = 0;
  let files = 0;
  const leftOut: { path: string; reason: string }[] = [];
  for await (const { stat, excluded, name } of walk(host, roots, excludes, leaveOut)) {
    if (excluded !== undefined) {
      if (excluded.list !== true) leftOut.push({ path: name, reason: excluded.reason });
      continue;
    }
    if (stat?.kind !== "file") continue;
    plainBytes += stat.size;
    files += 1;
  }
  return { plainBytes, bytes: Math.ceil(plainBytes / 2), from: "files", files, leftOut };
}

/** A warning if the archive may not fit; undefined where it will, or where nobody can say. */
export async function roomWarning(
  host: Pick<Host, "fs">,
  folder: string,
  { bytes, from }: Expected,
): Promise<string | undefined> {
  const free = await host.fs.free(folder).catch(() => undefined);
  if (free === undefined || free >= bytes * 1.1) return undefined;
  const told =
    from === "last" ? `the last one took ${bytesText(bytes)}` : `it may take about ${bytesText(bytes)}`;
  return `only ${bytesText(free)} are free in ${basename(folder)}, and ${told}: if it does not fit, nothing is left behind; write it elsewhere with -o`;
}
