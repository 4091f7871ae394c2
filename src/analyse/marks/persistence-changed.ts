import type { Finding } from "../../model/evidence.ts";
import { isGenuine } from "../../model/persistence.ts";
import type { FileFacts, PersistenceItem } from "../../model/persistence.ts";
import { evidenceAt, finding, inWindow, needsStart, quoted } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";
import { textOf } from "../persistence.ts";
import { counted } from "../../model/text.ts";

const base = {
  id: "persistence-changed",
  title: "Something that starts or lets in by itself was changed during the incident",
  severity: "medium",
  attack: ["T1543", "T1546"],
} as const;

/** Crontabs and authorized keys have marks of their own. */
const elsewhere = /^(?:host-cron|authorized-keys)$/;

function changed(input: MarkInput, { file, mechanism }: PersistenceItem): boolean {
  if (file === undefined || elsewhere.test(mechanism)) return false;
  // A time of modification is easily set back; the time of birth is not.
  return inWindow(input.window, file.modifiedAt) || inWindow(input.window, file.bornAt);
}

/** One finding a file, of those that no package brought as they are. */
export const persistenceChanged: Mark = {
  ...base,
  needs: ["persistence"],
  unless: needsStart,
  evaluate: (input) => {
    const items = input.readings.persistence.records.filter(
      (item) => !isGenuine(item) && changed(input, item),
    );
    const files = Map.groupBy(items, ({ place, mechanism }) => `${mechanism}\0${place.path}`);
    return [...files].map(([key, of]) => fileFinding(input, key, of));
  },
};

function fileFinding(input: MarkInput, key: string, of: readonly PersistenceItem[]): Finding {
  const { mechanism = "", file, place = { path: "" } } = of[0] ?? {};
  const texts = of.map(textOf).filter((text) => text !== "");
  const excerpt = texts.length === 0 ? undefined : { input, excerpt: texts.join("\n") };
  const { at, says } = whenChanged(input, file);
  const hash = file?.sha256 === undefined ? {} : { sha256: file.sha256 };
  return finding(base, {
    key,
    why: says,
    firstSeen: at,
    summary: `${quoted(input, place.path, 160)} (${counted(of.length, "item")}) ${says}`,
    evidence: [{ ...evidenceAt(mechanism, { path: place.path }, excerpt), ...hash }],
    next: ["compare it with a backup or the package it came with"],
  });
}

function whenChanged(
  { window }: MarkInput,
  file: FileFacts | undefined,
): { readonly at: string | undefined; readonly says: string } {
  return inWindow(window, file?.modifiedAt)
    ? { at: file?.modifiedAt, says: "was changed during the incident" }
    : { at: file?.bornAt, says: "was made during the incident, and dated back" };
}
