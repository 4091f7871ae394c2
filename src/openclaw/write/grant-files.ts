/**
 * Allow-lists, pairing requests and exec approvals as the layouts before 2026.8 keep them; later versions take over what they find
 * in such a file at their next start.
 */
import type { Host } from "../../host/host.ts";
import { ClawError, messageOf } from "../../model/errors.ts";
import type { GrantEntry } from "../../model/grant-entry.ts";
import { dict, list, str } from "../../model/json.ts";
import type { Json } from "../../model/json.ts";
import { shown } from "../../model/text.ts";
import { senderOf } from "../layouts/config-grants.ts";
import type { Installation } from "../types.ts";
import { editApprovals, ofExec } from "./exec-approvals.ts";
import { entriesIn } from "./grant-result.ts";
import type { EntryIn, GrantsTaken, TakenOut } from "./grant-result.ts";
import { setValue } from "./json5-edit.ts";
import { refuse } from "./live-file.ts";
import { recordFile, writeRecords } from "./record-file.ts";
import { senderAgain } from "./sender-again.ts";

type Sender = EntryIn<"channel-allow" | "channel-pairing">;

/** Each file for itself: one that cannot be changed is said in `notWritten`, and the others are changed nevertheless. */
export async function takeFromFiles(
  host: Host,
  installation: Installation,
  entries: readonly GrantEntry[],
): Promise<GrantsTaken> {
  const done: GrantsTaken[] = [];
  const byFile = new Map<string, readonly Sender[]>();
  for (const entry of entriesIn(entries, "channel-allow", "channel-pairing"))
    for (const name of filesOf(entry)) byFile.set(name, [...(byFile.get(name) ?? []), entry]);
  for (const [name, senders] of byFile)
    done.push(await attempt(host, () => fromList(host, installation, name, senders)));
  if (ofExec(entries).length > 0)
    done.push(await attempt(host, () => fromApprovals(host, installation, entries)));
  return {
    taken: done.flatMap(({ taken }) => taken),
    notWritten: done.flatMap(({ notWritten }) => notWritten),
  };
}

async function attempt(host: Host, work: () => Promise<readonly TakenOut[]>): Promise<GrantsTaken> {
  try {
    return { taken: await work(), notWritten: [] };
  } catch (error) {
    if (host.signal.aborted) throw error;
    const hint = error instanceof ClawError && error.hint !== undefined ? ` (${error.hint})` : "";
    return { taken: [], notWritten: [{ todo: `${shown(messageOf(error), 300)}${hint}` }] };
  }
}

/** A name that comes from the examined host is never a way out of the folder. */
const plainName = /^[\w.-]{1,200}$/;

/** Since 2026.2 one list per account; what stands in the older file of the channel counts for its default account. */
function filesOf({ in: kind, channel, account }: Sender): readonly string[] {
  const ending = kind === "channel-allow" ? "allowFrom" : "pairing";
  const whole = kind === "channel-pairing" || account === "default" ? [`${channel}-${ending}.json`] : [];
  return [...whole, `${channel}-${account}-${ending}.json`]
    .filter((name) => plainName.test(name))
    .map((name) => `credentials/${name}`);
}

async function fromList(
  host: Host,
  installation: Installation,
  name: string,
  senders: readonly Sender[],
): Promise<readonly TakenOut[]> {
  const file = await recordFile(host, installation, name);
  if (file === undefined) return [];
  const key = name.endsWith("-pairing.json") ? "requests" : "allowFrom";
  const items = list(file.value[key]);
  const named = (item: unknown): Sender | undefined => senders.find((entry) => isOf(item, entry, name));
  const found = items.flatMap((item) => named(item) ?? []);
  if (found.length === 0) return [];
  // Every item came out of JSON.
  const kept = items.filter((item) => named(item) === undefined) as readonly Json[];
  const text = setValue(file.text, [key], kept);
  if (text === undefined)
    throw refuse("edit-not-safe", `${file.shown} cannot be changed entry by entry`, "take them out by hand");
  await writeRecords(host, installation, file, text);
  return [...new Set(found)].map((entry) => ({
    entry,
    place: { path: file.shown, locator: entry.sender },
    how: `removed from ${name}`,
    inverse: senderAgain(entry),
  }));
}

function isOf(item: unknown, entry: Sender, name: string): boolean {
  if (entry.in === "channel-allow") return senderOf(item) === entry.sender;
  const ofFile = name.endsWith(`/${entry.channel}-pairing.json`) ? "default" : entry.account;
  const account = str(dict(dict(item)["meta"])["accountId"]) ?? ofFile;
  return str(dict(item)["id"]) === entry.sender && account === entry.account;
}

async function fromApprovals(
  host: Host,
  installation: Installation,
  entries: readonly GrantEntry[],
): Promise<readonly TakenOut[]> {
  const file = await recordFile(host, installation, "exec-approvals.json");
  if (file === undefined) return [];
  const edit = editApprovals(file.text, ofExec(entries), file.shown);
  if (edit === undefined) return [];
  await writeRecords(host, installation, file, edit.text);
  return edit.taken.map((one) => ({ ...one, place: { path: file.shown } }));
}
