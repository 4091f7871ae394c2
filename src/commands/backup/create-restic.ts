/** `backup create --via restic`: the same backup, kept in a restic repository instead of an archive. */
import { ClawError, exits } from "../../model/errors.ts";
import { bytesText, counted, durationText, shown } from "../../model/text.ts";
import { backupPlan, removeLeftovers, withBackupLock } from "../../preserve/index.ts";
import { resticBackup, type ResticResult } from "../../preserve/offsite/index.ts";
import type { Scene } from "../incident.ts";
import { progressOn } from "../present/progress.ts";
import { watched } from "./after-create.ts";
import { keepOf, repositoryOf } from "./after-options.ts";
import type { CreateOptions } from "./create-options.ts";

export async function createInRepository(at: Scene, options: CreateOptions): Promise<number> {
  const repository = repositoryOf(options);
  if (repository === undefined) throw new TypeError("without a repository");
  checkClash(options);
  return watched(at, options, async () => {
    const made = await make(at, options, repository);
    tell(at, options, { ...made, repository: repository.repository });
    const [first] = made.partial;
    return {
      exit: first === undefined ? exits.ok : exits.partial,
      archive: `restic:${made.snapshot}`,
      ...(first === undefined ? {} : { message: `in part: ${first.path}: ${first.reason}` }),
    };
  });
}

/** What belongs to an archive makes no sense here, and must not be left out in silence. */
function checkClash({ kind, output, copyTo, plaintext, recipient }: CreateOptions): void {
  const clash = [
    ...(kind === "evidence" ? ["--kind evidence (evidence stays one file)"] : []),
    ...(output === undefined ? [] : ["-o"]),
    ...(copyTo === undefined ? [] : ["--copy-to"]),
    ...(plaintext === undefined ? [] : ["--plaintext"]),
    ...(recipient === undefined ? [] : ["--recipient (the repository has its own password)"]),
  ];
  if (clash.length === 0) return;
  throw new ClawError(`--via restic cannot be used with ${clash.join(", ")}`, {
    exit: "usage",
    code: "restic-options",
    hint: "leave one of them away",
  });
}

async function make(
  { host, dataDir, installation }: Scene,
  options: CreateOptions,
  repository: NonNullable<ReturnType<typeof repositoryOf>>,
): Promise<ResticResult> {
  const progress = progressOn(host);
  const keep = keepOf(options);
  try {
    return await withBackupLock(host, dataDir, async () => {
      await removeLeftovers(host, dataDir);
      const { target } = installation;
      return resticBackup(host, {
        ...repository,
        plan: await backupPlan(host, installation, dataDir),
        stateDir: target.toHost(target.stateDir),
        dataDir,
        ...(keep === undefined ? {} : { keep }),
        mayInit: () =>
          host.prompt.confirm({
            id: "restic.init",
            message: `There is no repository at ${shown(repository.repository)}. Make one there?`,
            default: true,
            explicit: true,
          }),
        say: (text) => progress.start(text),
      });
    });
  } finally {
    progress.stop();
  }
}

function tell(
  { host: { terminal } }: Scene,
  { json, scheduled }: CreateOptions,
  made: ResticResult & { readonly repository: string },
): void {
  const { snapshot, id, bytes, files, plainBytes, createdAt, durationMs, partial, verified, forgotten } =
    made;
  if (json === true) {
    const archive = `restic:${snapshot}`;
    const shared = { archive, bytes, sha256: id, createdAt, files, plainBytes, durationMs, recipients: [] };
    const more = { kind: "backup", partial, verified, repository: made.repository, forgotten };
    terminal.out(`${JSON.stringify({ ...shared, ...more })}\n`);
    return;
  }
  for (const { path, reason } of partial.slice(0, 10))
    terminal.err(`in part: ${shown(path)}: ${shown(reason)}\n`);
  if (scheduled === true) return;
  terminal.out(
    [
      `saved as restic:${snapshot} in ${durationText(durationMs)}: ${counted(files, "file")}, ${bytesText(plainBytes)}, ${bytesText(bytes)} added`,
      "  5 % of the repository was read back and is whole",
      ...(forgotten > 0 ? [`  ${counted(forgotten, "older one")} removed`] : []),
      "",
    ].join("\n"),
  );
}
