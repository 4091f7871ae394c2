/** What a drill found, as a verdict. Pure. */
import { exits } from "../../model/errors.ts";
import { str } from "../../model/json.ts";
import { shown } from "../../model/text.ts";
import type { Findings } from "./findings.ts";
import type { DatabaseCheck, DrillRequest, DrillResult, GatewayCheck } from "./types.ts";

export interface Drill {
  readonly request: Pick<DrillRequest, "archive" | "dueDays" | "gateway">;
  readonly found: Findings;
  readonly startedAt: string;
  readonly endedAt: Date;
}

const dayMs = 86_400_000;

export function judge({ request, found, startedAt, endedAt }: Drill): DrillResult {
  const { databases, gateway, restoreSeconds, error } = found;
  const problems = [...problemsOf(found)];
  const unchecked = error === undefined ? [...uncheckedOf(request, found)] : [];
  const passed = problems.length === 0;
  return {
    archive: request.archive,
    sha256: found.sha256 ?? null,
    ...originOf(found),
    startedAt,
    endedAt: endedAt.toISOString(),
    restoreSeconds,
    recoverySeconds: recoveryOf(restoreSeconds, gateway),
    files: countsOf(found),
    databases,
    config: configOf(found),
    gateway,
    verdict: passed ? "pass" : "fail",
    problems,
    unchecked,
    notes: [...found.notes, ...databases.flatMap(({ notes }) => notes), ...partialNotes(found)],
    // What failed is due again as soon as it is repaired.
    nextDue: new Date(endedAt.getTime() + (passed ? request.dueDays * dayMs : 0)).toISOString(),
    exit: error === undefined ? exitOf(found, problems, unchecked) : exits[error.exit],
  };
}

function originOf({ contents }: Findings): Pick<DrillResult, "kind" | "archivedAt" | "bytes"> {
  const { kind, createdAt } = contents?.manifest?.closing ?? {};
  return {
    kind: kind === "backup" || kind === "evidence" ? kind : "unknown",
    archivedAt: str(createdAt) ?? null,
    bytes: contents?.plainBytes ?? 0,
  };
}

function countsOf({ compared, contents }: Findings): DrillResult["files"] {
  if (compared === undefined) return { expected: contents?.files ?? 0, matched: 0, missing: 0, different: 0 };
  const { expected, matched, missing, different } = compared;
  return { expected, matched, missing, different };
}

function configOf({ restored }: Findings): DrillResult["config"] {
  const outcome = restored?.installation.config.outcome;
  return {
    valid: outcome === "ok" || outcome === "partial",
    version: restored?.installation.version ?? null,
  };
}

function recoveryOf(restoreSeconds: number | null, gateway: GatewayCheck): number | null {
  if (restoreSeconds === null) return null;
  const starting = "skipped" in gateway ? 0 : gateway.seconds;
  return Math.round((restoreSeconds + starting) * 10) / 10;
}

function exitOf(found: Findings, problems: readonly string[], unchecked: readonly string[]): number {
  if (isDamaged(found)) return exits.tampered;
  if (problems.length > 0) return exits.failed;
  return unchecked.length > 0 ? exits.partial : exits.ok;
}

/** The archive holds something else than a sound state: that is damage. A gateway that does not come up is a failure. */
function isDamaged({ compared, databases }: Findings): boolean {
  const differs = compared !== undefined && compared.missing + compared.different > 0;
  return differs || databases.some(({ state }) => state === "damaged");
}

function* problemsOf(found: Findings): Generator<string> {
  const { error, compared, databases, gateway } = found;
  if (error !== undefined) yield sentence(error.message);
  yield* compared?.problems ?? [];
  for (const one of databases) if (one.state === "damaged") yield databaseSentence(one, "is damaged");
  yield* configProblems(found);
  if (!("skipped" in gateway) && !gateway.ready)
    yield sentence(
      `the gateway on the restored copy did not become ready: ${gateway.reason ?? "no reason is known"}`,
    );
}

function* configProblems({ restored, contents }: Findings): Generator<string> {
  const config = restored?.installation.config;
  if (config?.outcome === "invalid" || config?.outcome === "denied")
    yield sentence(`the config cannot be read: ${config.reason ?? config.path}`);
  // An archive of somebody else's may hold something else on purpose.
  if (config?.outcome === "missing" && contents?.manifest !== undefined)
    yield sentence(`there is no config in the archive: ${config.path}`);
}

function* uncheckedOf(request: Pick<DrillRequest, "gateway">, found: Findings): Generator<string> {
  const { compared, databases, contents, gateway } = found;
  yield* compared?.unchecked ?? [];
  for (const one of databases)
    if (one.state === "unchecked") yield databaseSentence(one, "could not be checked");
  if (contents !== undefined && contents.manifest === undefined)
    yield "The archive has no manifest (claw-ir did not make it): that it is whole was checked, and nothing says what it should hold.";
  yield* configUnchecked(found);
  if ("skipped" in gateway && !request.gateway.start && !request.gateway.asked)
    yield sentence(`the gateway was not started: ${gateway.reason}`);
}

function* configUnchecked({ restored, contents }: Findings): Generator<string> {
  const config = restored?.installation.config;
  if (config === undefined) yield "No OpenClaw state was found in it: config and gateway were not checked.";
  if (config?.outcome === "partial") yield sentence(`the config was read in part: ${config.reason ?? ""}`);
  if (config?.outcome === "missing" && contents?.manifest === undefined)
    yield "No config of OpenClaw is in it.";
}

/** Changed or vanished while it was read: archived as read, and that is what was checked. */
function* partialNotes({ contents }: Findings): Generator<string> {
  const { partial = [], counts } = contents?.manifest ?? {};
  for (const { path, reason } of partial.slice(0, 5))
    yield sentence(`sealed in part: ${shown(path)} (${shown(reason, 200)})`);
  const more = (counts?.partial ?? 0) - Math.min(partial.length, 5);
  if (more > 0) yield `And ${more} others were sealed in part.`;
}

function databaseSentence({ path, integrity }: DatabaseCheck, what: string): string {
  return sentence(`${shown(path)} ${what}: ${integrity}`);
}

function sentence(text: string): string {
  const trimmed = shown(text, 600).replace(/[.\s]+$/, "");
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}.`;
}
