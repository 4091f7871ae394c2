import { flatten, isSecretKey } from "../../model/config-keys.ts";
import type { ConfigEntry } from "../../model/host-records.ts";
import type { Outcome, Reading } from "../../model/outcome.ts";
import { Secret, showMark } from "../../model/secret.ts";
import type { ConfigReading } from "../../openclaw/types.ts";
import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";
import type { Sources } from "../sources.ts";

const outcomeOf: Readonly<Record<ConfigReading["outcome"], Outcome>> = {
  ok: "ok",
  missing: "missing",
  denied: "denied",
  invalid: "error",
  partial: "partial",
};

/** A reference to an environment variable or a stand-in, which is no secret itself. */
const reference = /^\$\{[\w.:-]{1,200}\}$|^__OPENCLAW_REDACTED__$/;

/** The config per key; values at keys that name secrets only as fingerprints. */
export function readConfig(sources: Sources): Promise<Reading<ConfigEntry>> {
  const { config, target } = sources.installation;
  const path = target.toHost(config.path);
  const records = flatten(config.value).map(({ key, value }): ConfigEntry => {
    const secret = typeof value === "string" && isSecretKey(key) && !reference.test(value);
    const text = secret ? showMark(sources.redactor.mark(new Secret(value))) : String(value);
    return { key, value: text, secret, place: { path, locator: key } };
  });
  const outcome = outcomeOf[config.outcome];
  if (outcome === "ok") return Promise.resolve({ outcome, records });
  const reason = config.reason ?? `the config is ${config.outcome}`;
  return Promise.resolve({ outcome, reason, records });
}

export const config: Collector = {
  id: "config",
  title: "OpenClaw's config per key",
  stage: "collect",
  attack: ["T1562.001", "T1090"],
  liveOnly: false,
  timeoutMs: 30_000,
  collect: fromReading("config"),
};
