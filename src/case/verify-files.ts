import { join, normalize } from "node:path";
import type { Host } from "../host/host.ts";
import { ClawError, codeOf, messageOf } from "../model/errors.ts";
import { shown } from "../model/text.ts";
import { archivePath } from "./archives.ts";
import { evidenceFolder } from "./evidence.ts";
import { hashFile } from "./file-hash.ts";
import type { Findings, Tally } from "./verification.ts";
import type { JournalCheck, VouchedFile } from "./verify-journal.ts";

/** Everything below evidence/, relative to the case folder. */
export async function evidenceNames(
  host: Host,
  folder: string,
  { problems }: Findings,
): Promise<readonly string[]> {
  try {
    return (await host.fs.list(join(folder, evidenceFolder))).map(({ name }) => `${evidenceFolder}/${name}`);
  } catch (error) {
    problems.push(`the evidence folder cannot be read: ${messageOf(error)}`);
    return [];
  }
}

/** Artifacts and archives against what the journal says of them. */
export async function checkFiles(
  host: Host,
  folder: string,
  names: readonly string[],
  { files, archives }: JournalCheck,
  findings: Findings,
): Promise<Record<"artifacts" | "archives", Tally> & { readonly sealed: readonly string[] }> {
  const known = new Set(files.map(({ file }) => file));
  let added = 0;
  for (const name of names) {
    if (known.has(name)) continue;
    if (name.endsWith(".partial")) {
      findings.notes.push(`${shown(name)} was left by a run that ended while writing it`);
      continue;
    }
    added += 1;
    findings.problems.push(`${shown(name)} is not in the journal`);
  }
  const plain = await compare(host, files, (one) => join(folder, normalize(`/${one.file}`)), findings);
  const sealed = await compare(
    host,
    [...archives.values()],
    (one) => archivePath(folder, one.file),
    findings,
  );
  return {
    artifacts: { checked: plain.checked, altered: plain.altered + added, missing: plain.missing },
    archives: { checked: sealed.checked, altered: sealed.altered, missing: sealed.missing },
    sealed: sealed.same,
  };
}

async function compare(
  host: Host,
  files: readonly VouchedFile[],
  pathOf: (file: VouchedFile) => string,
  { problems, notes }: Findings,
): Promise<Tally & { readonly same: readonly string[] }> {
  const same: string[] = [];
  let altered = 0;
  let missing = 0;
  for (const one of files) {
    const path = pathOf(one);
    const state = await stateOf(host, path, one);
    if (state === "same") {
      same.push(path);
      continue;
    }
    if (state === "missing" && (await stateOf(host, `${path}.partial`, one)) === "same") {
      notes.push(`${shown(one.file)} is whole but still has its .partial name`);
      continue;
    }
    if (state === "missing") missing += 1;
    else altered += 1;
    problems.push(`${shown(one.file)} ${state === "missing" ? "is missing" : state}`);
  }
  return { checked: files.length, altered, missing, same };
}

async function stateOf(host: Host, path: string, said: VouchedFile): Promise<string> {
  try {
    const stat = await host.fs.stat(path);
    if (stat === undefined) return "missing";
    if (stat.kind !== "file") return `was replaced by a ${stat.kind}`;
    const { bytes, sha256 } = await hashFile(host, path);
    return bytes === said.bytes && sha256 === said.sha256 ? "same" : "was changed";
  } catch (error) {
    if (error instanceof ClawError && error.exit === "cancelled") throw error;
    return codeOf(error) === "ENOENT" ? "missing" : `cannot be read (${messageOf(error)})`;
  }
}
