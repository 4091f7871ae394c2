/**
 * Takes entries out of the lists that let somebody in or let something happen again, while the gateway is down: out of the tables, the
 * files of earlier layouts and the config, whichever hold them.
 */
import type { Host } from "../../host/host.ts";
import { entryId, entryText } from "../../model/grant-entry.ts";
import type { GrantEntry } from "../../model/grant-entry.ts";
import { inUse } from "../../model/leftover.ts";
import type { Reading } from "../../model/outcome.ts";
import type { Grant } from "../../model/records.ts";
import { shown } from "../../model/text.ts";
import { readConfig } from "../config.ts";
import { openState } from "../state.ts";
import type { Installation } from "../types.ts";
import { takeFromConfig } from "./grant-config.ts";
import { takeFromFiles } from "./grant-files.ts";
import type { TakenOut } from "./grant-result.ts";
import { takeFromRows } from "./grant-rows.ts";
import { sha256Of } from "./live-file.ts";
import type { NotWritten } from "./types.ts";

export interface RemovedGrants {
  /** One for each place; what was set to a closed value because of another entry is among them. */
  readonly taken: readonly TakenOut[];
  /** SHA-256 over the sorted ids of the entries in use. */
  readonly before: string;
  readonly after: string;
  /** What was asked for and was nowhere. */
  readonly notFound: readonly GrantEntry[];
  /** Empty only if everything that was asked for is gone: what stands here still lets somebody in. */
  readonly notWritten: readonly NotWritten[];
}

/**
 * Afterwards the state is read again as every other part reads it, from copies below `scratchDir`: what it still holds, or what could
 * not be read, is in `notWritten`.
 */
export async function removeGrants(
  host: Host,
  installation: Installation,
  entries: readonly GrantEntry[],
  scratchDir: string,
): Promise<RemovedGrants> {
  // The tables first: what they refuse leaves everything as it was.
  const rows = await takeFromRows(host, installation, entries);
  const files = await takeFromFiles(host, installation, entries);
  const config = await takeFromConfig(host, installation, entries);
  const taken = [...rows, ...files.taken, ...config.taken];
  const left = await readAgain(host, installation, scratchDir);
  const ids = new Set(left.records.flatMap(({ entry }) => (entry === undefined ? [] : [entryId(entry)])));
  const gone = new Set(taken.map(({ entry }) => entryId(entry)));
  const still = entries.filter((entry) => ids.has(entryId(entry)));
  const unread =
    left.outcome === "ok" || left.outcome === "missing"
      ? []
      : [{ todo: `whether all of it is gone could not be read: ${shown(left.reason ?? left.outcome, 300)}` }];
  return {
    taken,
    before: digest([...ids, ...gone]),
    after: digest([...ids]),
    notFound: entries.filter((entry) => !gone.has(entryId(entry)) && !ids.has(entryId(entry))),
    notWritten: [
      ...files.notWritten,
      ...config.notWritten,
      ...still.map((entry) => ({
        todo: `${shown(entryText(entry), 200)} can still be read: remove it by hand while the gateway is down`,
      })),
      ...unread,
    ],
  };
}

async function readAgain(
  host: Host,
  installation: Installation,
  scratchDir: string,
): Promise<Reading<Grant>> {
  const now = { ...installation, config: await readConfig(host, installation.target) };
  const state = await openState(host, now, scratchDir, { only: ["state"] });
  try {
    const reading = state.grants();
    return { ...reading, records: inUse(reading.records) };
  } finally {
    await state.close();
  }
}

function digest(ids: readonly string[]): string {
  return sha256Of([...new Set(ids)].sort().join("\n"));
}
