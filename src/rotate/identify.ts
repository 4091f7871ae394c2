import type { Credential } from "../model/records.ts";
import type { Catalogue, CatalogueEntry } from "./catalogue.ts";

/** Longer values are no keys; nothing longer is given to a regular expression. */
const maxValue = 4096;

/** "plugins.entries.*.apiKey" against "plugins.entries.brave.apiKey": "*" stands for one part. */
export function fitsPath(pattern: string, path: string): boolean {
  const wanted = partsOf(pattern);
  const parts = partsOf(path);
  return wanted.length === parts.length && wanted.every((part, i) => part === "*" || part === parts[i]);
}

function partsOf(path: string): readonly string[] {
  return path.split(/[./#[\]"]+/).filter((part) => part !== "");
}

/** How well an entry fits; 0 is not at all. A value that names its maker counts most, the provider's name least. */
function fit(entry: CatalogueEntry, credential: Credential): number {
  const value = credential.secret?.reveal() ?? "";
  if (entry.pattern !== undefined && value !== "" && value.length <= maxValue && entry.pattern.test(value))
    return 8 + placeFit(entry, credential);
  if (entry.kinds.length > 0 && !entry.kinds.includes(credential.kind)) return 0;
  const score = placeFit(entry, credential);
  // The right place with a value of another make: an OAuth token where a key is expected, say.
  return entry.pattern !== undefined && value !== "" ? Math.max(0, score - 1) : score;
}

function placeFit(entry: CatalogueEntry, credential: Credential): number {
  const { label, provider, place, ref } = credential;
  const names = [label, place.locator ?? "", (ref ?? "").split(":").at(-1) ?? ""];
  const env = names.some((name) => entry.env.some((known) => partsOf(name).at(-1) === known));
  const path = names.some((name) => entry.config.some((known) => fitsPath(known, name)));
  const file = entry.config.some((known) => known.startsWith("~") && place.path.endsWith(known.slice(1)));
  const named = entry.providers.includes(provider);
  return (env || path || file ? 4 : 0) + (named ? 2 : 0);
}

/** Kinds that only one entry can be, whatever its place is. */
const byKind: Partial<Record<Credential["kind"], string>> = {
  "gateway-token": "gateway-token",
  "device-token": "device-tokens",
  "identity-key": "device-identity",
  "socket-token": "approval-socket",
  "hook-token": "hooks-token",
};

/**
 * The catalogue's entry for a credential: by kind, by the form of the value, by where it stands, by environment name and by
 * provider. Undefined where nothing fits: then nobody but the user knows what it opens.
 */
export function identify(catalogue: Catalogue, credential: Credential): CatalogueEntry | undefined {
  const fixed = byKind[credential.kind];
  if (fixed !== undefined) return catalogue.entries.find(({ id }) => id === fixed);
  let best: CatalogueEntry | undefined;
  let score = 0;
  for (const entry of catalogue.entries) {
    // An entry that only a kind leads to ("secret-store") says less than any that names the service.
    const fits = fit(entry, credential);
    if (fits > score) [best, score] = [entry, fits];
  }
  if (best !== undefined) return best;
  return credential.kind === "store-secret"
    ? catalogue.entries.find(({ id }) => id === "secret-store")
    : undefined;
}
