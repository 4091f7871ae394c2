/** Timeline events from OpenClaw's own records. Each function takes one kind of record. */
import type { CronJob, CronRun } from "../../model/job-records.ts";
import type { AuditEvent, ConfigWrite, Credential, GatewayBoot, Grant } from "../../model/records.ts";
import type { Session } from "../../model/session-records.ts";
import { say } from "./event.ts";
import type { EventDraft, TimelineContext } from "./event.ts";

type Drafts<T> = (context: TimelineContext, record: T) => readonly EventDraft[];

export const sessionEvents: Drafts<Session> = (context, session) => {
  const name = say(context, session.key, 120);
  const base = {
    artifact: "sessions",
    place: session.place,
    session: session.id,
    data: { agent: session.agent, via: session.via, model: session.model, channel: session.channel },
  };
  const how = session.via === "unknown" ? "" : ` via ${session.via}`;
  return [
    {
      ...base,
      at: session.createdAt,
      tsDesc: "created",
      dataType: "openclaw:session:created",
      message: `session ${name} began${how}`,
    },
    {
      ...base,
      at: session.lastAt,
      tsDesc: "last activity",
      dataType: "openclaw:session:active",
      message: `session ${name} was last active${session.archived === undefined ? "" : ` (${session.archived})`}`,
    },
  ];
};

export const cronJobEvents: Drafts<CronJob> = (context, job) => {
  const name = say(context, job.name ?? job.id, 80);
  const base = {
    artifact: "cron-jobs",
    place: job.place,
    attack: ["T1053"],
    data: { job: job.id, payloadKind: job.payloadKind, managed: job.managed, enabled: job.enabled },
  };
  const created: EventDraft = {
    ...base,
    at: job.createdAt,
    tsDesc: "created",
    dataType: "openclaw:cron-job:created",
    message: `${job.managed ? "OpenClaw's own job" : "job"} ${name} was made (${say(context, job.schedule, 60)}, ${say(context, job.payloadKind, 30)})`,
  };
  const changed = job.updatedAt !== undefined && job.updatedAt !== job.createdAt;
  if (!changed) return [created];
  return [
    created,
    {
      ...base,
      at: job.updatedAt,
      tsDesc: "changed",
      dataType: "openclaw:cron-job:changed",
      message: `job ${name} was changed or ran`,
    },
  ];
};

export const cronRunEvents: Drafts<CronRun> = (context, run) => [
  {
    at: run.startedAt,
    tsDesc: "started",
    artifact: "cron-runs",
    dataType: "openclaw:cron-run:started",
    message: `job ${say(context, run.jobId, 60)} ran: ${say(context, run.status ?? "no outcome", 30)}${run.error === undefined ? "" : `, ${say(context, run.error)}`}`,
    place: run.place,
    attack: ["T1053"],
    data: { job: run.jobId, status: run.status, endedAt: run.endedAt },
  },
];

export const configWriteEvents: Drafts<ConfigWrite> = (context, write) => {
  const paths = write.changedPaths.slice(0, 12).map((path) => say(context, path, 60));
  const more = write.changedPaths.length > 12 ? ` and ${write.changedPaths.length - 12} more` : "";
  const external = write.event === "config.external";
  return [
    {
      at: write.at,
      tsDesc: external ? "noticed" : "written",
      artifact: "config-writes",
      dataType: `openclaw:config:${external ? "external" : "write"}`,
      message: `config ${external ? "was changed from outside OpenClaw" : "was written"}${paths.length === 0 ? "" : `: ${paths.join(", ")}${more}`}`,
      place: write.place,
      attack: ["T1562.001"],
      ...(external || write.suspicious.length > 0 ? { severity: "medium" as const } : {}),
      data: {
        event: write.event,
        origin: write.origin,
        pid: write.pid,
        command: write.argv === undefined ? undefined : context.redact(write.argv.join(" ")),
        nextHash: write.nextHash,
      },
    },
  ];
};

export const auditEvents: Drafts<AuditEvent> = (context, audit) => [
  {
    at: audit.at,
    tsDesc: "occurred",
    artifact: "audit",
    dataType: "openclaw:audit:action",
    message: `${say(context, audit.kind, 40)}: ${say(context, audit.action, 60)}${audit.toolName === undefined ? "" : ` ${say(context, audit.toolName, 60)}`}${audit.status === undefined ? "" : ` (${say(context, audit.status, 30)})`}`,
    place: audit.place,
    user: audit.actor,
    session: audit.sessionId,
    run: audit.runId,
    data: { agent: audit.agent, tool: audit.toolName, channel: audit.channel },
  },
];

export const bootEvents: Drafts<GatewayBoot> = (context, boot) => {
  const base = { artifact: "boots", place: boot.place, data: { pid: boot.pid, outcome: boot.outcome } };
  return [
    {
      ...base,
      at: boot.startedAt,
      tsDesc: "started",
      dataType: "openclaw:gateway:started",
      message: `gateway started${boot.pid === undefined ? "" : ` as process ${boot.pid}`}`,
    },
    {
      ...base,
      at: boot.endedAt,
      tsDesc: "ended",
      dataType: "openclaw:gateway:ended",
      message: `gateway ended: ${say(context, boot.reason ?? boot.outcome ?? "no reason recorded", 80)}`,
    },
  ];
};

export const grantEvents: Drafts<Grant> = (context, grant) => [
  {
    at: grant.createdAt,
    tsDesc: "created",
    artifact: "grants",
    dataType: `openclaw:grant:${grant.kind}`,
    message: `${grant.kind.replaceAll("-", " ")} for ${say(context, grant.subject, 80)}${grant.detail === undefined ? "" : `: ${say(context, grant.detail, 80)}`}`,
    place: grant.place,
    attack: ["T1098"],
  },
];

export const credentialEvents: Drafts<Credential> = (context, credential) => [
  {
    // Tokens of devices are told with their devices.
    at: credential.kind === "device-token" ? undefined : credential.createdAt,
    tsDesc: "created",
    artifact: "credentials",
    dataType: "openclaw:credential:stored",
    message: `credential ${say(context, credential.id, 80)} was stored${credential.live ? "" : " (a copy that is not in use)"}`,
    place: credential.place,
    data: { credential: credential.id, fingerprint: credential.mark?.fingerprint },
  },
];
