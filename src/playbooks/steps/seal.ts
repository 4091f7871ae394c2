import { join } from "node:path";
import { archivesFolder } from "../../case/index.ts";
import type { ArchiveRecord } from "../../case/types.ts";
import { logPlaces, serviceFiles } from "../../openclaw/index.ts";
import { archiveName, sealArchive, type SealResult } from "../../archive/index.ts";
import { evidenceRoots, loadSigner } from "../../preserve/index.ts";
import { ClawError } from "../../model/errors.ts";
import { bytesText } from "../../model/text.ts";
import { headOf } from "../progress.ts";
import type { StepContext, StepResult } from "../types.ts";
import { chooseLock } from "./seal-lock.ts";
import { step } from "./step.ts";

export const seal = step({
  id: "preserve/seal",
  stage: "preserve",
  title: "Seal the state into an encrypted archive",
  mutates: "case",
  needsState: true,
  plan: ({ installation, options }) =>
    `pack ${installation.target.stateDir}, workspaces, logs and unit files as they are into an OpenPGP archive under ${options.dataDir}`,
  run: async (context) => {
    const lock = await chooseLock(context);
    try {
      return await writeArchive(context, lock);
    } catch (error) {
      throw sayHow(error, context);
    }
  },
});

/** A playbook has no -o: what a disk that is full or broken asks for here is room, or a case on another disk. */
function sayHow(error: unknown, { case: subject }: StepContext): unknown {
  if (!(error instanceof ClawError) || error.code !== "cannot-write-archive") return error;
  return new ClawError(error.message, {
    exit: error.exit,
    code: error.code,
    cause: error,
    hint: `make room in ${subject.info.path} and run claw-ir resume ${subject.info.id}, or begin anew with --data-dir on another disk; nothing was changed`,
  });
}

async function writeArchive(
  context: StepContext,
  lock: Awaited<ReturnType<typeof chooseLock>>,
): Promise<StepResult> {
  const { case: subject, host, installation, options } = context;
  const services = context.memory.gateway?.services ?? [];
  const plan = await evidenceRoots(
    host,
    installation,
    await logPlaces(host, installation),
    serviceFiles(services),
    options.dataDir,
  );
  const now = host.clock.now();
  const outFile = join(
    subject.info.path,
    archivesFolder,
    archiveName("evidence", host.facts.hostname, now, "zstd"),
  );
  const signer = await loadSigner(host, options.dataDir, context.say);
  await subject.journal.append("archive", { state: "started", file: outFile });
  const sealed = await sealArchive(host, {
    kind: "evidence",
    ...plan,
    outFile,
    ...lock,
    ...(signer === undefined ? {} : { signer }),
    meta: {
      hostname: host.facts.hostname,
      tool: `claw-ir ${host.facts.version}`,
      caseId: subject.info.id,
      journalHead: headOf(subject.journal).head,
    },
    onProgress: ({ phase, entries, bytes }) =>
      host.terminal.progress(`  … ${phase}: ${entries} files, ${bytesText(bytes)}`),
  });
  const record = recordOf(sealed);
  await subject.archives.add(record);
  const receipt = subject.redactor.json({ ...record, partial: record.partial.slice(0, 100) });
  const told = `${record.files} files, ${bytesText(record.plainBytes)} sealed into ${bytesText(record.bytes)}`;
  if (record.partial.length === 0) return { state: "done", reason: told, receipt };
  const first = record.partial.slice(0, 3).map(({ path, reason }) => `${path}: ${reason}`);
  const more = record.partial.length > 3 ? ` and ${record.partial.length - 3} more` : "";
  return { state: "partial", reason: `${told}; not whole: ${first.join(", ")}${more}`, receipt };
}

/** What the case remembers of an archive; the sidecar beside it says the rest. */
function recordOf(sealed: SealResult): ArchiveRecord {
  const { archive, kind, bytes, sha256, createdAt, files, plainBytes } = sealed;
  const { durationMs, recipients, passphrase, signedBy, partial, verified } = sealed;
  return {
    ...{ archive, kind, bytes, sha256, createdAt, files, plainBytes },
    ...{ durationMs, recipients, passphrase, partial, verified },
    ...(signedBy === undefined ? {} : { signedBy }),
  };
}
