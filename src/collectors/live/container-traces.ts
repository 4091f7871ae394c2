import type { HostFact } from "../../model/live-records.ts";
import { str } from "../../model/json.ts";
import type { ContainerTrace } from "../../model/container-records.ts";
import { read, unread, type Reading } from "../../model/outcome.ts";
import { ask } from "../ask.ts";
import { sandboxesOf } from "../state/sandboxes.ts";
import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";
import type { Sources } from "../sources.ts";
import { isOpenclawContainer } from "./container-own.ts";

const difference = { timeoutMs: 8000, maxBytes: 2 << 20 } as const;
const said = { timeoutMs: 8000, maxBytes: 4 << 20 } as const;
const maxContainers = 20;
const maxLines = 2000;
const maxPaths = 5000;
const lineChars = 4096;

export interface ContainerChanges {
  readonly added: number;
  readonly changed: number;
  readonly deleted: number;
  /** "A /path", as `diff` prints it; what was added or deleted before what was changed. */
  readonly paths: readonly string[];
  /** Lines that are none of it: a newline in a name makes them. */
  readonly unreadable: number;
}

/** What `docker diff` or `podman diff` prints: pure. */
export function parseChanges(text: string): ContainerChanges {
  const lines = text.split("\n").filter((line) => line !== "");
  const named = lines.filter((line) => /^[ACD] \//.test(line));
  const of = (kind: string): readonly string[] => named.filter((line) => line.startsWith(kind));
  const [added, changed, deleted] = [of("A"), of("C"), of("D")];
  return {
    ...{ added: added.length, changed: changed.length, deleted: deleted.length },
    paths: [...added, ...deleted, ...changed].slice(0, maxPaths).map((line) => line.slice(0, lineChars)),
    unreadable: lines.length - named.length,
  };
}

export interface ContainerLine {
  readonly at?: string;
  readonly text: string;
}

/** A line of `logs -t`: the engine's own time, then what the container said. Pure. */
export function parseContainerLine(line: string): ContainerLine {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) ?/.exec(line);
  const ms = Date.parse(match?.[1] ?? "");
  if (match === null || Number.isNaN(ms)) return { text: line };
  return { at: new Date(ms).toISOString(), text: line.slice(match[0].length) };
}

interface Container {
  readonly engine: string;
  readonly id: string;
  readonly name: string;
}

function containerOf({ name, data }: HostFact): readonly Container[] {
  const [engine, id] = [str(data?.["engine"]), str(data?.["id"])];
  // It becomes an argument of the engine's.
  return engine !== undefined && id !== undefined && /^[0-9a-f]{12,64}$/.test(id)
    ? [{ engine, id, name }]
    : [];
}

export async function readContainerTraces(context: Sources): Promise<Reading<ContainerTrace>> {
  const { target, readings } = context;
  const reading = await readings.get("containers", context);
  const sandboxes = await sandboxesOf(context);
  const registered = new Set(sandboxes.records.map(({ name }) => name));
  const stateDir = target.toHost(target.stateDir);
  const own = reading.records
    .filter((fact) => registered.has(fact.name) || isOpenclawContainer(fact, stateDir))
    .flatMap(containerOf);
  if (own.length === 0) {
    if (reading.outcome !== "ok") return { ...reading, records: [] };
    return unread("missing", "none of the containers is OpenClaw's");
  }
  const reasons: string[] = reading.reason === undefined ? [] : [reading.reason];
  if (own.length > maxContainers)
    reasons.push(`of ${own.length} containers of OpenClaw's the first ${maxContainers} were looked at`);
  const records: ContainerTrace[] = [];
  const silent = new Set<string>();
  for (const container of own.slice(0, maxContainers)) {
    if (context.host.signal.aborted) break;
    for (const about of [changesOf, linesOf]) {
      // An engine that hangs for one container hangs for the next: it is not waited for again.
      if (silent.has(container.engine)) continue;
      const late = await about(context, container, records, reasons);
      if (late) silent.add(container.engine);
    }
  }
  if (silent.size > 0) reasons.push(`${[...silent].join(" and ")} was not asked any further`);
  return read(records, reasons);
}

type About = (
  context: Sources,
  container: Container,
  records: ContainerTrace[],
  reasons: string[],
) => Promise<boolean>;

/** What was written into the container since its image was made. True where the engine did not answer in time. */
const changesOf: About = async ({ host }, { engine, id, name }, records, reasons) => {
  const told = await ask(host, [engine, "diff", id], difference);
  if (!told.ok) {
    reasons.push(`${name}: ${told.reason}`);
    return told.outcome === "timeout";
  }
  const changes = parseChanges(
    told.cut ? told.stdout.slice(0, told.stdout.lastIndexOf("\n") + 1) : told.stdout,
  );
  const all = changes.added + changes.changed + changes.deleted;
  if (told.cut || all > maxPaths)
    reasons.push(`${name}: the first ${changes.paths.length} changed paths were kept`);
  if (changes.unreadable > 0)
    reasons.push(`${name}: ${changes.unreadable} lines of ${engine} diff make no sense`);
  records.push({ kind: "changes", engine, id, container: name, ...changes });
  return false;
};

/** The last of what it said, both streams; the engine's own copy ends with `rm`. */
const linesOf: About = async ({ host, redactor }, { engine, id, name }, records, reasons) => {
  const told = await ask(host, [engine, "logs", "--tail", String(maxLines), "-t", id], said);
  if (!told.ok) {
    reasons.push(`${name}: ${told.reason}`);
    return told.outcome === "timeout";
  }
  if (told.cut) reasons.push(`${name}: of its last ${maxLines} lines not all were kept`);
  for (const stream of ["stdout", "stderr"] as const) {
    const text = told[stream];
    // The end of what was cut off is a fragment: half a secret in it could not be recognised.
    const lines = (told.cut ? text.slice(0, text.lastIndexOf("\n") + 1) : text).split("\n");
    for (const line of lines.filter((each) => each !== "").slice(0, maxLines)) {
      const { at, text: words } = parseContainerLine(line);
      const kept = words.length > lineChars ? redactor.text(words).slice(0, lineChars) : words;
      records.push({
        kind: "line",
        engine,
        container: name,
        stream,
        ...(at === undefined ? {} : { at }),
        text: kept,
      });
    }
  }
  return false;
};

export const containerTraces: Collector = {
  id: "container-traces",
  title: "What was changed in OpenClaw's containers, and what they said",
  stage: "collect",
  attack: ["T1610", "T1059", "T1105"],
  liveOnly: true,
  timeoutMs: 90_000,
  rootAdds: "containers of other users and of the system",
  collect: fromReading("containerTraces"),
};
