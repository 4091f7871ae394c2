/** What claw-ir's own baseline and the reviews say of the things that a table lists. */
import { knownOf, observe, openOwn, runOut } from "../../analyse/index.ts";
import type { MarkInput } from "../../analyse/index.ts";
import type { Redactor } from "../../case/types.ts";
import { messageOf } from "../../model/errors.ts";
import type { ReadingSet } from "../../model/readings.ts";
import type { Scene } from "../incident.ts";
import type { Look } from "./look.ts";

interface WhatIsHere {
  readonly redactor: Redactor;
  readonly readings: ReadingSet;
  readonly scratch: string;
}

interface KnownHere {
  readonly known: MarkInput["known"];
  /** Reviews of what the table lists that have run out. */
  readonly lapsed: number;
  readonly problems: readonly string[];
}

const readingOf = {
  device: "devices",
  "authorized-key": "authorizedKeys",
  "cron-job": "cronJobs",
  skill: "skills",
} as const;

/** What a person has vouched for, kept with claw-ir's own baseline; nothing where there is none. */
export async function knownHere(
  { host, dataDir }: Scene,
  look: Look,
  { redactor, readings, scratch }: WhatIsHere,
): Promise<KnownHere> {
  try {
    const own = await openOwn(host, dataDir, scratch);
    if (own === undefined) return { known: {}, lapsed: 0, problems: [] };
    try {
      const tools = { mark: redactor.mark, redact: (text: string) => redactor.text(text) };
      const held = await own.holding(own.head.commit);
      const at = host.clock.now().toISOString();
      const lapsed = runOut(held, at).filter(({ thing }) => look.kinds.includes(readingOf[thing])).length;
      return { known: knownOf(held, observe(readings, tools), at), lapsed, problems: held.problems };
    } finally {
      await own.close();
    }
  } catch (error) {
    if (host.signal.aborted) throw error;
    return {
      known: {},
      lapsed: 0,
      problems: [`claw-ir's own baseline could not be read: ${messageOf(error)}`],
    };
  }
}
