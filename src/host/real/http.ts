import type { IncomingMessage, RequestOptions } from "node:http";
import type { HostHttp, HttpRequest, HttpResult } from "../http.ts";
import { codeOf, messageOf } from "../../model/errors.ts";
import { abortError, throwIfAborted } from "./signals.ts";
import { openWebSocket } from "./web-socket.ts";

type Failure = Extract<HttpResult, { readonly ok: false }>;

const reasons: Readonly<Record<string, Failure["reason"]>> = {
  ECONNREFUSED: "refused",
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  EAI_FAIL: "dns",
  ECONNRESET: "reset",
  EPIPE: "reset",
  ETIMEDOUT: "timeout",
  EPROTO: "tls",
};

function failureOf(error: unknown): Failure {
  const code = codeOf(error) ?? "";
  const tls = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code);
  const reason = reasons[code] ?? (tls ? "tls" : "other");
  const message = messageOf(error);
  return { ok: false, reason, detail: message === "" ? code : message };
}

/** The body up to the limit; what comes after is not waited for. */
async function bodyOf(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, maxBytes - total));
    total += chunk.length;
    if (total >= maxBytes) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}

function headersOf(response: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}

/** One connection per request, no proxy from the environment, no redirect, certificates checked. */
async function exchange(url: URL, request: HttpRequest, signal: AbortSignal): Promise<HttpResult> {
  const { request: send } =
    url.protocol === "https:" ? await import("node:https") : await import("node:http");
  const options: RequestOptions = {
    method: request.method ?? "GET",
    headers: {
      ...request.headers,
      ...(request.body === undefined ? {} : { "content-length": Buffer.byteLength(request.body) }),
    },
    agent: false,
    signal,
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = send(url, options, resolve);
    // Also after the answer has begun: an abort then comes through the response.
    outgoing.on("error", reject);
    outgoing.end(request.body);
  });
  const body = await bodyOf(response, request.maxBytes ?? 1024 * 1024);
  return { ok: true, status: response.statusCode ?? 0, headers: headersOf(response), body };
}

async function request(asked: HttpRequest, signal: AbortSignal): Promise<HttpResult> {
  throwIfAborted(signal);
  const url = URL.canParse(asked.url) ? new URL(asked.url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return { ok: false, reason: "other", detail: "not an http or https address" };
  }
  const limit = AbortSignal.timeout(asked.timeoutMs);
  try {
    return await exchange(url, asked, AbortSignal.any([limit, signal]));
  } catch (error) {
    if (signal.aborted) throw abortError(signal);
    if (limit.aborted)
      return { ok: false, reason: "timeout", detail: `no answer within ${asked.timeoutMs} ms` };
    return failureOf(error);
  }
}

async function portOpen(
  host: string,
  port: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  throwIfAborted(signal);
  const { connect } = await import("node:net");
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (open: boolean) => (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(open);
    };
    // Where the program was busy for so long, an answer that has come meanwhile is heard first: timers begin a turn of the loop.
    const timer = setTimeout(() => setImmediate(end(false)), timeoutMs);
    socket.once("connect", end(true));
    socket.once("error", end(false));
  });
}

export function realHttp(signal: AbortSignal): HostHttp {
  return {
    request: (asked) => request(asked, signal),
    portOpen: (host, port, timeoutMs) => portOpen(host, port, timeoutMs, signal),
    webSocket: (url, timeoutMs) => openWebSocket(url, timeoutMs, signal),
  };
}
