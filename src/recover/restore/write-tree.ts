/** What both ways of restoring do between the check of the archive and the last rename. */
import { openArchive } from "../../archive/index.ts";
import type { Host } from "../../host/host.ts";
import { type Checked, checkArchive, checkSame } from "./check.ts";
import { type Extracted, extract } from "./extract.ts";
import { type Prepared, prepareState } from "./prepare.ts";
import type { RestoreRequest } from "./request.ts";
import { storedNames } from "./selection.ts";
import type { Staging } from "./staging.ts";
import { writingTrouble } from "./writing-trouble.ts";

/** The first pass: nothing is written. */
export async function checkFirst(host: Host, request: RestoreRequest): Promise<Checked> {
  const { archive, unlock, only, maxBytes, progress } = request;
  progress.start("Verifying the archive");
  return checkArchive(host, {
    archive,
    unlock,
    ...(only === undefined ? {} : { only: storedNames(only) }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    onProgress: progress.detail,
  });
}

export interface WrittenTree {
  readonly extracted: Extracted;
  readonly prepared: Prepared;
}

/**
 * The second pass, into the staging folder, and what has to be done to the state before it may start; on the disk when it
 * resolves. `only` are stored names. In place the values in force are taken over.
 */
export async function writeTree(
  host: Host,
  request: RestoreRequest,
  checked: Checked,
  staging: Staging,
  { only, inPlace }: { readonly only: readonly string[] | undefined; readonly inPlace: boolean },
): Promise<WrittenTree> {
  const { archive, unlock, progress } = request;
  progress.start("Restoring");
  const extracted = await extractInto(host, checked, staging, {
    events: openArchive(host, archive, unlock),
    only,
    onProgress: progress.detail,
  });
  checkSame(checked.contents, extracted.contents);
  progress.start("Applying what was revoked since");
  const prepared = await prepareState(host, {
    tree: staging.tree,
    about: checked.about,
    ...(checked.createdAt === undefined ? {} : { createdAt: checked.createdAt }),
    dataDir: request.dataDir,
    fingerprintKey: request.fingerprintKey,
    asIs: request.asIs,
    ...(inPlace ? { inForce: request.installation } : {}),
  });
  progress.start("Waiting for the disk");
  await ontoDisk(host, staging.tree);
  return { extracted, prepared };
}

async function extractInto(
  host: Host,
  { survey, limits }: Checked,
  { tree }: Staging,
  {
    events,
    only,
    onProgress,
  }: Pick<Parameters<typeof extract>[1], "events" | "onProgress"> & {
    readonly only: readonly string[] | undefined;
  },
): Promise<Extracted> {
  try {
    return await extract(host, {
      events,
      into: tree,
      limits,
      stead: survey.stead,
      ...(only === undefined ? {} : { only }),
      ...(onProgress === undefined ? {} : { onProgress }),
    });
  } catch (error) {
    throw writingTrouble(error, tree);
  }
}

/** One call for the whole file system: a sync of each of thousands of files would take minutes. */
async function ontoDisk(host: Host, folder: string): Promise<void> {
  const whole = ["sync"] as const;
  const argv = host.facts.platform === "linux" ? ([...whole, "-f", folder] as const) : whole;
  const done = await host.run(argv, { timeoutMs: 600_000 });
  // Without the program, or with an older one, at least the folder is written.
  if (done.code !== 0) await host.fs.syncDir(folder);
}
