/**
 * What to rotate and in which order. Pure. What can give everything else back to an intruder goes first; a key replaced
 * while its parent still is in strange hands is lost again.
 */
import type { Credential, Place } from "../model/records.ts";
import type { Catalogue, CatalogueEntry, Where } from "./catalogue.ts";
import { identify } from "./identify.ts";
import { isRemoteGateway, stepsOf } from "./steps.ts";
import type { PlannedStep } from "./steps.ts";

/**
 * How far the leak may have gone: "credential" only this value · "place" all that stood in the same file or database ·
 * "host" whatever OpenClaw holds on this host.
 */
export type Reach = "credential" | "place" | "host";

export interface RotationItem {
  /** The credential's id; devices together are "devices". */
  readonly id: string;
  readonly credential: Credential;
  /** Every live credential with the same value, the first among them. Devices: all their tokens. */
  readonly same: readonly Credential[];
  readonly entry?: CatalogueEntry;
  readonly group: string;
  readonly urgency: number;
  /** Ids of items of this plan that come before. */
  readonly dependsOn: readonly string[];
  /** Why it is in the plan. */
  readonly why: "chosen" | "same place" | "same host" | "goes with the gateway token";
  readonly steps: readonly PlannedStep[];
  readonly pages: { readonly create?: Where; readonly revoke?: Where; readonly usage?: Where };
}

export interface RotationPlan {
  readonly items: readonly RotationItem[];
  /** Credentials that are not rotated, with the reason. */
  readonly left: readonly { readonly credential: Credential; readonly reason: string }[];
}

export interface PlanOptions {
  /** Somebody uses the key right now: it is revoked before a new one is made. */
  readonly abuse?: boolean;
}

interface Group {
  readonly first: Credential;
  readonly same: readonly Credential[];
}

const devices = "devices";

/** Chosen are ids of credentials, or everything. Unknown ids are left out: the caller has checked them. */
export function planRotation(
  catalogue: Catalogue,
  credentials: readonly Credential[],
  chosen: "all" | readonly string[],
  reach: Reach,
  options: PlanOptions = {},
): RotationPlan {
  const groups = grouped(credentials.filter(({ live }) => live));
  const picked = groups.flatMap((group) => {
    const why = reasonFor(group, groups, chosen, reach);
    return why === undefined ? [] : [{ group, why }];
  });
  const items = picked.map(({ group, why }) => itemOf(catalogue, group, why, options));
  const ranked = withUniqueIds(items.toSorted((a, b) => rank(catalogue, a, b)));
  const linked = ranked.map((item) => ({ ...item, dependsOn: dependenciesOf(catalogue, item, ranked) }));
  const taken = new Set(picked.flatMap(({ group }) => group.same));
  return {
    items: inOrder(linked),
    left: credentials
      .filter((credential) => !taken.has(credential))
      .map((credential) => ({ credential, reason: leftBecause(credential) })),
  };
}

function leftBecause({ live }: Credential): string {
  return live ? "not part of what may have leaked" : "a copy: it dies with the value it copies";
}

/** One group for each value: the same key in three places is rotated once. All devices go together, and so does all that opens this gateway. */
function grouped(credentials: readonly Credential[]): readonly Group[] {
  const byValue = new Map<string, Credential[]>();
  for (const credential of credentials) {
    const known = byValue.get(groupKey(credential));
    if (known === undefined) byValue.set(groupKey(credential), [credential]);
    else known.push(credential);
  }
  return [...byValue.values()].flatMap((same) => {
    const first = same.toSorted((a, b) => importance(b) - importance(a))[0];
    return first === undefined ? [] : [{ first, same }];
  });
}

function groupKey(credential: Credential): string {
  if (credential.kind === "device-token") return devices;
  if (credential.kind === "gateway-token" && !isRemoteGateway(credential)) return "gateway";
  return credential.mark?.fingerprint ?? credential.ref ?? credential.id;
}

/** Two values can carry one name (an .env beside the config): the later ones are numbered. */
function withUniqueIds(items: readonly RotationItem[]): readonly RotationItem[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const count = (seen.get(item.id) ?? 0) + 1;
    seen.set(item.id, count);
    return count === 1 ? item : { ...item, id: `${item.id}#${count}` };
  });
}

/** Which record speaks for a value found in several places: the gateway's own rather than a line of an .env file. */
function importance(credential: Credential): number {
  const { kind, ref } = credential;
  if (isRemoteGateway(credential)) return 0;
  const order = ["env", "other", "store-secret", "oauth", "provider-key", "channel-token", "hook-token"];
  const at = order.indexOf(kind);
  return (at === -1 ? order.length : at) * 2 + (ref === undefined ? 1 : 0);
}

