import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as incident from "./incident.ts";

type Put = (path: string, content: unknown) => Promise<void>;

function putter(stateDir: string): Put {
  return async (path, content) => {
    const place = join(stateDir, path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, typeof content === "string" ? content : JSON.stringify(content));
  };
}

const jsonl = (lines: readonly string[]): string => `${lines.join("\n")}\n`;

/** What the files of 2026.1 to 2026.7 have in common. */
async function plantCommon(put: Put, times: "0 for never" | "absent for never"): Promise<void> {
  const { main, deleted, device, pending, identity, ownToken } = incident;
  const sessions = "agents/main/sessions";
  await put(`${sessions}/${main.id}.jsonl`, jsonl(main.lines));
  await put(`${sessions}/${deleted.archive}`, jsonl(deleted.lines));
  const { token, commands, ...described } = device;
  const never = times === "0 for never" ? { lastUsedAtMs: 0, rotatedAtMs: 0, revokedAtMs: 0 } : {};
  const entry = { role: "node", scopes: device.scopes, token, createdAtMs: device.approvedAtMs, ...never };
  await put("devices/paired.json", { [device.deviceId]: { ...described, tokens: { node: entry } } });
  await put("nodes/paired.json", { [device.deviceId]: { nodeId: device.deviceId, commands } });
  await put("devices/pending.json", { [pending.requestId]: pending });
  await put("identity/device.json", identity);
  const { deviceId } = identity;
  await put("identity/device-auth.json", { version: 1, deviceId, tokens: { operator: ownToken } });
  await put("exec-approvals.json", incident.approvals);
  await put("agents/main/agent/.keep", "");
}

const entry = {
  sessionId: incident.main.id,
  updatedAt: incident.main.lastAt,
  modelProvider: "anthropic",
  model: "claude-opus",
  hookExternalContentSource: "webhook",
};

async function plantIndex(put: Put, more: Readonly<Record<string, unknown>>): Promise<void> {
  await put("agents/main/sessions/sessions.json", { [incident.main.key]: { ...entry, ...more } });
}

async function plantJob(put: Put): Promise<void> {
  const { job, jobState, run } = incident;
  await put("cron/jobs.json", { version: 1, jobs: [{ ...job, state: jobState }] });
  const { startedAt, endedAt, status, error } = run;
  const line = { ts: endedAt, jobId: job.id, action: "finished", status, error, runAtMs: startedAt };
  await put(`cron/runs/${job.id}.jsonl`, `${JSON.stringify(line)}\n`);
}

async function plantChannels(put: Put, account: string): Promise<void> {
  await put(`credentials/telegram${account}-allowFrom.json`, { version: 1, allowFrom: [incident.allowed] });
  await put("credentials/telegram-pairing.json", { version: 1, requests: [incident.asking] });
}

/** clawdbot 2026.1: no audit of the config, files of channels without their account. */
export async function plantClawdbot(stateDir: string): Promise<void> {
  const put = putter(stateDir);
  await put("clawdbot.json", { ...incident.config, meta: { lastTouchedVersion: "2026.1.24-3" } });
  await plantCommon(put, "0 for never");
  await plantIndex(put, { lastChannel: "telegram" });
  await plantJob(put);
  await plantChannels(put, "");
  await put("agents/main/agent/auth-profiles.json", incident.profiles);
}

export async function plantFiles(stateDir: string): Promise<void> {
  const put = putter(stateDir);
  await put("openclaw.json", { ...incident.config, meta: { lastTouchedVersion: "2026.2.26" } });
  await plantCommon(put, "absent for never");
  await plantIndex(put, { sessionFile: `/home/op/.openclaw/agents/main/sessions/${incident.main.id}.jsonl` });
  await plantJob(put);
  await plantChannels(put, "-default");
  await put("agents/main/agent/auth-profiles.json", incident.profiles);
  await put("logs/config-audit.jsonl", `${JSON.stringify(incident.configWrite)}\n`);
}

/** The part of 2026.6 and 2026.7 that is in files. */
export async function plantMixedFiles(stateDir: string): Promise<void> {
  const put = putter(stateDir);
  await put("openclaw.json", { ...incident.config, meta: { lastTouchedVersion: "2026.6.11" } });
  await plantCommon(put, "absent for never");
  await plantIndex(put, { sessionStartedAt: incident.main.startedAt, status: "done" });
  await plantChannels(put, "-default");
  await put("logs/config-audit.jsonl", `${JSON.stringify(incident.configWrite)}\n`);
}
