/** Proves that an archive can be restored, by restoring it: into a folder that is removed again, and as far as a running gateway. */
import { join } from "node:path";
import { openArchive, type OpenLimits } from "../../archive/index.ts";
import { hashFile } from "../../case/file-hash.ts";
import { recordRun } from "../../case/status.ts";
import type { Host } from "../../host/host.ts";
import { cancelled, ClawError, codeOf, exits, messageOf } from "../../model/errors.ts";
import { bytesText, shown } from "../../model/text.ts";
import { extract } from "../restore/extract.ts";
import { checkDatabases } from "./databases.ts";
import { rehearse } from "./gateway.ts";
import { compare, recorded } from "./ledger.ts";
import { restoredState } from "./restored.ts";
import { keepResult } from "./results.ts";
import type { Findings } from "./findings.ts";
import { makeScratch, removeLeftovers, type Scratch } from "./scratch.ts";
import { checkSpace } from "./space.ts";
import { type DrillLimits, drillLimits, type DrillRequest, type DrillResult } from "./types.ts";
import { judge } from "./verdict.ts";

export interface Drilled {
  readonly result: DrillResult;
  /** What broke it off: damage, a wrong key, a full disk. */
  readonly error?: ClawError;
}

/**
 * The result is kept in the data folder, with the drill's line in status.json. Rejects with `cancelled()` on Ctrl-C, and for
 * wrong use, after everything was ended and removed; nothing is kept then.
 */
export async function runDrill(host: Host, request: DrillRequest): Promise<Drilled> {
  const startedAt = host.clock.now().toISOString();
  const found: Findings = {
    databases: [],
    restoreSeconds: null,
    gateway: { skipped: true, reason: "it did not come so far" },
    notes: [],
  };
  try {
    await inScratch(host, request, found);
  } catch (error) {
    const trouble = host.signal.aborted ? error : troubleOf(error, request);
    if (host.signal.aborted || !(trouble instanceof ClawError)) throw trouble;
    if (trouble.exit === "usage" || trouble.exit === "notFound" || trouble.exit === "cancelled")
      throw trouble;
    found.error = trouble;
  }
  await hashFile(host, request.archive).then(
    ({ sha256 }) => (found.sha256 = sha256),
    () => undefined,
  );
  if (host.signal.aborted) throw cancelled();
  const endedAt = host.clock.now();
  const result = judge({ request, found, startedAt, endedAt });
  await keep(host, request, result, found.error);
  return { result, ...(found.error === undefined ? {} : { error: found.error }) };
}

async function inScratch(host: Host, request: DrillRequest, found: Findings): Promise<void> {
  const parent = request.scratchParent ?? request.dataDir;
  const limits: DrillLimits = { ...drillLimits, ...request.limits };
  for (const place of new Set([parent, request.dataDir]))
    found.notes.push(...(await removeLeftovers(host, place)));
  const most = await checkSpace(host, request.archive, parent);
  const scratch = await makeScratch(host, parent);
  try {
    await restoreAndCheck(host, request, { scratch, found, limits, most });
    await startIfWished(host, request, { scratch, found, limits });
  } finally {
    request.progress.start("Removing what was restored");
    await scratch.remove();
  }
}

/** What the disk or SQLite says while a copy is written or changed is no word on the archive. */
function troubleOf(error: unknown, { scratchParent, dataDir }: DrillRequest): unknown {
  const code = codeOf(error);
  if (error instanceof ClawError || code === undefined || !/^(?:E[A-Z0-9]+|SQLITE_.+)$/.test(code))
    return error;
  const isFull = /^(?:ENOSPC|EDQUOT|EFBIG|SQLITE_FULL)$/.test(code);
  const where = shown(scratchParent ?? dataDir);
  return new ClawError(
    isFull
      ? `there is no space left in ${where} (${code})`
      : `the drill broke off in ${where}: ${shown(messageOf(error))}`,
    {
      exit: "failed",
      code: isFull ? "no-space" : "drill-broke-off",
      hint: "nothing is left of it; name a folder on another disk with --scratch DIR",
      cause: error,
    },
  );
}

interface Stage {
  readonly scratch: Scratch;
  readonly found: Findings;
  readonly limits: DrillLimits;
}

async function restoreAndCheck(
  host: Host,
  request: DrillRequest,
  { scratch, found, limits, most }: Stage & { readonly most: OpenLimits },
): Promise<void> {
  const { progress, archive, unlock } = request;
  const since = host.clock.monotonic();
  const into = join(scratch.folder, "restored");
  const ledger = join(scratch.folder, "hashes.jsonl");
  await host.fs.mkdir(into);
  progress.start("Restoring into a private folder");
  found.extracted = await extract(host, {
    events: recorded(host, openArchive(host, archive, unlock, most), ledger),
    into,
    onProgress: ({ entries, bytes }) => progress.detail(`${entries} entries, ${bytesText(bytes)}`),
  });
  found.contents = found.extracted.contents;
  found.notes.push(...found.extracted.notes);
  progress.start("Reading every file again");
  found.compared = await compare(host, ledger, into, (done) => progress.detail(`${done} files`));
  progress.start("Checking every database");
  found.databases = await checkDatabases(host, into, found.extracted.databases, limits.countMs, (name) =>
    progress.detail(shown(name, 60)),
  );
  const restored = await restoredState(host, into, found.contents.manifest?.closing);
  if (restored !== undefined) found.restored = restored;
  found.restoreSeconds = Math.round((host.clock.monotonic() - since) / 10) / 100;
}

async function startIfWished(
  host: Host,
  request: DrillRequest,
  { scratch, found, limits }: Stage,
): Promise<void> {
  const { gateway, progress } = request;
  const { restored } = found;
  if (!gateway.start) found.gateway = { skipped: true, reason: gateway.reason };
  else if (restored === undefined)
    found.gateway = { skipped: true, reason: "the archive holds no OpenClaw state" };
  else if (
    restored.installation.config.outcome !== "ok" &&
    restored.installation.config.outcome !== "partial"
  )
    found.gateway = { skipped: true, reason: "the restored config cannot be read" };
  else {
    progress.start("Starting a gateway on the restored copy");
    const { check, notes } = await rehearse(host, request, scratch, restored, limits);
    found.gateway = check;
    found.notes.push(...notes);
  }
}

async function keep(
  host: Host,
  { dataDir, scheduled, archive }: DrillRequest,
  result: DrillResult,
  error: ClawError | undefined,
): Promise<void> {
  await keepResult(host, dataDir, result);
  const { startedAt, endedAt, exit, restoreSeconds, nextDue } = result;
  const failed = exit === exits.ok || exit === exits.partial ? {} : failure(result, error);
  await recordRun(host, dataDir, "drill", {
    startedAt,
    endedAt,
    exit,
    ...failed,
    archive,
    ...(restoreSeconds === null ? {} : { restoreSeconds }),
    nextDue,
    scheduled,
  });
}

function failure({ problems }: DrillResult, error: ClawError | undefined): { code: string; message: string } {
  if (error !== undefined) return { code: error.code, message: shown(messageOf(error), 300) };
  return { code: "drill-failed", message: shown(problems[0] ?? "the drill failed", 300) };
}
