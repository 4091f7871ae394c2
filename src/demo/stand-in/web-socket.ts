/**
 * The server side of a WebSocket, as much as the demonstration needs: a challenge, the connect request, and the list of
 * devices for who holds the shared token. Frames as in RFC 6455, text only, below 64 KiB.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Auth } from "./auth.ts";

const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

export function answerUpgrade(request: IncomingMessage, socket: Duplex, auth: () => Auth): void {
  const accept = createHash("sha1")
    .update(`${request.headers["sec-websocket-key"] ?? ""}${guid}`)
    .digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  send(socket, {
    type: "event",
    event: "connect.challenge",
    payload: { nonce: "demo-nonce", ts: Date.now() },
  });
  let pending = Buffer.alloc(0);
  let connected = false;
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    const text = unmask(pending);
    if (text === undefined) return;
    pending = Buffer.alloc(0);
    const message = parse(text);
    if (message === undefined) close(socket, 1007, "bad message");
    else if (connected) answerCall(socket, message, auth());
    else connected = answerConnect(socket, message, auth());
  });
}

interface Message {
  readonly id?: string;
  readonly method?: string;
  readonly params?: { readonly auth?: { readonly token?: string; readonly deviceToken?: string } };
}

function parse(text: string): Message | undefined {
  try {
    return JSON.parse(text) as Message;
  } catch {
    return undefined;
  }
}

function answerConnect(socket: Duplex, message: Message, auth: Auth): boolean {
  const { token, deviceToken } = message.params?.auth ?? {};
  // Without the device's own key a device token opens nothing, as in OpenClaw: the shared token alone does.
  const good = token !== undefined && deviceToken === undefined && auth.isShared(token);
  const code = deviceToken === undefined ? "AUTH_TOKEN_MISMATCH" : "AUTH_DEVICE_TOKEN_MISMATCH";
  send(socket, {
    type: "res",
    id: message.id ?? "c1",
    ok: good,
    ...(good
      ? { payload: { server: { version: "demonstration" } } }
      : { error: { code: "INVALID_REQUEST", message: "unauthorized", details: { code } } }),
  });
  if (!good) close(socket, 1008, "unauthorized");
  return good;
}

function answerCall(socket: Duplex, { id, method }: Message, auth: Auth): void {
  const known = method === "device.pair.list";
  const devices = auth.devices();
  send(socket, {
    type: "res",
    id: id ?? "r1",
    ok: known,
    ...(known
      ? { payload: { pending: [], paired: devices.map((deviceId) => ({ deviceId })) } }
      : { error: { code: "INVALID_REQUEST", message: "unknown method" } }),
  });
}

/** The text of one complete masked frame, or undefined while it is incomplete. */
function unmask(bytes: Buffer): string | undefined {
  if (bytes.length < 6) return undefined;
  const short = (bytes[1] ?? 0) & 0x7f;
  const head = short === 126 ? 4 : 2;
  const length = short === 126 ? bytes.readUInt16BE(2) : short;
  if (bytes.length < head + 4 + length) return undefined;
  const mask = bytes.subarray(head, head + 4);
  const body = Buffer.from(bytes.subarray(head + 4, head + 4 + length));
  for (let i = 0; i < body.length; i++) body[i] = (body[i] ?? 0) ^ (mask[i % 4] ?? 0);
  return body.toString("utf8");
}

function send(socket: Duplex, message: unknown): void {
  frame(socket, 0x81, Buffer.from(JSON.stringify(message)));
}

function close(socket: Duplex, code: number, reason: string): void {
  const body = Buffer.alloc(2 + Buffer.byteLength(reason));
  body.writeUInt16BE(code);
  body.write(reason, 2);
  frame(socket, 0x88, body);
  socket.end();
}

function frame(socket: Duplex, opcode: number, body: Buffer): void {
  const head =
    body.length < 126
      ? Buffer.from([opcode, body.length])
      : Buffer.from([opcode, 126, body.length >> 8, body.length & 255]);
  socket.write(Buffer.concat([head, body]));
}
