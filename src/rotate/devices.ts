/**
 * Shows that the tokens of a removed device are dead. Two witnesses that need no private key: the HTTP answer to the token
 * itself, and the running gateway's own list of devices over the WebSocket. Connecting with the token under another key is
 * no witness: the gateway refuses that for live tokens as well (tried on 2026.9.6).
 */
import type { Host } from "../host/host.ts";
import type { WsConversation } from "../host/http.ts";
import type { ReceiptStep } from "../model/evidence.ts";
import { at, bool, dict, list, str } from "../model/json.ts";
import type { Device, DeviceToken } from "../model/device-records.ts";
import type { Secret } from "../model/secret.ts";
import { shown } from "../model/text.ts";
import { askGateway, baseUrl } from "./oracle.ts";
import type { GatewayAddress } from "./oracle.ts";
import type { Verdict } from "./verdict.ts";

export interface DeviceProof {
  readonly device: string;
  /** The token at the HTTP interface; unknown for tokens that it refuses even while they live. */
  readonly http: Verdict;
  /** Whether the running gateway knows the device, asked over its WebSocket. */
  readonly socket: Verdict;
  readonly steps: readonly ReceiptStep[];
  /** The running gateway does not know the device, and HTTP refused each of its tokens that it would take alive. */
  readonly proven: boolean;
}

/** Scopes that include reading: only a token with one of them is accepted by the HTTP interface while it lives. */
const reading = ["operator.read", "operator.write", "operator.admin"];

/** Whether the HTTP interface would accept this token if it lived. */
export function speaksHttp({ role, scopes }: Pick<DeviceToken, "role" | "scopes">): boolean {
  return role === "operator" && scopes.some((scope) => reading.includes(scope));
}

/** Ids of devices that the running gateway lists, paired and pending; undefined with the reason where it could not be asked. */
export type DeviceList = { readonly ids: ReadonlySet<string> } | { readonly reason: string };

/**
 * Asks the running gateway for its devices, with the new shared token and without pairing anything: a connection without a
 * device and with the scope operator.pairing may call device.pair.list from loopback.
 */
export async function listDevices(
  host: Pick<Host, "http">,
  address: GatewayAddress,
  token: Secret,
): Promise<DeviceList> {
  let answer = await listOnce(host, address, token);
  for (let tried = 1; tried < attempts && "reason" in answer && silences.has(answer.reason); tried += 1)
    answer = await listOnce(host, address, token);
  return answer;
}

/** A gateway that has just become ready may not speak for a while, and hangs up on whoever waited too long meanwhile. */
const answerMs = 30_000;
const attempts = 3;
const noConnection = "no WebSocket connection";
const noAnswer = "no answer";
const refusal = (method: string, code: string): string => `${method} was refused: ${code}`;
const silences: ReadonlySet<string> = new Set([
  noConnection,
  ...["connect", "device.pair.list"].map((method) => refusal(method, noAnswer)),
]);

async function listOnce(
  host: Pick<Host, "http">,
  address: GatewayAddress,
  token: Secret,
): Promise<DeviceList> {
  const talk = await host.http.webSocket(baseUrl(address, "ws"), answerMs);
  if (talk === undefined) return { reason: noConnection };
  try {
    const connected = await call(talk, "c1", "connect", connectParams(token));
    if (connected.ok !== true) return { reason: refusal("connect", connected.code) };
    const listed = await call(talk, "r1", "device.pair.list", {});
    if (listed.ok !== true) return { reason: refusal("device.pair.list", listed.code) };
    const rows = [...list(at(listed.payload, "paired")), ...list(at(listed.payload, "pending"))];
    if (!Array.isArray(at(listed.payload, "paired"))) return { reason: "device.pair.list gave no list" };
    return { ids: new Set(rows.flatMap((row) => str(at(row, "deviceId")) ?? [])) };
  } finally {
    talk.close();
  }
}

