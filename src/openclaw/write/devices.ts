/**
 * Takes devices out of the state while the gateway is down. OpenClaw's own command needs a running gateway and leaves no trace of
 * what it removed; this one says what was there. Tried on 2026.9.6: the next start accepts it, the removed devices' tokens are
 * refused.
 */
import type { Host } from "../../host/host.ts";
import { inUse } from "../../model/leftover.ts";
import type { Device } from "../../model/device-records.ts";
import type { Place } from "../../model/records.ts";
import { openState } from "../state.ts";
import type { Installation } from "../types.ts";
import { removeFromFiles } from "./device-files.ts";
import { removeRows } from "./device-rows.ts";
import { sha256Of } from "./live-file.ts";
import type { NotWritten } from "./types.ts";

export interface RemovedDevices {
  readonly changed: readonly Place[];
  /** SHA-256 over the sorted ids of the paired devices. */
  readonly before: string;
  readonly after: string;
  /** Device ids. */
  readonly paired: readonly string[];
  /** Request ids. */
  readonly pending: readonly string[];
  readonly bootstrapTokens: number;
  readonly joinCodes: number;
  /** Ids that were asked for and were nowhere. */
  readonly notFound: readonly string[];
  readonly remaining: readonly string[];
  /** Empty only if everything that was asked for is gone: what stands here still lets somebody in. */
  readonly notWritten: readonly NotWritten[];
}

/**
 * Removes the named devices with their tokens, pending requests and setup tokens, or with "all" every device, every pending
 * request, every setup token and every join code: out of the tables and out of the files of earlier layouts, whichever are there.
 * Afterwards the state is read again as every other part reads it, from copies below `scratchDir`: what it still holds is in
 * `notWritten`. Rotate the gateway token as well: whoever holds it pairs again from this host without being asked.
 */
export async function removeDevices(
  host: Host,
  installation: Installation,
  ids: readonly string[] | "all",
  scratchDir: string,
): Promise<RemovedDevices> {
  // The tables first: what they refuse leaves everything as it was.
  const rows = await removeRows(host, installation, ids);
  const files = await removeFromFiles(host, installation, ids);
  const left = await readable(host, installation, scratchDir);
  const isWanted = (id: string): boolean => ids === "all" || ids.includes(id);
  const still = left.filter(({ id }) => isWanted(id));
  const known = new Set([...rows.before, ...rows.asking, ...files.before, ...files.asking]);
  const before = sorted([...rows.before, ...files.before]);
  const remaining = sorted(left.filter(({ state }) => state === "paired").map(({ id }) => id));
  return {
    changed: [...rows.changed, ...files.changed],
    before: digest(before),
    after: digest(remaining),
    paired: without([...rows.paired, ...files.paired], still),
    pending: [...new Set([...rows.pending, ...files.pending])],
    bootstrapTokens: rows.bootstrapTokens + files.setupTokens,
    joinCodes: rows.joinCodes,
    notFound: ids === "all" ? [] : ids.filter((id) => !known.has(id)),
    remaining,
    notWritten: [
      ...files.notWritten,
      ...still.map(({ id, place }) => ({
        place,
        todo: `device ${id} can still be read in ${place.path}: remove it there by hand while the gateway is down`,
      })),
    ],
  };
}

/** Leftovers let nobody in. */
async function readable(
  host: Host,
  installation: Installation,
  scratchDir: string,
): Promise<readonly Device[]> {
  const state = await openState(host, installation, scratchDir, { only: ["state"] });
  try {
    return inUse(state.devices().records);
  } finally {
    await state.close();
  }
}

function without(ids: readonly string[], still: readonly { readonly id: string }[]): readonly string[] {
  return [...new Set(ids)].filter((id) => !still.some((one) => one.id === id));
}

function sorted(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)].sort();
}

function digest(ids: readonly string[]): string {
  return sha256Of(ids.join("\n"));
}
