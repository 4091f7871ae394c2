/** Lists of senders in the config, and settings that let everybody in. */
import type { Host } from "../../host/host.ts";
import { ClawError, messageOf } from "../../model/errors.ts";
import type { GrantEntry } from "../../model/grant-entry.ts";
import { isDict, list, str } from "../../model/json.ts";
import type { Json } from "../../model/json.ts";
import { shown } from "../../model/text.ts";
import { readConfig } from "../config.ts";
import { openPolicy, senderOf, valueAt } from "../layouts/config-grants.ts";
import type { Installation } from "../types.ts";
import { editConfig } from "./config-edit.ts";
import { parsePath, showPath } from "./config-path.ts";
import type { ConfigPath } from "./config-path.ts";
import { entriesIn } from "./grant-result.ts";
import type { EntryIn, GrantsTaken, TakenOut } from "./grant-result.ts";
import { refuse } from "./live-file.ts";

/**
 * Takes items out of their lists and closes what is open to everybody. Channels' schemas refuse the policy "allowlist" with
 * an empty list, and "open" without a "*" (2026.9.6, `refineChannelDmPolicy`; where they do not, `config validate` warns): where taking
 * out leads there, the policy is closed as well.
 */
export async function takeFromConfig(
  host: Host,
  installation: Installation,
  entries: readonly GrantEntry[],
): Promise<GrantsTaken> {
  const done: GrantsTaken[] = [];
  const lists = new Map<string, readonly EntryIn<"config-list">[]>();
  for (const entry of entriesIn(entries, "config-list"))
    lists.set(entry.path, [...(lists.get(entry.path) ?? []), entry]);
  // The policies first: what is closed does not have to be closed because of its list.
  for (const entry of entriesIn(entries, "config-policy"))
    done.push(await attempt(host, entry.path, (path) => close(host, installation, path, entry)));
  for (const [path, items] of lists)
    done.push(await attempt(host, path, (at) => shorten(host, installation, at, items)));
  return {
    taken: done.flatMap(({ taken }) => taken),
    notWritten: done.flatMap(({ notWritten }) => notWritten),
  };
}

async function attempt(
  host: Host,
  text: string,
  work: (path: ConfigPath) => Promise<readonly TakenOut[]>,
): Promise<GrantsTaken> {
  const path = parsePath(text);
  if (path === undefined)
    return { taken: [], notWritten: [{ todo: `${shown(text, 120)} is no path of the config` }] };
  try {
    return { taken: await work(path), notWritten: [] };
  } catch (error) {
    if (host.signal.aborted) throw error;
    const hint = error instanceof ClawError && error.hint !== undefined ? ` (${error.hint})` : "";
    return { taken: [], notWritten: [{ todo: `${shown(messageOf(error), 300)}${hint}` }] };
  }
}

async function shorten(
  host: Host,
  installation: Installation,
  path: ConfigPath,
  entries: readonly EntryIn<"config-list">[],
): Promise<readonly TakenOut[]> {
  const before = (await readConfig(host, installation.target)).value;
  const items = list(valueAt(before, path));
  const found = entries.filter(({ item }) => items.some((one) => senderOf(one) === item));
  if (found.length === 0) return [];
  const gone = new Set(found.map(({ item }) => item));
  // Every item came out of the config; what is no sender stays.
  const kept = items.filter((one) => !gone.has(senderOf(one) ?? "")) as readonly Json[];
  const closed = await keepValid(host, installation, before, path, kept);
  const { place } = await editConfig(host, installation, path, kept);
  const inverse = `openclaw config set ${showPath(path)} ${JSON.stringify(items)}`;
  return [
    ...found.map((entry) => ({ entry, place, how: `removed from ${showPath(path)}`, inverse })),
    ...closed,
  ];
}

/** A policy that does not fit the shorter list becomes a closed one, before the list is shortened. */
async function keepValid(
  host: Host,
  installation: Installation,
  config: unknown,
  path: ConfigPath,
  kept: readonly Json[],
): Promise<readonly TakenOut[]> {
  if (path.at(-1) !== "allowFrom") return [];
  const holder = path.slice(0, -1);
  const done: TakenOut[] = [];
  for (const scope of [holder, ...heirs(config, holder)])
    for (const key of ["dmPolicy", "policy"]) {
      const next = policyFor(policyOf(config, scope, key), kept);
      if (next !== undefined) done.push(await setPolicy(host, installation, [...scope, key], next));
    }
  return done;
}

/** An account without a policy of its own goes by that of its channel. */
function policyOf(config: unknown, scope: ConfigPath, key: string): string | undefined {
  const above = scope.at(-2) === "accounts" ? str(valueAt(config, [...scope.slice(0, -2), key])) : undefined;
  return str(valueAt(config, [...scope, key])) ?? above;
}

/** Accounts without a list of their own go by that of their channel. */
function heirs(config: unknown, holder: ConfigPath): readonly ConfigPath[] {
  const accounts = holder.length === 2 ? valueAt(config, [...holder, "accounts"]) : undefined;
  if (!isDict(accounts)) return [];
  return Object.keys(accounts)
    .map((id) => [...holder, "accounts", id])
    .filter((path) => {
      const own = ["dmPolicy", "policy"].some((key) => valueAt(config, [...path, key]) !== undefined);
      return own && valueAt(config, [...path, "allowFrom"]) === undefined;
    });
}

/** Never a wider one: under "pairing" those count as well who were let in by a code, and under "allowlist" they do not. */
function policyFor(policy: string | undefined, kept: readonly Json[]): string | undefined {
  if (policy === "allowlist" && kept.length === 0) return "disabled";
  return policy === openPolicy && !kept.includes("*") ? "pairing" : undefined;
}

async function setPolicy(
  host: Host,
  installation: Installation,
  path: ConfigPath,
  next: string,
): Promise<TakenOut> {
  const { place, previous } = await editConfig(host, installation, path, next);
  const before = str(previous);
  return {
    entry: { in: "config-policy", path: showPath(path), value: before ?? "" },
    place,
    how: `${showPath(path)} set to ${JSON.stringify(next)}`,
    inverse:
      before === undefined
        ? `openclaw config unset ${showPath(path)}`
        : `openclaw config set ${showPath(path)} ${before}`,
  };
}

/** Groups are then let in by their lists, people by a code that the owner approves; "*" would let everybody in all the same. */
async function close(
  host: Host,
  installation: Installation,
  path: ConfigPath,
  entry: EntryIn<"config-policy">,
): Promise<readonly TakenOut[]> {
  const config = (await readConfig(host, installation.target)).value;
  if (valueAt(config, path) !== entry.value) return [];
  const [beside, key] = [[...path.slice(0, -1), "allowFrom"], path.at(-1)];
  const items = list(valueAt(config, beside));
  const wildcard = { in: "config-list", path: showPath(beside), item: "*" } as const;
  const first = await setPolicy(host, installation, path, key === "groupPolicy" ? "allowlist" : "pairing");
  if (key === "groupPolicy" || !items.includes("*")) return [first];
  const rest = await shorten(host, installation, beside, [wildcard]);
  if (rest.length === 0)
    throw refuse("not-removed", `${wildcard.path} still holds "*"`, "take it out by hand");
  return [first, ...rest];
}
