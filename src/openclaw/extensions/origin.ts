import { str } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";

/**
 * Where an install record says that a plugin or hook pack came from: "npm @x/y@1.2.3", "path /srv/plug". The same fields in the
 * index of 2026.9 as in `plugins.installs` of the config before it.
 */
export function installedFrom(record: Dict): string | undefined {
  const what =
    str(record["resolvedSpec"]) ??
    str(record["spec"]) ??
    str(record["clawhubPackage"]) ??
    str(record["sourcePath"]) ??
    str(record["gitUrl"]) ??
    str(record["url"]);
  const source = str(record["source"]);
  const parts = [source, what].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(" ").slice(0, 500);
}