function reasonFor(
  group: Group,
  all: readonly Group[],
  chosen: "all" | readonly string[],
  reach: Reach,
): RotationItem["why"] | undefined {
  if (chosen === "all" || isChosen(group, chosen)) return "chosen";
  if (reach === "host") return "same host";
  const leaked = all.filter((other) => isChosen(other, chosen));
  if (reach === "place" && leaked.some((other) => sharePlace(group, other))) return "same place";
  // Who has the gateway token may have paired a device, and a device token outlives the token.
  const gateway = leaked.some((other) => other.first.kind === "gateway-token");
  return gateway && group.first.kind === "device-token" ? "goes with the gateway token" : undefined;
}

function isChosen(group: Group, chosen: "all" | readonly string[]): boolean {
  return chosen === "all" || group.same.some(({ id }) => chosen.includes(id));
}

function sharePlace(a: Group, b: Group): boolean {
  return a.same.some((one) => b.same.some((other) => one.place.path === other.place.path));
}

function itemOf(
  catalogue: Catalogue,
  { first, same }: Group,
  why: RotationItem["why"],
  options: PlanOptions,
): RotationItem {
  const entry = same.map((one) => identify(catalogue, one)).find((found) => found !== undefined);
  return {
    id: first.kind === "device-token" ? devices : first.id,
    credential: first,
    same,
    ...(entry === undefined ? {} : { entry }),
    group: entry?.group ?? groupOfUnknown(first),
    urgency: entry?.urgency ?? 2,
    dependsOn: [],
    why,
    steps: stepsOf(first, entry, options.abuse === true),
    pages:
      entry === undefined
        ? {}
        : {
            create: entry.create,
            revoke: entry.revoke,
            ...(entry.usage === undefined ? {} : { usage: entry.usage }),
          },
  };
}

/** What nobody knows may open anything, unless its kind says what it is for. */
function groupOfUnknown({ kind }: Credential): string {
  if (kind === "provider-key") return "models";
  if (kind === "channel-token") return "chat";
  return kind === "oauth" ? "sign-ins" : "accounts";
}

function groupIndex(catalogue: Catalogue, item: RotationItem): number {
  const index = catalogue.groups.findIndex(({ id }) => id === item.group);
  return index === -1 ? catalogue.groups.length : index;
}

function rank(catalogue: Catalogue, a: RotationItem, b: RotationItem): number {
  return (
    groupIndex(catalogue, a) - groupIndex(catalogue, b) ||
    a.urgency - b.urgency ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}

/** Whoever holds these reads or takes back whatever comes after them. */
const parentGroups = ["roots", "control"];
const parentEntries = ["onepassword-sa"];

function isOwnGateway({ credential }: RotationItem): boolean {
  return credential.kind === "gateway-token" && !isRemoteGateway(credential);
}

function isParent(catalogue: Catalogue, parent: RotationItem, child: RotationItem): boolean {
  if (parent.group !== child.group) {
    const holds = parentGroups.includes(parent.group) || parentEntries.includes(parent.entry?.id ?? "");
    return holds && groupIndex(catalogue, parent) < groupIndex(catalogue, child);
  }
  if (isOwnGateway(parent)) return child.credential.kind !== "gateway-token";
  // An admin key makes and deletes the other keys of its provider.
  const admin =
    parent.entry?.id.endsWith("-admin-key") === true && child.entry?.id.endsWith("-admin-key") !== true;
  return admin && parent.entry.providers.some((id) => child.entry?.providers.includes(id));
}

function dependenciesOf(
  catalogue: Catalogue,
  item: RotationItem,
  all: readonly RotationItem[],
): readonly string[] {
  return all.filter((other) => other !== item && isParent(catalogue, other, item)).map(({ id }) => id);
}

/** Stable: an item moves back only behind what it depends on. */
function inOrder(items: readonly RotationItem[]): readonly RotationItem[] {
  const waiting = [...items];
  const done = new Set<string>();
  const ordered: RotationItem[] = [];
  while (waiting.length > 0) {
    const ready = waiting.findIndex(({ dependsOn }) => dependsOn.every((id) => done.has(id)));
    const [next] = waiting.splice(Math.max(0, ready), 1);
    if (next === undefined) break;
    done.add(next.id);
    ordered.push(next);
  }
  return ordered;
}

/** Where a credential of the plan stands, each place once. */
export function placesOf(item: RotationItem): readonly Place[] {
  const seen = new Set<string>();
  return item.same
    .map(({ place }) => place)
    .filter(({ path, locator }) => {
      const key = `${path}\n${locator ?? ""}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
}

/** Live places of the item that a write did not reach, such as a service unit's environment: for the user to change. */
export function placesLeft(item: RotationItem, changed: readonly Place[]): readonly Place[] {
  return placesOf(item).filter((place) => !changed.some(({ path }) => path === place.path));
}
