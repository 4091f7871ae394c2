/** What a baseline is made of and compared with, read from copies in a folder that is gone afterwards. */
import { fed, observe, type Observed } from "../../analyse/index.ts";
import { readKey } from "../../case/data-dir.ts";
import { createRedactor, fingerprintKey } from "../../case/index.ts";
import { ownedScratch } from "../../case/owned-scratch.ts";
import type { Redactor } from "../../case/types.ts";
import {
  createReadings,
  isQuick,
  kinds,
  mechanismsOf,
  someReadings,
  type Sources,
} from "../../collectors/index.ts";
import { ClawError } from "../../model/errors.ts";
import type { ReadingKind, ReadingSet } from "../../model/readings.ts";
import { openState, type StateReader } from "../../openclaw/index.ts";
import type { Scene } from "../incident.ts";

export interface Seen {
  readonly redactor: Redactor;
  readonly redact: (text: string) => string;
  readonly readings: ReadingSet;
  readonly now: Observed;
  readonly state: StateReader;
  /** For git: gone at the end. */
  readonly scratch: string;
}

export interface SeenWish {
  /** What is read will be kept, so that the key of its fingerprints must be, too. */
  readonly keeps: boolean;
  /** The marks will judge it: they need more than a baseline holds. */
  readonly judged: boolean;
}

/**
 * Reads everything once, and calls `work` while the copies are still open. Throws "no-state" (exit 10) where there is none.
 */
export async function withSeen<T>(at: Scene, wish: SeenWish, work: (seen: Seen) => Promise<T>): Promise<T> {
  const { host, target, installation } = at;
  if (!installation.found) {
    throw new ClawError("no OpenClaw state was found", {
      exit: "notFound",
      code: "no-state",
      hint: installation.problems[0] ?? "name it with --state-dir",
    });
  }
  return withScratch(at, async (scratch) => {
    // The key lives in the data folder, so that fingerprints can be compared over time.
    const known = await readKey(host, at.dataDir).catch(() => undefined);
    const key = known ?? (wish.keeps ? await fingerprintKey(host, at.dataDir) : host.random(32));
    const redactor = createRedactor(key);
    host.terminal.progress("  … copying the databases");
    const state = await openState(host, installation, scratch, { fingerprintKey: redactor.key });
    try {
      for (const { secret } of (await state.credentials()).records)
        if (secret !== undefined) redactor.learn(secret);
      const redact = (text: string): string => redactor.text(text);
      const sources: Sources = {
        ...{ host, target, installation, state, redactor, readings: createReadings() },
        scratch: () => Promise.resolve(scratch),
      };
      host.terminal.progress("  … reading what is there now");
      const wanted = new Set<ReadingKind>(wish.judged ? kinds : [...fed, "configWrites"]);
      const readings = await someReadings(wanted, sources, isQuick);
      const now = observe(readings, { mark: redactor.mark, redact }, await mechanismsOf(sources));
      host.terminal.progress("");
      return await work({ redactor, redact, readings, now, state, scratch });
    } finally {
      host.terminal.progress("");
      await state.close();
    }
  });
}

/** A folder for copies in the data folder. */
export async function withScratch<T>(
  { host, dataDir }: Pick<Scene, "host" | "dataDir">,
  work: (scratch: string) => Promise<T>,
): Promise<T> {
  const hasData = (await host.fs.stat(dataDir).catch(() => undefined)) !== undefined;
  const scratch = await ownedScratch(host, hasData ? dataDir : host.facts.tmp, "claw-ir-baseline-");
  try {
    return await work(scratch);
  } finally {
    await host.fs.removeScratch(scratch);
  }
}
