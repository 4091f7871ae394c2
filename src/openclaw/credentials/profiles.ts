import { dict, isDict, str } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import type { Place } from "../../model/records.ts";
import { secretRefOf, showRef } from "../refs.ts";
import type { CredentialAt } from "./record.ts";

/** Fields of an auth profile that hold a secret (api_key, token and oauth profiles). */
const fields = ["key", "token", "access", "refresh", "apiKey", "idToken", "clientSecret"];
const references = ["keyRef", "tokenRef"];

/**
 * Secrets of an auth-profile store, `{"version":1,"profiles":{"anthropic:manual":{"type","provider","key"}}}`: the same JSON
 * in every version, wherever it was kept.
 */
export function profileSecrets(
  store: Dict,
  live: boolean,
  place: (profile: string) => Place,
): readonly CredentialAt[] {
  return Object.entries(dict(store["profiles"])).flatMap(([id, value]) => {
    if (!isDict(value)) return [];
    const provider = str(value["provider"]) ?? id.split(":")[0] ?? id;
    const oauth = value["type"] === "oauth";
    const kind = oauth ? ("oauth" as const) : ("provider-key" as const);
    const present = fields.filter((field) => typeof value[field] === "string" && value[field] !== "");
    const named = (field: string): string => (present.length > 1 || oauth ? `${id}.${field}` : id);
    const values = present.map((field): CredentialAt => ({
      kind,
      provider,
      label: named(field),
      secret: str(value[field]),
      live,
      place: place(id),
    }));
    const refs = [...fields, ...references].flatMap((field): readonly CredentialAt[] => {
      const ref = secretRefOf(value[field]);
      return ref === undefined
        ? []
        : [{ kind, provider, label: id, ref: showRef(ref), live, place: place(id) }];
    });
    return [...values, ...refs];
  });
}
