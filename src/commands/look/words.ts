/** How values of records are spelled in tables. */
import { durationText } from "../../model/text.ts";
import type { Place } from "../../model/records.ts";

/** "2026-11-20 10:48", UTC; "" for what is not known. */
export function when(iso: string | undefined): string {
  return iso === undefined ? "" : iso.slice(0, 16).replace("T", " ");
}

/** "2026-11-20". */
export function day(iso: string | undefined): string {
  return iso?.slice(0, 10) ?? "";
}

/** How long ago something was: "3 days", "5 h 2 min"; "" for what is not known or yet to come. */
export function age(iso: string | undefined, now: Date): string {
  const ms = iso === undefined ? NaN : now.getTime() - Date.parse(iso);
  return ms >= 0 ? durationText(ms) : "";
}

/** `~` for the examined home, so that a place stays short. */
export function placeText({ path, locator }: Place, home: string): string {
  const short = home !== "/" && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
  return locator === undefined ? short : `${short} · ${locator}`;
}

/** What is known, joined. */
export function joined(separator: string, ...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(separator);
}
