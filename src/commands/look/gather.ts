/** Reads what a table is made of, from copies in a folder that is gone afterwards, and lets the marks judge it. */
import { judge, marks, surveyTranscripts } from "../../analyse/index.ts";
import { createRedactor } from "../../case/index.ts";
import { readKey } from "../../case/data-dir.ts";
import { ownedScratch } from "../../case/owned-scratch.ts";
import type { Redactor } from "../../case/types.ts";
import { createReadings, endedSources, someReadings, type Sources } from "../../collectors/index.ts";
import type { Host } from "../../host/host.ts";
import { cancelled } from "../../model/errors.ts";
import { unread, type Reading } from "../../model/outcome.ts";
import type { ReadingKind, ReadingSet } from "../../model/readings.ts";
import { openState, type StateReader } from "../../openclaw/index.ts";
import { abortReason } from "../abort-reason.ts";
import type { Scene } from "../incident.ts";
import { knownHere } from "./known.ts";
import type { Look, LookOptions, Seen } from "./look.ts";

const noState = "OpenClaw's state was not read";

type Calls = ReturnType<typeof surveyTranscripts>;

export async function gather(
  at: Scene,
  look: Look,
  { options, since }: { readonly options: LookOptions; readonly since: string | undefined },
): Promise<Seen> {
  const { host, installation, dataDir } = at;
  const key = await readKey(host, dataDir).catch(() => undefined);
  const redactor = createRedactor(key ?? host.random(32));
  const { readings, mechanisms, calls, known } = await inScratch(at, async (scratch) => {
    const read = await readAll(at, look, { options, redactor, scratch });
    return { ...read, known: await knownHere(at, look, { redactor, readings: read.readings, scratch }) };
  });
  await breathe(host);
  const { findings, notEvaluated } = judge(marksFor(look, mechanisms), {
    readings,
    mechanisms,
    calls,
    config: installation.config,
    gatewayPort: installation.gatewayPort,
    window: since === undefined ? {} : { since },
    now: host.clock.now().toISOString(),
    known: known.known,
    redact: (text) => redactor.text(text),
  });
  const missed = unreadOf(look, readings, calls).map((reason) =>
    // The readings only know that there is none.
    installation.found ? reason : reason.replace(noState, installation.problems[0] ?? noState),
  );
  return {
    ...{ host, installation, redactor, readings, since, findings },
    // What could not be read is told once, not again for every rule.
    notEvaluated: notEvaluated.filter(({ reason }) => !missed.includes(reason)),
    unread: [...missed, ...known.problems],
    lapsed: known.lapsed,
    leftOut: look.full === undefined || options.full === true ? [] : [look.full],
    lasting: key !== undefined,
  };
}

/** What can be judged from what is read. What is merely worth knowing is no row's mark. */
function marksFor(look: Look, ended: Mechanisms): readonly Mark[] {
  const read = new Set<string>([...look.kinds, "configFile", ...(look.calls === true ? ["calls"] : [])]);
  return marks
    .filter(
      ({ needs, severity }) =>
        severity !== "info" && needs.every((need) => read.has(need)) && isAbout(needs, look),
    )
    .flatMap((mark) => {
      if (mark.mechanisms === undefined) return [mark];
      // The others were left out on purpose, which is told as such.
      const mechanisms = mark.mechanisms.filter((id) => ended.has(id));
      return mechanisms.length === 0 ? [] : [{ ...mark, mechanisms }];
    });
}

type Mechanisms = Awaited<ReturnType<typeof endedSources>>;
type Mark = (typeof marks)[number];

/** Marks of the config alone are no row's. */
function isAbout(needs: readonly string[], { kinds, calls }: Look): boolean {
  return needs.some((need) => kinds.some((kind) => kind === need) || (need === "calls" && calls === true));
}

interface Wanted {
  readonly options: LookOptions;
  readonly redactor: Redactor;
  readonly scratch: string;
}

async function readAll(
  at: Scene,
  look: Look,
  { options, redactor, scratch }: Wanted,
): Promise<{ readonly readings: ReadingSet; readonly mechanisms: Mechanisms; readonly calls: Calls }> {
  const { host, installation, target } = at;
  const kinds = new Set<ReadingKind>(look.kinds);
  const sources: Sources = {
    ...{ host, target, installation, redactor, readings: createReadings() },
    scratch: () => Promise.resolve(scratch),
  };
  if (!installation.found) {
    const [problem = "no state of OpenClaw was found"] = installation.problems;
    const readings = await someReadings(kinds, sources, picksOf(look, options));
    return {
      readings,
      mechanisms: await endedIn(look, options, sources),
      calls: unread("missing", problem),
    };
  }
  host.terminal.progress("  … copying the databases that are needed");
  const state = await openState(host, installation, scratch, {
    only: look.databases,
    fingerprintKey: redactor.key,
  });
  try {
    await breathe(host);
    for (const { secret } of (await state.credentials()).records)
      if (secret !== undefined) redactor.learn(secret);
    host.terminal.progress(`  … reading ${look.name}`);
    const readings = await someReadings(kinds, { ...sources, state }, picksOf(look, options));
    await breathe(host);
    return {
      readings,
      mechanisms: await endedIn(look, options, { ...sources, state }),
      calls: look.calls === true ? survey(state, redactor) : unread("missing", "not asked"),
    };
  } finally {
    await state.close();
  }
}

/** Only where they were read. */
async function endedIn(look: Look, options: LookOptions, sources: Sources): Promise<Mechanisms> {
  return look.kinds.includes("persistence") ? endedSources(sources, picksOf(look, options)) : new Map();
}

function picksOf({ picks }: Look, options: LookOptions): Parameters<typeof someReadings>[2] {
  return picks === undefined ? undefined : (source) => picks(source, options);
}

/** Databases are read in one go: a Ctrl-C of that time is heard here. */
async function breathe(host: Host): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (host.signal.aborted) throw abortReason(host) ?? cancelled();
}

function survey(state: StateReader, redactor: Redactor): Calls {
  return surveyTranscripts(state.transcripts(), (text) => redactor.text(text));
}

async function inScratch<T>(at: Scene, work: (scratch: string) => Promise<T>): Promise<T> {
  const { host } = at;
  const scratch = await ownedScratch(host, await placeFor(host, at.dataDir), "claw-ir-list-");
  try {
    return await work(scratch);
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
