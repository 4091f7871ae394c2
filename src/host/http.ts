export interface HttpRequest {
  readonly url: string;
  readonly method?: "GET" | "POST" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  /** Default 1 MiB. */
  readonly maxBytes?: number;
}

/** Redirects are never followed. An answer of any status is ok: true; only no answer is not. */
export type HttpResult =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | {
      readonly ok: false;
      readonly reason: "refused" | "timeout" | "dns" | "tls" | "reset" | "other";
      readonly detail: string;
    };

/** A JSON-over-WebSocket talk, one message at a time. */
export interface WsConversation {
  /** The next message, parsed; undefined when the peer closed or the time is over. */
  readonly next: (timeoutMs: number) => Promise<unknown>;
  readonly send: (message: unknown) => void;
  /** Code and reason of the peer's close, once it has closed. */
  readonly closed: () => { readonly code: number; readonly reason: string } | undefined;
  readonly close: () => void;
}

export interface HostHttp {
  readonly request: (request: HttpRequest) => Promise<HttpResult>;
  /** Whether a TCP connection is accepted. */
  readonly portOpen: (host: string, port: number, timeoutMs: number) => Promise<boolean>;
  /** Undefined if no connection came about. */
  readonly webSocket: (url: string, timeoutMs: number) => Promise<WsConversation | undefined>;
}
