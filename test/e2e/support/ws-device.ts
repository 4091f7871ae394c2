import { createHash, generateKeyPairSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { asList, asObject, asText, parsed } from "./json.ts";
import type { JsonObject } from "./json.ts";

/** A device's identity as the gateway knows it, with the key that only the device has. */
export interface DeviceKey {
  readonly id: string;
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

export interface ConnectOptions {
  readonly url: string;
  readonly credential: { readonly token: string } | { readonly deviceToken: string };
  readonly scopes?: readonly string[];
  readonly role?: "operator" | "node";
  /** Without one the connection pairs nothing; the gateway allows that on loopback with its shared token. */
  readonly device?: DeviceKey;
  readonly displayName?: string;
  /** The address a trusted proxy would report. */
  readonly forwardedFor?: string;
}

export interface GatewayConnection {
  /** One request; rejects with the gateway's error code. */
  readonly call: (method: string, params?: JsonObject) => Promise<JsonObject>;
  /** The close code, once either side has closed. */
  readonly closed: Promise<number>;
  readonly close: () => Promise<void>;
}

export type ConnectOutcome =
  | {
      readonly ok: true;
      /** How the gateway authenticated us: `token` or `device-token`. */
      readonly method: string;
      readonly scopes: readonly string[];
      /** The device's bearer token, where the gateway issued or confirmed one. */
      readonly deviceToken: string;
      readonly connection: GatewayConnection;
    }
  | {
      readonly ok: false;
      readonly code: string;
      readonly detail: string;
      /** Names the pairing request that waits for approval. */
      readonly requestId: string;
      readonly closeCode: number;
    };

const answerWithinMs = 900_000;

/** Makes up a device that no gateway knows yet. */
export function newDevice(): DeviceKey {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  return {
    id: createHash("sha256").update(raw).digest("hex"),
    publicKey: raw.toString("base64url"),
    privateKey,
  };
}

class HungUp extends Error {}

/** A busy gateway hangs up on who had to wait for 15 s (its default), and a starting one says that it is not there yet: neither is an answer. */
const tries = 20;

/** Connects as a device, or without one, and tells what the gateway said. */
export async function connectGateway(options: ConnectOptions): Promise<ConnectOutcome> {
  for (let left = tries; ; left -= 1) {
    try {
      return await connectOnce(options);
    } catch (error) {
      if (left === 0 || !(error instanceof HungUp)) throw error;
      await pause(1000);
    }
  }
}

async function connectOnce(options: ConnectOptions): Promise<ConnectOutcome> {
  const wire = openWire(options);
  const challenge = asObject((await wire.frame("connect.challenge"))["payload"]);
  const answer = await wire.request("connect", connectParams(options, challenge));
  if (answer["ok"] === true) {
    const auth = asObject(asObject(answer["payload"])["auth"]);
    return {
      ok: true,
      method: asText(auth["method"]),
      scopes: asList(auth["scopes"]).map(asText),
      deviceToken: asText(auth["deviceToken"]),
      connection: connectionOver(wire),
    };
  }
  const error = asObject(answer["error"]);
  if (asText(error["code"]) === "UNAVAILABLE") throw new HungUp(`not yet: ${asText(error["message"])}`);
  const details = asObject(error["details"]);
  return {
    ok: false,
    code: asText(error["code"]),
    detail: asText(details["code"]),
    requestId: asText(details["requestId"]),
    closeCode: await wire.closed,
  };
}

/** As `connectGateway`, where a refusal is a failure of the test. */
export async function mustConnect(options: ConnectOptions): Promise<ConnectOutcome & { readonly ok: true }> {
  const outcome = await connectGateway(options);
  if (!outcome.ok) throw new Error(`the gateway refused: ${outcome.code} ${outcome.detail}`);
  return outcome;
}

/** What a client sends after the challenge, signed where it has a key. */
function connectParams(options: ConnectOptions, challenge: JsonObject): JsonObject {
  const { role = "operator", scopes = [], credential } = options;
  const mode = role === "node" ? "node" : "cli";
  const id = role === "node" ? "node-host" : "cli";
  const displayName = options.displayName ?? "claw-ir-e2e";
  const params = {
    minProtocol: 4,
    maxProtocol: 4,
    client: { id, version: "0.0.1", platform: "linux", mode, displayName },
    role,
    scopes,
    caps: [],
    commands: role === "node" ? ["system.run"] : [],
    permissions: {},
    auth: credential,
    locale: "en-US",
    userAgent: "claw-ir-e2e/0",
  };
  if (options.device === undefined) return params;
  const token = "token" in credential ? credential.token : credential.deviceToken;
  const signedAt = Number(challenge["ts"]);
  const nonce = asText(challenge["nonce"]);
  const { device } = options;
  const signed = [device.id, id, mode, role, scopes.join(","), signedAt, token, nonce, "linux", ""];
  const signature = sign(null, Buffer.from(["v3", ...signed].join("|")), device.privateKey);
  return {
    ...params,
    device: {
      id: device.id,
      publicKey: device.publicKey,
      signature: signature.toString("base64url"),
      signedAt,
      nonce,
    },
  };
}

/** Requests over a connection that has been accepted. */
function connectionOver(wire: Wire): GatewayConnection {
  return {
    closed: wire.closed,
    close: async () => {
      wire.hangUp();
      await wire.closed;
    },
    call: async (method, params = {}) => {
      const answer = await wire.request(method, params);
      if (answer["ok"] === true) return asObject(answer["payload"]);
      const { code, message } = asObject(answer["error"]);
      throw new Error(`${method}: ${asText(code)} ${asText(message)}`);
    },
  };
}

interface Wire {
  /** Waits for the event of that name, or the answer with that id. */
  readonly frame: (key: string) => Promise<JsonObject>;
  readonly request: (method: string, params: JsonObject) => Promise<JsonObject>;
  readonly closed: Promise<number>;
  readonly hangUp: () => void;
}

/** Opens the socket and sorts what comes in. */
function openWire({ url, forwardedFor }: ConnectOptions): Wire {
  const headers = forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor };
  const socket = new WebSocket(url, { headers });
  const waiting = new Map<string, (frame: JsonObject | undefined) => void>();
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<number>();
  socket.addEventListener("message", (event) => {
    const frame = asObject(parsed(String(event.data)));
    if (!isInterim(frame))
      waiting.get(asText(frame["type"] === "res" ? frame["id"] : frame["event"]))?.(frame);
  });
  socket.addEventListener("close", (event) => {
    onClosed(event.code);
    for (const giveUp of waiting.values()) giveUp(undefined);
  });
  const frame = (key: string): Promise<JsonObject> =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no answer to ${key}`)), answerWithinMs);
      waiting.set(key, (given) => {
        clearTimeout(late);
        waiting.delete(key);
        if (given === undefined) reject(new HungUp(`the gateway hung up before ${key}`));
        else resolve(given);
      });
    });
  let sent = 0;
  const request = (method: string, params: JsonObject): Promise<JsonObject> => {
    const id = `${method} #${++sent}`;
    const answer = frame(id);
    socket.send(JSON.stringify({ type: "req", id, method, params }));
    return answer;
  };
  return { frame, request, closed, hangUp: () => socket.close() };
}

/** An agent's run is first accepted, then answered under the same id. */
function isInterim(frame: JsonObject): boolean {
  return asObject(frame["payload"])["status"] === "accepted";
}
