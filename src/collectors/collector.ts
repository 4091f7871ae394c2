/**
 * One source of evidence per collector. A collector reads and never changes anything; what it found, or why it found
 * nothing, becomes an artifact of the case with its outcome.
 */
import type { Case, KeepMeta, TextLine } from "../case/types.ts";
import type { Host } from "../host/host.ts";
import { cancelled, messageOf } from "../model/errors.ts";
import type { Artifact } from "../model/evidence.ts";
import type { Outcome } from "../model/outcome.ts";
import { durationText } from "../model/text.ts";
import type { Sources } from "./sources.ts";

export type CollectContext = Sources;

/** `records` may be lazy; `outcome` and `reason` are asked for when it has ended. */
export interface CollectResult {
  readonly outcome: Outcome;
  readonly reason?: string | undefined;
  readonly records: Iterable<unknown>;
  /** Binary files that the records speak of. Read after the last record. */
  readonly files?: Iterable<KeptFile>;
}

/** A binary file that becomes an artifact of its own, beside the collector's records. */
export interface KeptFile {
  /** Unique within the collector. */
  readonly name: string;
  readonly title: string;
  /** Called at most once. */
  readonly chunks: () => Iterable<Uint8Array>;
}

type Ending = Pick<CollectResult, "outcome" | "reason">;

/** As `CollectResult`, for what has a text format of its own: kept as lines of `file`. */
export interface LinesResult extends CollectResult {
  readonly file: string;
  readonly records: Iterable<TextLine>;
}

export interface Collector {
  /** Stable: findings and events name it as their artifact. */
  readonly id: string;
  readonly title: string;
  readonly stage: "volatile" | "collect";
  /** MITRE ATT&CK techniques this source can show. */
  readonly attack: readonly string[];
  /** Nothing of it is left on a dead disk. */
  readonly liveOnly: boolean;
  readonly timeoutMs: number;
  /** What root would add, as the end of "as root: …". */
  readonly rootAdds?: string;
  /**
   * It goes through so much of the host that some of it is always out of reach or beyond its limits: what it did not see is a
   * blind spot of the report, and the run is not done in part because of it.
   */
  readonly wide?: true;
  readonly collect: (context: CollectContext) => Promise<CollectResult | LinesResult>;
}

/**
 * Runs one collector within its time limit and keeps what it gave. A collector that throws is an artifact with outcome
 * "error", one that takes too long "timeout" (what had come until then is kept). Throws only when the run was cancelled
 * or the case itself cannot be written.
 */
export async function runCollector(
  host: Host,
  kase: Pick<Case, "evidence">,
  collector: Collector,
  context: CollectContext,
): Promise<Artifact> {
  const meta: KeepMeta = {
    id: collector.id,
    title: collector.title,
    stage: collector.stage,
    attack: collector.attack,
    startedAt: host.clock.now().toISOString(),
  };
  if (collector.liveOnly && !context.target.live) {
    const why = context.target.notLiveBecause ?? "the examined host is not the one claw-ir runs on";
    return kase.evidence.none(meta, "missing", `only a live host has it: ${why}`);
  }
  const deadline = host.clock.monotonic() + collector.timeoutMs;
  const result = await limited(host, collector, context);
  if (host.signal.aborted) throw cancelled();
  const ended = withRoot(collector, context, result);
  if ("file" in result)
    return kase.evidence.keepLines(
      meta,
      result.file,
      within(host, collector, ended, result.records, deadline),
    );
  const artifact = await kase.evidence.keepRecords(
    meta,
    within(host, collector, ended, result.records, deadline),
  );
  await keepFiles(host, kase, { ...meta, timeout: limitText(collector), deadline }, result.files ?? []);
  return artifact;
}

/** One artifact per file, until the time is up. */
async function keepFiles(
  host: Host,
  kase: Pick<Case, "evidence">,
  { timeout, deadline, ...meta }: KeepMeta & { readonly timeout: string; readonly deadline: number },
  files: Iterable<KeptFile>,
): Promise<void> {
  for (const { name, title, chunks } of files) {
    const own = { ...meta, id: `${meta.id}/${name}`, title, startedAt: host.clock.now().toISOString() };
    if (host.clock.monotonic() > deadline) await kase.evidence.none(own, "timeout", timeout);
    else await kase.evidence.keepBytes(own, name, chunks());
  }
}

/** The collector's result, or a result that says how it failed. */
async function limited(
  host: Host,
  collector: Collector,
  context: CollectContext,
): Promise<CollectResult | LinesResult> {
  const late: CollectResult = { outcome: "timeout", reason: limitText(collector), records: [] };
  // A real-time limit that, unlike a pending sleep, does not keep the process alive when it is not needed any more.
  const limit = AbortSignal.timeout(collector.timeoutMs);
  const ended = new Promise<CollectResult>((resolve) => {
    for (const signal of [limit, host.signal]) signal.addEventListener("abort", () => resolve(late));
  });
  const work = collector
    .collect(context)
    .catch((error: unknown): CollectResult => ({ outcome: "error", reason: messageOf(error), records: [] }));
  return Promise.race([work, ended]);
}

function limitText(collector: Collector): string {
  return `not done within ${durationText(collector.timeoutMs)}`;
}

/** Adds what root would show to the reason of a reading that was denied something. */
function withRoot(collector: Collector, context: CollectContext, result: Ending): Ending {
  const { rootAdds } = collector;
  if (rootAdds === undefined || context.host.facts.uid === 0) return result;
  return {
    get outcome() {
      return result.outcome;
    },
    get reason() {
      const blind = result.outcome === "partial" || result.outcome === "denied";
      return blind && result.reason !== undefined ? `${result.reason}; as root: ${rootAdds}` : result.reason;
    },
  };
}

/** Stops a lazy source at the deadline and turns its throws into an outcome. */
function within<T>(
  host: Host,
  collector: Collector,
  result: Ending,
  records: Iterable<T>,
  deadline: number,
): Ending & { readonly records: Iterable<T> } {
  let cut: { readonly outcome: Outcome; readonly reason: string } | undefined;
  function* bounded(): Generator<T> {
    let count = 0;
    try {
      for (const record of records) {
        if (host.clock.monotonic() > deadline) {
          cut = { outcome: "timeout", reason: `${limitText(collector)}; the first ${count} are kept` };
          return;
        }
        count += 1;
        yield record;
      }
    } catch (error) {
      cut = { outcome: count === 0 ? "error" : "partial", reason: messageOf(error) };
    }
  }
  return {
    records: bounded(),
    get outcome() {
      return (cut ?? result).outcome;
    },
    get reason() {
      return (cut ?? result).reason;
    },
  };
}
