import { outcomes, severities } from "../../model/outcome.ts";
import { mutations, stages } from "../../model/stages.ts";

/**
 * The words that claw-ir's own records are made of. They are never learned as secrets: someone who plants "critical" as a
 * password in a config must not be able to blank out the findings or break what `resume` reads.
 */
const values = [
  ...["started", "skipped", "declined", "failed", "done", "confirmed", "likely", "suspicious"],
  ...["not-matched", "matched", "not-evaluated", "by-user", "unknown", "create", "deploy", "verify-new"],
  ...["revoke", "verify-old", "backup", "evidence", "pending", "proven", "paired", "enabled", "disabled"],
  ...["remote", "operator", "default", "string", "number", "boolean", "object", "undefined", "false"],
];

/** Field names of everything that is stored in a case. */
const fields = [
  ...["action", "actions", "actor", "address", "agent", "answer", "approvedAt", "approvedVia", "archive"],
  ...["archived", "argv", "arguments", "artifact", "attack", "bytes", "cacheRead", "cacheWrite", "cgroup"],
  ...["changedPaths", "channel", "clientId", "clientMode", "closedAt", "command", "confidence", "cost"],
  ...["createdAt", "createdBy", "createdVia", "credential", "dataType", "declined", "description"],
  ...["detail", "durationMs", "enabled", "endedAt", "environ", "events", "excerpt", "executable"],
  ...["exeDeleted", "evidence", "fingerprint", "firstSeen", "gateway", "hidden", "installedFrom", "inverse"],
  ...["isError", "lastAt", "lastRunAt", "lastSeen", "lastSeenAt", "lastUsedAt", "length", "localAddress"],
  ...["localPort", "locator", "managed", "message", "modifiedAt", "mutates", "nodeCommands", "origin"],
  ...["outcome", "output", "parentKey", "passphrase", "payload", "payloadKind", "plainBytes", "platform"],
  ...["playbook", "prefix", "profile", "prompt", "protocol", "provider", "publicKey", "reason", "receipt"],
  ...["recipients", "records", "remoteAddress", "remoteIp", "remotePort", "report", "requestId", "residue"],
  ...["revokedAt", "rotatedAt", "schedule", "scopes", "secret", "session", "sessionId", "severity", "sha256"],
  ...["source", "startTicks", "startedAt", "status", "summary", "suspicious", "switchedOff", "timeline"],
  ...["title", "tokens", "toolCallId", "toolCalls", "toolName", "tsDesc", "updatedAt", "verified", "version"],
];

const words = new Set<string>([...values, ...fields, ...stages, ...mutations, ...outcomes, ...severities]);

export function isOwnWord(value: string): boolean {
  return words.has(value);
}
