/** What a device made while it was paired. Removing the device removes none of it. Pure. */
import type { Device } from "../model/device-records.ts";
import type { CronJob } from "../model/job-records.ts";
import type { AuditEvent, ConfigWrite, Grant, Place } from "../model/records.ts";
import type { Session } from "../model/session-records.ts";

export interface DeviceTraces {
  readonly cronJobs: readonly CronJob[];
  readonly grants: readonly Grant[];
  readonly configWrites: readonly ConfigWrite[];
  readonly audit: readonly AuditEvent[];
  readonly sessions: readonly Session[];
}

export interface Made {
  readonly kind: "cron-job" | "grant" | "config-write" | "action" | "session";
  readonly id: string;
  readonly label: string;
  readonly at?: string;
  /** "recorded": OpenClaw wrote the device down as its maker. "in its time": made while it was paired, by whom is not recorded. */
  readonly certainty: "recorded" | "in its time";
  readonly place: Place;
}

type Candidate = Omit<Made, "certainty"> & { readonly maker?: string; readonly mayChange: boolean };

/** A device that may only read made nothing unless it is written down. */
const changing = ["operator.write", "operator.admin", "operator.approvals"];

/**
 * Everything that names the device as its maker, and what came about between its pairing and `until` (ISO 8601; default:
 * no end, because last contact is noted at connection time only). The recorded ones first, then by time.
 */
export function whatDeviceMade(device: Device, traces: DeviceTraces, until?: string): readonly Made[] {
  const from = [device.createdAt, device.approvedAt].filter((time) => time !== undefined).toSorted()[0];
  const mayChange = device.scopes.some((scope) => changing.includes(scope));
  const made: Made[] = [];
  for (const { maker, mayChange: change, ...item } of candidates(traces)) {
    const recorded = maker?.includes(device.id) === true;
    const inTime =
      maker === undefined &&
      mayChange &&
      change &&
      from !== undefined &&
      item.at !== undefined &&
      item.at >= from &&
      (until === undefined || item.at <= until);
    if (recorded) made.push({ ...item, certainty: "recorded" });
    else if (inTime) made.push({ ...item, certainty: "in its time" });
  }
  return made.toSorted(
    (a, b) =>
      Number(b.certainty === "recorded") - Number(a.certainty === "recorded") ||
      (a.at ?? "").localeCompare(b.at ?? ""),
  );
}

function candidates({ cronJobs, grants, configWrites, audit, sessions }: DeviceTraces): readonly Candidate[] {
  return [
    ...cronJobs.filter(({ managed }) => !managed).map(ofJob),
    ...grants.map(ofGrant),
    ...configWrites.map(ofWrite),
    ...audit.map(ofAudit),
    ...sessions.map(ofSession),
  ];
}

function since(at: string | undefined): { readonly at?: string } {
  return at === undefined ? {} : { at };
}

function by(maker: string | undefined): { readonly maker?: string } {
  return maker === undefined ? {} : { maker };
}

function ofJob(job: CronJob): Candidate {
  return {
    kind: "cron-job",
    id: job.id,
    label: job.name ?? job.id,
    ...since(job.createdAt),
    ...by(job.createdBy),
    mayChange: true,
    place: job.place,
  };
}

/** What `Made` calls it. */
export function grantLabel({ kind, subject }: Grant): string {
  return `${kind} ${subject}`;
}

function ofGrant(grant: Grant): Candidate {
  const label = grantLabel(grant);
  return {
    kind: "grant",
    id: label,
    label,
    ...since(grant.createdAt),
    ...by(grant.madeBy),
    mayChange: true,
    place: grant.place,
  };
}

function ofWrite(write: ConfigWrite): Candidate {
  const label = write.changedPaths.join(", ");
  return { kind: "config-write", id: write.at, label, at: write.at, mayChange: true, place: write.place };
}

/** Actions are reported only where the ledger names the device: their mere time says nothing. */
function ofAudit(event: AuditEvent): Candidate {
  return {
    kind: "action",
    id: event.runId ?? event.at,
    label: `${event.kind} ${event.action}`,
    at: event.at,
    ...by(event.actor),
    mayChange: false,
    place: event.place,
  };
}

function ofSession(session: Session): Candidate {
  return {
    kind: "session",
    id: session.id,
    label: session.key,
    ...since(session.createdAt),
    ...by(session.actor),
    mayChange: session.via === "operator",
    place: session.place,
  };
}
