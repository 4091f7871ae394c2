import type { Severity } from "../../../model/outcome.ts";
import { shown } from "../../../model/text.ts";
import { weighText } from "../texts.ts";
import type { DriftChange } from "../types.ts";
import type { CanonRecord } from "./record.ts";
import { factsOf, type Thing } from "./things.ts";

type Weight = Pick<DriftChange, "severity" | "why" | "attack" | "checks"> & {
  /** What the thing is or does, one line. */
  readonly text: string;
};

/** Which fields say in one line what a thing is. */
const telling: Readonly<Partial<Record<Thing, readonly string[]>>> = {
  grant: ["kind", "subject", "detail"],
  skill: ["source", "installedFrom"],
  "cron-job": ["schedule", "kind", "payload"],
  hook: ["events", "runs", "installedFrom"],
  plugin: ["version", "installedFrom", "runs"],
  "mcp-server": ["runs"],
  device: ["roles", "scopes", "approvedVia"],
  credential: ["kind", "value", "ref"],
  "authorized-key": ["type", "fingerprint", "comment", "options"],
  "host-cron": ["line"],
  "systemd-unit": ["runs", "loads"],
  "shell-startup": ["runs", "loads"],
  persistence: ["trigger", "runs", "sets", "odd"],
};

function summary({ thing, fields, files }: CanonRecord): string {
  const parts = (telling[thing] ?? []).flatMap((name) => (fields.get(name) ?? []).slice(0, 20));
  if (parts.length > 0) return shown(parts.join(" "), 200);
  return shown(files.length === 0 ? "(nothing more is known)" : `${files.length} files`, 200);
}

/** How bad it is that a thing came, went or changed. `value`: of the field that changed; `texts`: of the files that came. */
export function weighThing(
  record: CanonRecord,
  kind: "added" | "removed" | "modified",
  value?: string,
  texts: readonly string[] = [],
): Weight {
  const facts = factsOf(record.thing);
  const { why, checks } = facts;
  const text = summary(record);
  const attack = record.fields.get("attack") ?? facts.attack;
  const told = checks === undefined ? { attack } : { attack, checks };
  if (kind === "removed") return { severity: "low", why: `${facts.noun} is gone`, ...told, text };
  const doing = value ?? [...[...record.fields.values()].flat(), ...texts].join("\n");
  const says = weighText(facts.area, "added", doing);
  if (says.severity === "critical")
    return { severity: "critical", why: says.why, attack: [...new Set([...attack, ...says.attack])], text };
  const worse = worseOf(record, value);
  if (worse !== undefined) return { ...worse, ...told, text };
  return { severity: facts.severity, why, ...told, text };
}

/** What makes a thing better or worse than its kind usually is. */
function worseOf(
  { thing, fields }: CanonRecord,
  value: string | undefined,
): { readonly severity: Severity; readonly why: string } | undefined {
  const has = (name: string, wanted: string): boolean => fields.get(name)?.includes(wanted) === true;
  if (
    thing === "device" &&
    (value === undefined ? has("scopes", "operator.admin") : value === "operator.admin")
  )
    return {
      severity: "critical",
      why: "whoever holds the device rules the gateway: it may change everything",
    };
  if (thing === "grant" && has("subject", "*"))
    return { severity: "critical", why: "everything is approved beforehand" };
  if (has("bundled", "true") || has("source", "bundled"))
    return { severity: "low", why: "it comes with OpenClaw itself: an update changes it" };
  if (thing === "cron-job" && has("managed", "true"))
    return { severity: "low", why: "one of OpenClaw's own jobs" };
  return undefined;
}
