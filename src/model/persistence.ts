/** What runs, or lets somebody in, by being there: one record for every such mechanism of the examined host. */
import type { Place } from "./records.ts";

/** The file that holds it. */
export interface FileFacts {
  readonly bytes: number;
  /** Of the whole file; absent where it was read in part or not at all. */
  readonly sha256?: string;
  /** Permission bits, 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid?: number;
  readonly modifiedAt: string;
  readonly bornAt?: string;
}

export interface PersistenceItem {
  /** The id of the collector that found it, such as "systemd-system" or "sudoers". */
  readonly mechanism: string;
  readonly attack: readonly string[];
  /** "unreadable": a line or file that is there and makes no sense, which may be on purpose. */
  readonly kind: "item" | "unreadable";
  /** The account that it runs as or lets in, where that can be told. */
  readonly user?: string;
  /** What tells it from others of its mechanism: a unit's name, a key's fingerprint, a file's name. */
  readonly name: string;
  /** What sets it off, as written: "@reboot", "OnCalendar=daily", "login". */
  readonly trigger?: string;
  /** Commands that it runs, in order, as written. */
  readonly runs: readonly string[];
  /** Settings that change what other programs do or load, as written: "Environment=LD_PRELOAD=/x.so", "ProxyCommand nc …". */
  readonly sets: readonly string[];
  /** Absent where the mechanism knows no such thing. */
  readonly enabled?: boolean;
  /** Facts, not judgements, that make it stand out: "control characters hide part of the line". Empty for the ordinary. */
  readonly odd: readonly string[];
  readonly file?: FileFacts;
  /** The distribution's package that owns the file, where that can be told. */
  readonly package?: string;
  readonly place: Place;
}

/** Facts in `odd` that marks ask for by name. */
export const hidesText = "control characters hide part of it";
export const changedText = "its content is not what its package brought";
export const noPackageText = "lies in a folder of the distribution, and no package owns it";
export const noPasswordText = "lets the examined account act as another without a password";
export const pamModuleText = "a login module that no package brought, or outside the usual folders";
export const letsInText = "lets in without a password";
export const gatewayUnitText = "changes the gateway's own unit";

/** As its package brought it: what it does is the distribution's doing. */
export function isGenuine(item: Pick<PersistenceItem, "package" | "odd">): boolean {
  return item.package !== undefined && !item.odd.includes(changedText);
}
