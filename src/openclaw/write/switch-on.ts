import type { Host } from "../../host/host.ts";
import type { SwitchedOff } from "../../model/evidence.ts";
import { parseJson } from "../../model/json.ts";
import type { Json } from "../../model/json.ts";
import type { Place } from "../../model/records.ts";
import type { Installation } from "../types.ts";
import { editConfig } from "./config-edit.ts";
import { parsePath } from "./config-path.ts";
import { setJobs } from "./cron-jobs.ts";
import { refuse } from "./live-file.ts";

/**
 * Switches on again what `switchOff…` switched off, while the gateway is down: reads the item's `inverse`. Throws for an
 * inverse that is none of ours, and when the thing is gone.
 */
export async function switchOn(
  host: Host,
  installation: Installation,
  item: SwitchedOff,
): Promise<{ readonly changed: readonly Place[] }> {
  const job = /^openclaw cron enable (\S+)$/.exec(item.inverse)?.[1];
  if (job !== undefined) {
    const done = await setJobs(host, installation, [job], true, host.clock.now().getTime());
    const [skipped] = done.skipped;
    if (skipped !== undefined)
      throw refuse(
        "not-switched-on",
        `${item.what} stays off: ${skipped.reason}`,
        "look at the job in the report",
      );
    return { changed: done.changed };
  }
  const words = /^openclaw config (set|unset) (.+)$/.exec(item.inverse);
  const edit = words === null ? undefined : editOf(words[1] === "set", words[2] ?? "");
  const path = edit === undefined ? undefined : parsePath(edit.path);
  if (edit === undefined || path === undefined)
    throw refuse(
      "unknown-inverse",
      `${item.what} cannot be switched on by claw-ir`,
      `do it by hand: ${item.inverse}`,
    );
  const done = await editConfig(host, installation, path, edit.value);
  return { changed: [done.place] };
}

/** "PATH VALUE" or "PATH"; spaces in a path stand inside its quotes. */
const pathAndValue = /^((?:\["(?:[^"\\]|\\.)*"\]|\[\d+\]|[^\s[])+) (.+)$/;

function editOf(
  set: boolean,
  text: string,
): { readonly path: string; readonly value: Json | undefined } | undefined {
  if (!set) return { path: text, value: undefined };
  const [, path, word] = pathAndValue.exec(text) ?? [];
  if (path === undefined || word === undefined) return undefined;
  return { path, value: valueOf(word) };
}

/** A switch, a text or a list of senders; text that is no JSON is meant as it stands. */
function valueOf(word: string): Json {
  const value = parseJson(word);
  if (typeof value === "boolean" || typeof value === "string") return value;
  const isSender = (item: unknown): item is string | number =>
    typeof item === "string" || typeof item === "number";
  return Array.isArray(value) && value.every(isSender) ? value : word;
}
