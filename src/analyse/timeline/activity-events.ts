/** Timeline events from what OpenClaw did or keeps besides sessions. Each function takes one kind of record. */
import type {
  Approval,
  Delivery,
  Extension,
  MemoryEntry,
  Operation,
  Task,
} from "../../model/activity-records.ts";
import { say } from "./event.ts";
import type { EventDraft, TimelineContext } from "./event.ts";

type Drafts<T> = (context: TimelineContext, record: T) => readonly EventDraft[];

export const taskEvents: Drafts<Task> = (context, task) => {
  const what = task.text === undefined ? "" : `: ${say(context, task.text, 200)}`;
  const how = task.runtime === undefined ? "" : ` (${say(context, task.runtime, 40)})`;
  const base = {
    artifact: "tasks",
    place: task.place,
    session: task.childSession ?? task.requester,
    run: task.runId,
    attack: ["T1059"],
    data: { task: task.id, agent: task.agent, status: task.status, requester: task.requester },
  };
  return [
    {
      ...base,
      at: task.createdAt ?? task.startedAt,
      tsDesc: "created",
      dataType: `openclaw:task:${task.kind}`,
      message: `${task.kind} of agent ${say(context, task.agent ?? "?", 40)}${how}${what}`,
    },
    {
      ...base,
      at: task.endedAt,
      tsDesc: "ended",
      dataType: `openclaw:task:${task.kind}-ended`,
      message: `${task.kind} ended: ${say(context, task.status ?? "no status", 40)}${task.outcome === undefined ? "" : `, ${say(context, task.outcome, 200)}`}`,
    },
  ];
};

export const approvalEvents: Drafts<Approval> = (context, approval) => {
  const subject = say(context, approval.subject, 200);
  const base = {
    artifact: "approvals",
    place: approval.place,
    session: approval.sessionKey,
    run: approval.runId,
    attack: ["T1548"],
    data: { approval: approval.id, kind: approval.kind, requestedBy: approval.requestedBy },
  };
  const by = approval.resolver === undefined ? "" : ` by ${say(context, approval.resolver, 80)}`;
  return [
    {
      ...base,
      at: approval.createdAt,
      tsDesc: "requested",
      dataType: "openclaw:approval:requested",
      message: `approval was asked for (${say(context, approval.kind, 30)}): ${subject}`,
    },
    {
      ...base,
      at: approval.resolvedAt,
      tsDesc: "resolved",
      dataType: "openclaw:approval:resolved",
      message: `${say(context, approval.decision ?? approval.status, 40)}${by}: ${subject}`,
      ...(approval.decision === "allow-always" ? { severity: "medium" as const } : {}),
    },
  ];
};

export const extensionEvents: Drafts<Extension> = (context, one) => {
  // What OpenClaw ships is dozens of lines that tell nothing.
  if (one.bundled) return [];
  const name = say(context, one.name, 80);
  const from = one.installedFrom === undefined ? "" : ` from ${say(context, one.installedFrom, 120)}`;
  const base = {
    artifact: "extensions",
    place: one.place,
    attack: ["T1546", "T1195.001"],
    data: { kind: one.kind, enabled: one.enabled, sha256: one.sha256, version: one.version },
  };
  return [
    {
      ...base,
      at: one.installedAt,
      tsDesc: "installed",
      dataType: `openclaw:extension:${one.kind}`,
      message: `${one.kind} ${name} was installed${from}`,
    },
    {
      ...base,
      at: one.modifiedAt,
      tsDesc: "file modified",
      dataType: `openclaw:extension:${one.kind}`,
      message: `${one.kind} ${name} was last changed`,
    },
  ];
};

/** Everything the agent writes down about its owner would drown the rest: only what came from outside, and files. */
export const memoryEvents: Drafts<MemoryEntry> = (context, entry) => {
  const outside = entry.origin === "untrusted";
  if (!outside && entry.origin !== "unknown" && entry.removed !== true) return [];
  const what = entry.removed === true ? "was removed" : outside ? "came from outside" : "was last changed";
  return [
    {
      at: entry.observedAt,
      tsDesc: outside || entry.removed === true ? "observed" : "file modified",
      artifact: "memory",
      dataType: `openclaw:memory:${entry.removed === true ? "removed" : entry.origin}`,
      message: `memory ${say(context, entry.subject, 160)} ${what}${outside ? `: ${say(context, entry.text ?? "", 160)}` : ""}`,
      place: entry.place,
      session: entry.sessionId,
      attack: ["T1565.001"],
      ...(outside ? { severity: "low" as const } : {}),
      data: { agent: entry.agent, sha256: entry.sha256, bytes: entry.bytes },
    },
  ];
};

export const operationEvents: Drafts<Operation> = (context, one) => [
  {
    at: one.at,
    tsDesc: "recorded",
    artifact: "operations",
    dataType: `openclaw:operation:${one.kind}`,
    message: `${one.kind.replaceAll("-", " ")}${one.status === undefined ? "" : ` (${say(context, one.status, 40)})`}: ${say(context, one.detail, 240)}`,
    place: one.place,
    attack: ["T1070"],
    data: { status: one.status, endedAt: one.endedAt },
  },
];

export const deliveryEvents: Drafts<Delivery> = (context, one) => {
  const { inbound, channel, target, sender, status, text } = one;
  const place = [channel, target].filter((part) => part !== undefined).join(" ");
  const where = say(context, place === "" ? "?" : place, 120);
  const state = status === undefined ? "" : ` (${say(context, status, 60)})`;
  const what = text === undefined ? "" : `: ${say(context, text, 200)}`;
  const who = say(context, sender ?? "?", 100);
  return [
    {
      at: one.at,
      tsDesc: inbound === true ? "received" : "sent",
      artifact: "deliveries",
      dataType: inbound === true ? "openclaw:delivery:received" : "openclaw:delivery:message",
      message:
        inbound === true
          ? `message from ${who} by ${where}${state}${what}`
          : `message to ${where}${state}${what}`,
      place: one.place,
      session: one.sessionId ?? one.sessionKey,
      run: one.runId,
      attack: inbound === true ? ["T1566.003"] : ["T1041"],
      data: { channel, target, sender, status },
    },
  ];
};
