import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { FileStat } from "../../host/host.ts";
import { read, type Reading } from "../../model/outcome.ts";
import type { Place } from "../../model/records.ts";
import type { TextFile } from "../../model/text-files.ts";
import { modifiedAt, readFile } from "../files.ts";
import { type AssignmentForm, maskedText } from "../persistence/assignment-text.ts";
import { formAt } from "../persistence/login/places.ts";
import type { Sources } from "../sources.ts";

const maxBytes = 262_144;
const maxFiles = 2000;

/** What OpenClaw 2026.9.6 puts before every conversation (workspace bootstrap files), and what older versions did. */
const identityNames = [
  ...["SOUL", "AGENTS", "IDENTITY", "USER", "TOOLS", "HEARTBEAT", "BOOT", "BOOTSTRAP", "MEMORY"],
  ...["CLAUDE", "WORKFLOW_AUTO"],
].map((name) => `${name}.md`);

/** Readings of files that run by being there; the file behind each of their records is read once. */
const named = ["systemdUser", "shellStartup", "hostCron"] as const;

/** Whole texts of the files that steer the agent or run by being there. Links are not followed by their last part. */
export async function readTexts(sources: Sources): Promise<Reading<TextFile>> {
  const { installation, target, readings } = sources;
  const found = new Map<string, TextFile>();
  const reasons: string[] = [];
  const add = async (kind: TextFile["kind"], path: string, agent?: string): Promise<void> => {
    if (found.has(path) || found.size >= maxFiles) return;
    const file = await textFile(sources, kind, path);
    if (typeof file === "string") reasons.push(file);
    else if (file !== undefined) found.set(path, agent === undefined ? file : { ...file, agent });
  };
  for (const { id, workspace } of installation.agents)
    for (const name of identityNames) await add("identity", target.toHost(posix.join(workspace, name)), id);
  for (const kind of named) {
    const records: readonly { readonly place: Place }[] = (await readings.get(kind, sources)).records;
    for (const { place } of records) await add(kind, place.path);
  }
  if (found.size >= maxFiles) reasons.push(`only the first ${maxFiles} texts were kept`);
  return read([...found.values()], reasons);
}

/** Undefined for what is not there; a sentence for what could not be read. */
async function textFile(
  sources: Sources,
  kind: TextFile["kind"],
  path: string,
): Promise<TextFile | string | undefined> {
  const { host, target } = sources;
  const real = target.toReal(path);
  const stat = await host.fs.stat(real).catch(() => undefined);
  if (stat?.kind === "symlink") return { ...factsOf(kind, path, stat), link: await host.fs.readlink(real) };
  const file = await readFile(sources, path, maxBytes);
  if (!file.ok) return file.outcome === "missing" ? undefined : file.reason;
  const text = file.whole ? asText(file.bytes) : undefined;
  return {
    ...factsOf(kind, file.path, file.stat),
    ...(file.whole ? { sha256: createHash("sha256").update(file.bytes).digest("hex") } : {}),
    ...(text === undefined ? {} : keptText(sources, kind, file.path, text)),
  };
}

/** Without the values of environment variables that no record shows either. */
function keptText(
  { redactor }: Sources,
  kind: TextFile["kind"],
  path: string,
  text: string,
): Pick<TextFile, "text" | "masked"> {
  const form = formOf(kind, path);
  if (form === "verbatim") return { text };
  const kept = form === undefined ? undefined : maskedText(redactor, form, text);
  if (kept === undefined) return {};
  return kept === text ? { text } : { text: kept, masked: true };
}

function formOf(kind: TextFile["kind"], path: string): AssignmentForm | "verbatim" | undefined {
  if (kind === "identity") return "verbatim";
  if (kind === "systemdUser") return "unit";
  if (kind === "hostCron") return "crontab";
  const form = formAt(path);
  return form === "inputrc" ? "verbatim" : form;
}

function factsOf(kind: TextFile["kind"], path: string, stat: FileStat): TextFile {
  return {
    kind,
    bytes: stat.size,
    mode: stat.mode & 0o7777,
    uid: stat.uid,
    modifiedAt: modifiedAt(stat),
    place: { path },
  };
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function asText(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
