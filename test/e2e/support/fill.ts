import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { asText } from "./json.ts";
import { execMark } from "./mock-provider.ts";
import { plantedSecrets } from "./plant.ts";
import { until } from "./processes.ts";
import { connectGateway, mustConnect, newDevice } from "./ws-device.ts";
import type { DeviceKey, GatewayConnection } from "./ws-device.ts";

/** A device, the key that proves it, and the bearer the gateway gave it ("" while it waits for approval). */
export interface Device {
  readonly name: string;
  readonly key: DeviceKey;
  readonly role: "operator" | "node";
  readonly scopes: readonly string[];
  readonly token: string;
}

export interface Filling {
  readonly devices: {
    /** Paired silently from loopback. */
    readonly laptop: Device;
    /** Paired silently, offers `system.run`. */
    readonly node: Device;
    /** Admin, from 203.0.113.9, approved by the owner. */
    readonly stranger: Device;
    /** From 203.0.113.10; the gateway forgets it after five minutes. */
    readonly pending: Device;
  };
  readonly deviceTokens: readonly string[];
  readonly sessions: { readonly main: string; readonly second: string; readonly deleted: string };
  /** Ids of the jobs that a user made; the gateway has some of its own. */
  readonly cron: { readonly agentTurn: string; readonly command: string };
}

interface Gateway {
  readonly url: string;
  readonly home: string;
  readonly token: string;
}

const main = "agent:main:main";
const second = "agent:main:explicit:second-session";
const deleted = "agent:main:explicit:deleted-session";

/** Lets a few days' worth happen: turns, a command, a deleted session, jobs, devices, a stored secret. */
export async function fillGateway(gateway: Gateway): Promise<Filling> {
  const { url, token } = gateway;
  const { connection } = await mustConnect({ url, credential: { token }, scopes: ["operator.admin"] });
  const paired = await pairDevices(gateway, connection);
  const [cron] = await Promise.all([
    addJobs(connection),
    takeTurns(connection, gateway.home),
    connection.call("secrets.store.set", {
      name: "SERVICE_TOKEN",
      value: plantedSecrets.store,
      kind: "secret",
    }),
  ]);
  // Last: the gateway forgets it after five minutes.
  const pending = await pair(
    gateway,
    { name: "stranger-pending", role: "operator", scopes: ["operator.admin"] },
    "203.0.113.10",
  );
  await connection.close();
  const devices = { ...paired, pending };
  return {
    devices,
    deviceTokens: Object.values(devices).flatMap(({ token: bearer }) => (bearer === "" ? [] : [bearer])),
    sessions: { main, second, deleted },
    cron,
  };
}

/** Plain turns, a command of the agent's, a result large enough to be compressed, a session that is deleted. */
async function takeTurns(admin: GatewayConnection, home: string): Promise<void> {
  const marker = join(home, "tool-ran.txt");
  await turn(admin, "Good morning, anything new?");
  await turn(admin, `${execMark(`echo pwned > ${marker}; id`)} please run it`);
  await turn(admin, `${execMark("seq 1 6000")} and this`);
  await turn(admin, "A second conversation.", "second-session");
  await turn(admin, "This conversation is going to be deleted.", "deleted-session");
  await admin.call("sessions.delete", { key: deleted, deleteTranscript: true });
}

/** One turn of the main agent, to its end. */
async function turn(admin: GatewayConnection, message: string, sessionId?: string): Promise<void> {
  const session = sessionId === undefined ? {} : { sessionId };
  await admin.call("agent", { agentId: "main", message, idempotencyKey: randomUUID(), ...session });
}

/** A daily prompt, half a day from now, and an hourly shell command, which has run once. */
async function addJobs(admin: GatewayConnection): Promise<Filling["cron"]> {
  const add = async (name: string, schedule: object, payload: object): Promise<string> => {
    const common = { sessionTarget: "isolated", wakeMode: "now", enabled: true };
    return asText((await admin.call("cron.add", { ...common, name, schedule, payload }))["id"]);
  };
  const [agentTurn, command] = await Promise.all([
    add(
      "nightly-summary",
      { kind: "cron", expr: `15 ${(new Date().getUTCHours() + 12) % 24} * * *`, tz: "UTC" },
      { kind: "agentTurn", message: "Summarise the day" },
    ),
    add(
      "hourly-command",
      { kind: "every", everyMs: 3_600_000 },
      { kind: "command", argv: ["sh", "-lc", "echo cron-marker; id"] },
    ),
  ]);
  await admin.call("cron.run", { id: command, mode: "force" });
  await until("the job has run", 600_000, async () => {
    const { entries } = await admin.call("cron.runs", { id: command });
    return Array.isArray(entries) && entries.length > 0;
  });
  return { agentTurn, command };
}

/** Two devices that pair silently, and a stranger that gets approved. */
async function pairDevices(
  gateway: Gateway,
  admin: GatewayConnection,
): Promise<Omit<Filling["devices"], "pending">> {
  const all = ["operator.read", "operator.write", "operator.admin"];
  const [laptop, node, stranger] = await Promise.all([
    pair(gateway, { name: "op-laptop", role: "operator", scopes: all.slice(0, 2) }),
    pair(gateway, { name: "node-a", role: "node", scopes: [] }),
    pair(gateway, { name: "stranger", role: "operator", scopes: all }, "203.0.113.9", admin),
  ]);
  return { laptop, node, stranger };
}

/** Connects a new device with the shared token; where that only asks for approval, `owner` gives it. */
async function pair(
  { url, token }: Gateway,
  wanted: Pick<Device, "name" | "role" | "scopes">,
  forwardedFor?: string,
  owner?: GatewayConnection,
): Promise<Device> {
  const key = newDevice();
  const from = forwardedFor === undefined ? {} : { forwardedFor };
  const options = { url, credential: { token }, device: key, displayName: wanted.name, ...wanted, ...from };
  const first = await connectGateway(options);
  if (first.ok) {
    await first.connection.close();
    return { ...wanted, key, token: first.deviceToken };
  }
  if (first.requestId === "") throw new Error(`${wanted.name} was refused: ${first.code} ${first.detail}`);
  if (owner === undefined) return { ...wanted, key, token: "" };
  await owner.call("device.pair.approve", { requestId: first.requestId });
  const approved = await mustConnect(options);
  await approved.connection.close();
  return { ...wanted, key, token: approved.deviceToken };
}