function connectParams(token: Secret): unknown {
  return {
    minProtocol: 4,
    maxProtocol: 4,
    client: { id: "cli", version: "0.0.1", platform: "linux", mode: "cli" },
    role: "operator",
    scopes: ["operator.pairing"],
    caps: [],
    auth: { token: token.reveal() },
  };
}

interface Answer {
  readonly ok: boolean | undefined;
  readonly code: string;
  readonly payload: unknown;
}

/** Sends one request and waits for its answer; events in between are passed over. */
async function call(talk: WsConversation, id: string, method: string, params: unknown): Promise<Answer> {
  // The gateway speaks first (connect.challenge); a connection without a device has nothing to sign.
  if (method === "connect") await talk.next(answerMs);
  talk.send({ type: "req", id, method, params });
  for (let seen = 0; seen < 50; seen += 1) {
    const message = dict(await talk.next(answerMs));
    if (message["type"] === undefined) break;
    if (message["type"] !== "res" || message["id"] !== id) continue;
    const error = message["error"];
    const code = str(at(error, "details", "code")) ?? str(at(error, "code")) ?? "no code";
    return { ok: bool(message["ok"]), code: shown(code, 60), payload: message["payload"] };
  }
  return { ok: undefined, code: noAnswer, payload: undefined };
}

/**
 * The proof for one removed device. `listed` comes from `listDevices`, asked once for all devices. `wasAccepted`: the same
 * token was seen to be accepted before the removal, which makes its refusal count whatever its scopes are.
 */
export async function proveDeviceRefused(
  host: Pick<Host, "http" | "clock">,
  address: GatewayAddress,
  device: Device,
  listed: DeviceList,
  wasAccepted = false,
): Promise<DeviceProof> {
  const socket = listVerdict(device.id, listed);
  const verdicts: Verdict[] = [];
  let telling = 0;
  for (const token of device.tokens) {
    verdicts.push(await tokenVerdict(host, address, token, wasAccepted));
    if (wasAccepted || speaksHttp(token)) telling += 1;
  }
  const refused = verdicts.filter(({ state }) => state === "refused").length;
  const http = worst(verdicts);
  const proven = socket.state === "refused" && refused === telling && http.state !== "accepted";
  // Every token refused where that tells something: dead, even if the gateway could not be asked for its list.
  const dead = proven || (telling > 0 && refused === device.tokens.length && socket.state === "unknown");
  const accepted = [http, socket].some(({ state }) => state === "accepted");
  const outcome = accepted ? "failed" : dead ? "done" : "unknown";
  const evidence = `HTTP: ${http.evidence}; WebSocket: ${socket.evidence}`;
  const at = host.clock.now().toISOString();
  return { device: device.id, http, socket, steps: [{ step: "verify-old", outcome, evidence, at }], proven };
}

function listVerdict(id: string, listed: DeviceList): Verdict {
  if ("reason" in listed) return { state: "unknown", evidence: listed.reason };
  return listed.ids.has(id)
    ? { state: "accepted", evidence: "device.pair.list still names the device" }
    : { state: "refused", evidence: "device.pair.list does not name the device" };
}

async function tokenVerdict(
  host: Pick<Host, "http" | "clock">,
  address: GatewayAddress,
  token: DeviceToken,
  wasAccepted: boolean,
): Promise<Verdict> {
  const verdict = await askGateway(host, address, token.secret);
  if (verdict.state !== "refused" || wasAccepted || speaksHttp(token)) return verdict;
  const evidence = `${verdict.evidence}, which a ${shown(token.role, 40)} token without reading rights always gets`;
  return { state: "unknown", evidence };
}

/** One accepted token outweighs all refused ones. */
function worst(verdicts: readonly Verdict[]): Verdict {
  const order = ["accepted", "unknown", "refused"] as const;
  for (const state of order) {
    const found = verdicts.find((verdict) => verdict.state === state);
    if (found !== undefined) return found;
  }
  return { state: "unknown", evidence: "the device had no token" };
}
