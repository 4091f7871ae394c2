/** What comes back from the database is looked at before it counts as a record: a damaged row is left out, never believed. */
import type {
  Artifact,
  Finding,
  NotEvaluated,
  RotationReceipt,
  SwitchedOff,
  TimelineEvent,
} from "../model/evidence.ts";
import { isDict } from "../model/json.ts";
import { outcomes, severities } from "../model/outcome.ts";
import type { ArchiveRecord } from "./types.ts";

type Type = "string" | "number" | "boolean" | "list" | "strings" | "dict" | "dicts";

function has(
  value: unknown,
  fields: Readonly<Record<string, Type>>,
  optional: readonly string[] = [],
): boolean {
  if (!isDict(value)) return false;
  return (
    Object.entries(fields).every(([key, type]) => fits(value[key], type)) &&
    optional.every((key) => value[key] === undefined || typeof value[key] === "string")
  );
}

function fits(value: unknown, type: Type): boolean {
  switch (type) {
    case "list":
      return Array.isArray(value);
    case "strings":
      return Array.isArray(value) && value.every((one) => typeof one === "string");
    case "dicts":
      return Array.isArray(value) && value.every(isDict);
    case "dict":
      return isDict(value);
    case "string":
    case "number":
    case "boolean":
      return typeof value === type;
  }
}

function oneOf(value: unknown, key: string, words: readonly string[]): boolean {
  return isDict(value) && words.some((word) => word === value[key]);
}

export function isArtifact(value: unknown): value is Artifact {
  return (
    has(
      value,
      {
        ...{ id: "string", title: "string", stage: "string", attack: "strings", outcome: "string" },
        ...{ records: "number", bytes: "number", startedAt: "string", endedAt: "string" },
      },
      ["reason", "sha256", "file"],
    ) && oneOf(value, "outcome", outcomes)
  );
}

export function isEvent(value: unknown): value is TimelineEvent {
  return has(
    value,
    {
      ...{ id: "string", ts: "string", tsDesc: "string", source: "string", dataType: "string" },
      ...{ message: "string", host: "string", artifact: "string", data: "dict" },
    },
    ["user", "session", "run", "locator", "severity"],
  );
}

export function isFinding(value: unknown): value is Finding {
  return (
    has(
      value,
      {
        ...{ id: "string", rule: "string", title: "string", severity: "string", confidence: "string" },
        ...{ attack: "strings", summary: "string", evidence: "dicts", next: "strings" },
      },
      ["firstSeen", "lastSeen"],
    ) &&
    oneOf(value, "severity", severities) &&
    oneOf(value, "confidence", ["confirmed", "likely", "suspicious"])
  );
}

export function isNotEvaluated(value: unknown): value is NotEvaluated {
  return has(value, { rule: "string", reason: "string" });
}

export function isReceipt(value: unknown): value is RotationReceipt {
  return has(value, {
    ...{ credential: "string", kind: "string", provider: "string", label: "string", old: "string" },
    ...{ new: "string", steps: "dicts", residue: "dicts", proven: "boolean" },
  });
}

export function isSwitchedOff(value: unknown): value is SwitchedOff {
  return has(value, { what: "string", how: "string", inverse: "string", at: "string" });
}

export function isArchive(value: unknown): value is ArchiveRecord {
  return (
    has(value, {
      ...{ archive: "string", kind: "string", bytes: "number", sha256: "string", createdAt: "string" },
      ...{ files: "number", plainBytes: "number", durationMs: "number", recipients: "strings" },
      ...{ passphrase: "boolean", partial: "dicts", verified: "boolean" },
    }) && oneOf(value, "kind", ["backup", "evidence"])
  );
}
