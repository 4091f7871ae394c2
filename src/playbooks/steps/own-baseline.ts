/** claw-ir's own baseline beside what this run has read: for the comparison, and for what a person has vouched for. */
import {
  type Holding,
  knownOf,
  observe,
  type Observed,
  openOwn,
  type OwnBaseline,
  vouchedIn,
} from "../../analyse/index.ts";
import type { MarkInput } from "../../analyse/index.ts";
import { mechanismsOf } from "../../collectors/index.ts";
import type { GitCommit } from "../../host/host.ts";
import { messageOf } from "../../model/errors.ts";
import type { ReadingSet } from "../../model/readings.ts";
import type { StepContext } from "../types.ts";
import { openCopies } from "./collect.ts";
import { sources } from "./run-collectors.ts";

type Found =
  | {
      readonly state: "found";
      readonly old: Holding & { readonly problems: readonly string[] };
      readonly now: Observed;
      readonly taken: GitCommit;
      readonly readings: ReadingSet;
    }
  | { readonly state: "none" | "unreadable"; readonly reason: string };

const none =
  "claw-ir has no baseline of its own: what changed since a known-good time cannot be told of devices, jobs, grants and what the host starts; once this is over, claw-ir baseline init takes one";

export async function ownBaseline(context: StepContext): Promise<Found> {
  return opened(context, async (own) => {
    const old = await own.holding(own.head.commit);
    // A review alone says who vouched for what, and nothing was taken yet.
    if (old.coverage.size === 0) return { state: "none", reason: none };
    const { readings, now } = await observed(context);
    return { state: "found", old, now, readings, taken: await own.taken(own.head) };
  });
}

/** What the baseline and its reviews make known; nothing where there is none that can be read. */
export async function knownHere(context: StepContext): Promise<MarkInput["known"]> {
  const known = await opened(context, async (own) => {
    const old = await own.holding(own.head.commit);
    return {
      state: "known" as const,
      known: knownOf(old, (await observed(context)).now, context.host.clock.now().toISOString()),
    };
  });
  return known.state === "known" ? known.known : {};
}

/** Ids of devices that a review marked as to be removed. */
export async function devicesToRemove(context: StepContext): Promise<readonly string[]> {
  const found = await opened(context, async (own) => ({
    state: "said" as const,
    ids: vouchedIn(await own.holding(own.head.commit)).flatMap(({ thing, verdict, id }) =>
      thing === "device" && verdict === "remove" ? [id] : [],
    ),
  }));
  return found.state === "said" ? found.ids : [];
}

/** The permissions that the baseline has, by `grantId` without secrets; undefined where none was taken that could see them. */
export async function grantsInBaseline(
  context: StepContext,
): Promise<{ readonly ids: ReadonlySet<string>; readonly at: string } | undefined> {
  const found = await opened(context, async (own) => {
    const { coverage, records } = await own.holding(own.head.commit);
    if (!coverage.has("grants")) return { state: "none" as const, reason: none };
    const ids = [...records.values()].flatMap(({ thing, id }) => (thing === "grant" ? [id] : []));
    return { state: "kept" as const, ids: new Set(ids), at: (await own.taken(own.head)).at };
  });
  return found.state === "kept" ? found : undefined;
}

async function opened<T>(
  { case: subject, host, options }: StepContext,
  work: (own: OwnBaseline) => Promise<T>,
): Promise<T | { readonly state: "none" | "unreadable"; readonly reason: string }> {
  try {
    const own = await openOwn(host, options.dataDir, await subject.scratch());
    if (own === undefined) return { state: "none", reason: none };
    try {
      return await work(own);
    } finally {
      await own.close();
    }
  } catch (error) {
    if (host.signal.aborted) throw error;
    return { state: "unreadable", reason: `claw-ir's own baseline could not be read: ${messageOf(error)}` };
  }
}

async function observed(
  context: StepContext,
): Promise<{ readonly readings: ReadingSet; readonly now: Observed }> {
  const { redactor } = context.case;
  await openCopies(context);
  const from = await sources(context);
  const readings = await from.readings.all(from);
  return {
    readings,
    now: observe(
      readings,
      { mark: redactor.mark, redact: (text) => redactor.text(text) },
      await mechanismsOf(from),
    ),
  };
}
