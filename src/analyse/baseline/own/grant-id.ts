import type { Grant } from "../../../model/records.ts";

/** Behind a comma OpenClaw's list keeps when it was last used. */
export function lastingDetail({ detail }: Grant): string | undefined {
  return detail?.replace(/,? ?last used [^,]*/, "");
}

/** What tells a permission from others, before secrets are taken out of it. */
export function grantId(one: Grant): string {
  return [one.kind, one.subject, lastingDetail(one) ?? "", one.place.path].join(" | ");
}
