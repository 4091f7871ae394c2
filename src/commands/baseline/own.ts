/** claw-ir's own baseline as the sub-commands find it. */
import { compareOwn, type OwnBaseline, type OwnDiff, openOwn, baselineFolder } from "../../analyse/index.ts";
import type { GitCommit, Host } from "../../host/host.ts";
import { ClawError } from "../../model/errors.ts";
import type { Scene } from "../incident.ts";
import type { Seen } from "./observe.ts";

export function noBaseline(): ClawError {
  return new ClawError("there is no baseline yet", {
    exit: "notFound",
    code: "no-baseline",
    hint: "claw-ir baseline init shows what it would trust, and asks",
  });
}

/** Opens it for `work`, and closes it. Undefined where there is none. */
export async function withOwn<T>(
  host: Host,
  dataDir: string,
  scratch: string,
  work: (own: OwnBaseline | undefined) => Promise<T>,
): Promise<T> {
  const own = await openOwn(host, dataDir, scratch);
  try {
    return await work(own);
  } finally {
    await own?.close();
  }
}

export async function compare(at: Scene, seen: Seen, own: OwnBaseline, commit: GitCommit): Promise<OwnDiff> {
  const { now, readings, state, redact } = seen;
  const taken = await own.taken(commit);
  return compareOwn({
    old: await own.holding(commit.commit),
    now,
    commit: taken.commit,
    at: taken.at,
    today: at.host.clock.now().toISOString(),
    folder: baselineFolder(at.dataDir),
    configWrites: readings.configWrites,
    transcripts: state.transcripts(),
    redact,
  });
}

export function declined(message: string): ClawError {
  return new ClawError(message, {
    exit: "cancelled",
    code: "declined",
    hint: "--dry-run shows the same and asks nothing",
  });
}
