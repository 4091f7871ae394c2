/** A backup into a restic repository: staged, saved, thinned out, checked. */
import type { Host } from "../../../host/host.ts";
import { ClawError } from "../../../model/errors.ts";
import { dict, num, str, type Dict } from "../../../model/json.ts";
import { shown } from "../../../model/text.ts";
import type { Keep } from "../../backup/retention.ts";
import { messagesOf, type Repository, resticOf, type Restic, type ResticRun } from "./client.ts";
import { resticScratch } from "./scratch.ts";
import { clawTag, findSnapshot, snapshotsBy, stateTag } from "./snapshots.ts";
import { stage, stageName, type Staged, type StagePlan } from "./stage.ts";

export interface ResticBackup extends Repository {
  readonly plan: StagePlan;
  /** Path of the state folder on the examined host: what snapshots belong together by. */
  readonly stateDir: string;
  /** claw-ir's folder: the stage lies in it while the backup is made. */
  readonly dataDir: string;
  readonly keep?: Keep;
  /** Asked where there is no repository yet; false: then that is the error. */
  readonly mayInit: () => Promise<boolean>;
  readonly say?: (text: string) => void;
}

export interface ResticResult {
  /** The beginning of its id. */
  readonly snapshot: string;
  /** The whole id: the SHA-256 of the snapshot as restic keeps it. */
  readonly id: string;
  /** Added to the repository. */
  readonly bytes: number;
  readonly files: number;
  readonly plainBytes: number;
  readonly createdAt: string;
  readonly durationMs: number;
  readonly partial: readonly { readonly path: string; readonly reason: string }[];
  /** A part of the repository's data was read back and is whole. */
  readonly verified: boolean;
  /** Snapshots that forget removed. */
  readonly forgotten: number;
}

const quickMs = 10 * 60_000;
const longMs = 12 * 3600_000;

/** Throws as `resticOf` does. Exit 3 of restic is no error here: what it could not read is in `partial`. */
export async function resticBackup(host: Host, request: ResticBackup): Promise<ResticResult> {
  const { plan, say = (): void => undefined } = request;
  const odd = plan.roots.find(({ real, as }) => real !== as);
  if (odd !== undefined) {
    throw new ClawError(
      "restic keeps paths as they are on this machine: a mounted disk cannot be saved with it",
      {
        exit: "usage",
        code: "restic-not-live",
        hint: "leave --via restic away: an archive keeps the paths of the examined host",
      },
    );
  }
  const restic = resticOf(host, request);
  await ensureRepository(restic, request);
  const startedAt = host.clock.monotonic();
  const createdAt = host.clock.now().toISOString();
  const scratch = await resticScratch(host, request.dataDir);
  try {
    const folder = `${scratch}/${stageName}`;
    await host.fs.mkdir(folder, { mode: 0o700 });
    say("copying the databases, hashing the files");
    const staged = await stage(host, folder, plan);
    say("saving into the repository");
    const saved = await save(host, restic, request, { staged, scratch });
    const forgotten = await forget(host, restic, request);
    say("checking the repository");
    await restic(["check", "--read-data-subset=5%"], { timeoutMs: longMs });
    const durationMs = Math.round(host.clock.monotonic() - startedAt);
    return { ...saved, createdAt, durationMs, forgotten, verified: true };
  } finally {
    await host.fs.removeScratch(scratch);
  }
}

async function ensureRepository(restic: Restic, { mayInit }: ResticBackup): Promise<void> {
  try {
    await restic(["cat", "config"], { timeoutMs: quickMs });
  } catch (error) {
    if (!(error instanceof ClawError) || error.code !== "no-repository" || !(await mayInit())) throw error;
    await restic(["init"], { timeoutMs: quickMs });
  }
}

function belonging(host: Host, { stateDir }: ResticBackup): readonly string[] {
  return ["--host", host.facts.hostname, "--tag", `${clawTag},${stateTag(stateDir)}`];
}

async function save(
  host: Host,
  restic: Restic,
  request: ResticBackup,
  { staged, scratch }: { readonly staged: Staged; readonly scratch: string },
): Promise<Pick<ResticResult, "snapshot" | "id" | "bytes" | "files" | "plainBytes" | "partial">> {
  // The stage has another path each time, so that restic would not find what it has to compare with.
  const [parent] = await snapshotsBy(restic, ["--host", host.facts.hostname]);
  const run = await restic(
    [
      "backup",
      "--json",
      ...belonging(host, request),
      ...(parent === undefined ? [] : ["--parent", parent.id]),
      ...staged.leftOut.flatMap((path) => ["--exclude", literal(path)]),
      "--",
      // Relative, so that it stands at the snapshot's root and not below this run's folder.
      stageName,
      ...staged.paths,
    ],
    { timeoutMs: longMs, cwd: scratch, partial: true },
  );
  const partial = [...staged.partial, ...unread(run)];
  const summary = messagesOf(run.stdout).find((one) => one["message_type"] === "summary");
  const { snapshot, bytes } = summaryOf(summary);
  const { id } = await findSnapshot(restic, snapshot);
  return { snapshot, bytes, id, files: staged.counts.files, plainBytes: staged.counts.plainBytes, partial };
}

function summaryOf(summary: Dict | undefined): Pick<ResticResult, "snapshot" | "bytes"> {
  const snapshot = str(summary?.["snapshot_id"]);
  if (snapshot !== undefined) return { snapshot, bytes: num(summary?.["data_added"]) ?? 0 };
  throw new ClawError("restic did not say which snapshot it made", {
    exit: "failed",
    code: "restic-failed",
    hint: "look with restic snapshots",
  });
}

/** What restic could not read; with exit 3 there is at least one line of it. */
function unread({ code, stdout, stderr }: ResticRun): ResticResult["partial"] {
  const errors = messagesOf(`${stdout}\n${stderr}`).filter((one) => one["message_type"] === "error");
  const found = errors.map((one) => ({
    path: str(one["item"]) ?? "",
    reason: shown(str(dict(one["error"])["message"]) ?? "restic could not read it"),
  }));
  if (code === 0 || found.length > 0) return found;
  return [{ path: "", reason: "restic could not read everything" }];
}

/** A pattern of restic's that means this path alone. */
function literal(path: string): string {
  return path.replaceAll(/[\\*?[\]]/g, "\\$&");
}

/** Of this host and state only; grouped by neither path, because the stage's differs each time. */
async function forget(host: Host, restic: Restic, request: ResticBackup): Promise<number> {
  const keep = Object.entries(request.keep ?? {}).flatMap(([what, count]) => [
    `--keep-${what}`,
    String(count),
  ]);
  if (keep.length === 0) return 0;
  const argv = ["forget", "--json", "--prune", "--group-by", "host", ...belonging(host, request), ...keep];
  const before = await snapshotsBy(restic, ["--host", host.facts.hostname]);
  await restic(argv, { timeoutMs: longMs });
  const after = await snapshotsBy(restic, ["--host", host.facts.hostname]);
  return before.length - after.length;
}
