/** How the persistence source "accounts" spells what a rule has to find again in its items. */
import type { PersistenceItem } from "./persistence.ts";

/** Whose members can become root without a further secret, or as good as. */
export const adminGroups: ReadonlySet<string> = new Set([
  "root",
  "sudo",
  "wheel",
  "admin",
  "docker",
  "lxd",
  "libvirt",
  "disk",
  "shadow",
  "adm",
]);
export const rootTwin = "has the user number of root";

const times = { passwordChanged: "password changed ", homeMade: "home made " } as const;
export type AccountTime = keyof typeof times;

export function accountTimeText(which: AccountTime, at: string): string {
  return `${times[which]}${at}`;
}
export function accountTime(item: PersistenceItem, which: AccountTime): string | undefined {
  return item.sets.find((text) => text.startsWith(times[which]))?.slice(times[which].length);
}

export function groupsText(groups: readonly string[]): string {
  return `groups=${groups.join(",")}`;
}
export function groupsOf(item: PersistenceItem): readonly string[] {
  const text = item.sets.find((one) => one.startsWith("groups="));
  return text === undefined ? [] : text.slice("groups=".length).split(",");
}
