/** Reads what a table is made of, from copies in a folder that is gone afterwards, and lets the marks judge it. */
import { judge, marks, surveyTranscripts } from "../../analyse/index.ts";
import { createRedactor } from "../../case/index.ts";
import { readKey } from "../../case/data-dir.ts";
import { ownedScratch } from "../../case/owned-scratch.ts";
import type { Redactor } from "../../case/types.ts";
import { createReadings, someReadings, type Sources } from "../../collectors/index.ts";
import type { Host } from "../../host/host.ts";
import { cancelled } from "../../model/errors.ts";
import { unread, type Reading } from "../../model/outcome.ts";
import type { ReadingKind, ReadingSet } from "../../model/readings.ts";
import { openState, type StateReader } from "../../openclaw/index.ts";
import { abortReason } from "../abort-reason.ts";
import type { Scene } from "../incident.ts";
import type { Look, Seen } from "./look.ts";

type Calls = ReturnType<typeof surveyTranscripts>;

export async function gather(at: Scene, look: Look, since: string | undefined): Promise<Seen> {
  const { host, installation } = at;
  const key = await readKey(host, at.dataDir).catch(() => undefined);
  const redactor = createRedactor(key ?? host.random(32));
  const { readings, calls } = await readAll(at, look, redactor);
  const read = new Set<string>([...look.kinds, "configFile", ...(look.calls === true ? ["calls"] : [])]);
  await breathe(host);
  const judgement = judge(
    marks.filter((mark) => mark.needs.every((need) => read.has(need)) && isAbout(mark.needs, look)),
    {
      readings,
      calls,
      config: installation.config,
      gatewayPort: installation.gatewayPort,
      window: since === undefined ? {} : { since },
      now: host.clock.now().toISOString(),
      known: {},
      redact: (text) => redactor.text(text),
    },
  );
  const { findings, notEvaluated } = judgement;
  const missed = unreadOf(look, readings, calls);
  return {
    ...{ host, installation, redactor, readings, since },
    findings,
    // What could not be read is told once, not again for every rule.
    notEvaluated: notEvaluated.filter(({ reason }) => !missed.includes(reason)),
    unread: missed,
    lasting: key !== undefined,
  };
}

/** Marks of the config alone are no row's. */
function isAbout(needs: readonly string[], { kinds, calls }: Look): boolean {
  return needs.some((need) => kinds.some((kind) => kind === need) || (need === "calls" && calls === true));
}

async function readAll(
  at: Scene,
  look: Look,
  redactor: Redactor,
): Promise<{ readonly readings: ReadingSet; readonly calls: Calls }> {
  const { host, installation, target } = at;
  const kinds = new Set<ReadingKind>(look.kinds);
  const sources: Sources = { host, target, installation, redactor, readings: createReadings() };
  if (!installation.found) {
    const [problem = "no state of OpenClaw was found"] = installation.problems;
    return { readings: await someReadings(kinds, sources), calls: unread("missing", problem) };
  }
  host.terminal.progress("  … copying the databases that are needed");
  return withState(at, look, redactor, async (state) => {
    for (const { secret } of (await state.credentials()).records)
      if (secret !== undefined) redactor.learn(secret);
    host.terminal.progress(`  … reading ${look.name}`);
    const readings = await someReadings(kinds, { ...sources, state });
    await breathe(host);
    return {
      readings,
      calls: look.calls === true ? survey(state, redactor) : unread("missing", "not asked"),
    };
  });
}

/** Databases are read in one go: a Ctrl-C of that time is heard here. */
async function breathe(host: Host): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (host.signal.aborted) throw abortReason(host) ?? cancelled();
}

function survey(state: StateReader, redactor: Redactor): Calls {
  return surveyTranscripts(state.transcripts(), (text) => redactor.text(text));
}

async function withState<T>(
  { host, installation, dataDir }: Scene,
  { databases }: Look,
  redactor: Redactor,
  work: (state: StateReader) => Promise<T>,
): Promise<T> {
  const scratch = await ownedScratch(host, await placeFor(host, dataDir), "claw-ir-list-");
  try {
    const state = await openState(host, installation, scratch, {
      only: databases,
      fingerprintKey: redactor.key,
    });
    try {
      return await work(state);
    } finally {
      await state.close();
    }
  } finally {
    host.terminal.progress("");
    await host.fs.removeScratch(scratch);
  }
}

/** Looking makes no data folder: where there is none yet, copies lie in the folder for temporary files. */
async function placeFor(host: Host, dataDir: string): Promise<string> {
  return (await host.fs.stat(dataDir).catch(() => undefined)) === undefined ? host.facts.tmp : dataDir;
}

function unreadOf({ kinds, calls: hasCalls }: Look, readings: ReadingSet, calls: Calls): readonly string[] {
  const all: readonly Reading<unknown>[] = [
    ...kinds.map((kind): Reading<unknown> => readings[kind]),
    ...(hasCalls === true ? [calls] : []),
  ];
  return [...new Set(all.flatMap(({ outcome, reason }) => (outcome === "ok" ? [] : [reason ?? outcome])))];
}
