/**
 * OpenClaw's own things as drafts of records. What changes by itself is left out: last runs, last uses, ages of tokens,
 * addresses a device was last seen from, counters, and leftovers of migrations, which nothing uses any more.
 */
import { inUse } from "../../../model/leftover.ts";
import { showMark } from "../../../model/secret.ts";
import type { Secret, SecretMark } from "../../../model/secret.ts";
import type { ReadingSet } from "../../../model/readings.ts";
import type { Device } from "../../../model/device-records.ts";
import type { CronJob } from "../../../model/job-records.ts";
import type { Credential, Grant } from "../../../model/records.ts";
import { grantId, lastingDetail } from "./grant-id.ts";
import type { Skill } from "../../../model/skill-records.ts";
import type { Extension } from "../../../model/activity-records.ts";
import type { Draft } from "./draft.ts";

type Mark = (secret: Secret) => SecretMark;

export function ofState(set: ReadingSet, mark: Mark): readonly Draft[] {
  return [
    ...config(set),
    ...inUse(set.devices.records)
      .filter(({ state }) => state === "paired")
      .map((one) => device(one, mark)),
    ...inUse(set.grants.records).map(grant),
    ...inUse(set.cronJobs.records).map(job),
    ...set.skills.records.map(skill),
    ...inUse(set.extensions.records).map(extension),
    ...set.credentials.records.filter(isTold).map((one) => credential(one, mark)),
  ];
}

/** When OpenClaw last touched the file says nothing about what is in it. */
const volatileKey = /^(?:meta\.lastTouchedAt|wizard\.lastRun\w{0,40})(?:\.|\[|$)/;

/** The whole config is one record, its keys are the fields; the elements of a list are the values of one field. */
function config({ config: { records } }: ReadingSet): readonly Draft[] {
  const [first] = records;
  if (first === undefined) return [];
  const fields = new Map<string, string[]>();
  for (const { key, value } of records) {
    if (volatileKey.test(key)) continue;
    const name = key.replace(/\[\d{1,9}\]$/, "");
    const values = fields.get(name) ?? [];
    values.push(value);
    fields.set(name, values);
  }
  const { path } = first.place;
  return [
    {
      thing: "config",
      id: "config",
      name: "config",
      path,
      from: "config",
      fields: Object.fromEntries(fields),
    },
  ];
}

function device(one: Device, mark: Mark): Draft {
  const tokens = one.tokens.map(({ role, scopes, secret, revokedAt }) =>
    [role, [...scopes].sort().join(","), showMark(mark(secret)), revokedAt === undefined ? "" : "revoked"]
      .join(" ")
      .trim(),
  );
  return {
    thing: "device",
    id: one.id,
    name: one.label ?? one.name ?? one.id,
    path: one.place.path,
    from: "devices",
    fields: {
      name: one.name,
      label: one.label,
      platform: one.platform,
      client: one.clientId,
      mode: one.clientMode,
      roles: [...one.roles].sort(),
      scopes: [...one.scopes].sort(),
      commands: [...one.nodeCommands].sort(),
      publicKey: one.publicKey,
      approvedVia: one.approvedVia,
      createdAt: one.createdAt,
      tokens: tokens.sort(),
    },
  };
}

function grant(one: Grant): Draft {
  return {
    thing: "grant",
    id: grantId(one),
    name: `${one.kind}-${one.subject}`,
    path: one.place.path,
    from: "grants",
    fields: { kind: one.kind, subject: one.subject, detail: lastingDetail(one), createdAt: one.createdAt },
  };
}

function job(one: CronJob): Draft {
  return {
    thing: "cron-job",
    id: one.id,
    name: one.name ?? one.id,
    path: one.place.path,
    from: "cronJobs",
    fields: {
      name: one.name,
      agent: one.agent,
      enabled: one.enabled,
      managed: one.managed,
      schedule: one.schedule,
      kind: one.payloadKind,
      payload: one.payload.split("\n"),
      createdBy: one.createdBy,
      createdAt: one.createdAt,
    },
  };
}

function skill(one: Skill): Draft {
  const [only] = one.files;
  // A file beside the skill folders is a skill of its own, and the place is the file.
  const isLoose = one.files.length === 1 && one.place.path.endsWith(`/${only?.path ?? ""}`);
  return {
    thing: "skill",
    id: one.place.path,
    name: one.name,
    path: one.place.path,
    from: "skills",
    fields: {
      name: one.name,
      source: one.source,
      agent: one.agent,
      installedFrom: one.installedFrom,
      // Hundreds of bundled ones would only repeat OpenClaw's package: their hash has to do.
      ...(one.source === "bundled" ? { sha256: one.sha256 } : {}),
    },
    files:
      one.source === "bundled"
        ? []
        : one.files.map(({ path, executable, sha256, text, modifiedAt }) => ({
            path: isLoose ? one.place.path : `${one.place.path}/${path}`,
            mode: executable ? 0o755 : 0o644,
            sha256,
            text,
            modifiedAt,
          })),
  };
}

function extension(one: Extension): Draft {
  return {
    thing: one.kind,
    id: [one.kind, one.name, one.place.path].join(" | "),
    name: one.name,
    path: one.place.path,
    from: "extensions",
    fields: {
      enabled: one.enabled,
      bundled: one.bundled,
      version: one.version,
      installedFrom: one.installedFrom,
      runs: one.runs,
      events: one.events,
      sha256: one.sha256,
    },
  };
}

/** Copies in backups come and go, the config's own stand with its keys, and a device's token with the device. */
function isTold({ live, kind, place }: Credential): boolean {
  return live && kind !== "device-token" && !/\/(?:openclaw|clawdbot|moltbot)\.json$/.test(place.path);
}

function credential(one: Credential, mark: Mark): Draft {
  const { path } = one.place;
  // A line above it would move it, and it would still be the same.
  const locator = /^line \d/.test(one.place.locator ?? "") ? undefined : one.place.locator;
  const secret = one.mark ?? (one.secret === undefined ? undefined : mark(one.secret));
  return {
    thing: "credential",
    id: [one.id, path, ...(locator === undefined ? [] : [locator])].join(" | "),
    name: one.id,
    path,
    from: "credentials",
    fields: {
      kind: one.kind,
      provider: one.provider,
      label: one.label,
      at: locator,
      ref: one.ref,
      // An access token that is renewed every hour is no change that anybody made.
      value: secret === undefined || one.kind === "oauth" ? undefined : showMark(secret),
    },
  };
}
