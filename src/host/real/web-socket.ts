import type { WsConversation } from "../http.ts";
import { parseJson } from "../../model/json.ts";
import { throwIfAborted } from "./signals.ts";

/** A peer that floods is cut off; nobody here reads that far ahead. */
const maxQueued = 1000;
const maxMessage = 4 * 1024 * 1024;

interface Inbox {
  readonly put: (message: unknown) => void;
  readonly end: () => void;
  readonly next: (timeoutMs: number) => Promise<unknown>;
  readonly size: () => number;
}

/** Messages in order; whoever waits gets the next one, undefined at the end. */
function inbox(): Inbox {
  const waiting: ((message: unknown) => void)[] = [];
  const messages: unknown[] = [];
  let ended = false;
  return {
    put: (message) => {
      const reader = waiting.shift();
      if (reader === undefined) messages.push(message);
      else reader(message);
    },
    end: () => {
      ended = true;
      for (const reader of waiting.splice(0)) reader(undefined);
    },
    next: (timeoutMs) =>
      new Promise((resolve) => {
        if (messages.length > 0 || ended) {
          resolve(messages.shift());
          return;
        }
        const reader = (message: unknown): void => {
          clearTimeout(timer);
          resolve(message);
        };
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(reader), 1);
          resolve(undefined);
        }, timeoutMs);
        waiting.push(reader);
      }),
    size: () => messages.length,
  };
}

/** Waits for the handshake; false if it fails or takes too long. */
function opened(socket: WebSocket, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (result: boolean) => (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", fail);
      resolve(result);
    };
    const fail = end(false);
    const timer = setTimeout(fail, timeoutMs);
    signal.addEventListener("abort", fail, { once: true });
    socket.addEventListener("open", end(true), { once: true });
    socket.addEventListener("error", fail, { once: true });
    socket.addEventListener("close", fail, { once: true });
  });
}

export async function openWebSocket(
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<WsConversation | undefined> {
  throwIfAborted(signal);
  if (!URL.canParse(url) || !/^wss?:$/.test(new URL(url).protocol)) return undefined;
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  const messages = inbox();
  let closed: { readonly code: number; readonly reason: string } | undefined;
  // Listening starts before the handshake ends: a gateway may speak, or close, first.
  socket.addEventListener("message", (event) => {
    const data: unknown = event.data;
    if (typeof data !== "string" || data.length > maxMessage || messages.size() >= maxQueued) socket.close();
    else messages.put(parseJson(data) ?? data);
  });
  socket.addEventListener("close", ({ code, reason }) => {
    closed = { code, reason };
    messages.end();
  });
  if (!(await opened(socket, timeoutMs, signal))) {
    socket.close();
    throwIfAborted(signal);
    return undefined;
  }
  return {
    next: messages.next,
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    closed: () => closed,
    close: () => socket.close(),
  };
}
