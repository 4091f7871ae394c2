/** Whether a gateway says of itself that it is ready: GET /readyz, which needs no token (2026.9.6: 200 {"ready":true,…}). */
import type { Host } from "../host/host.ts";
import { at, bool, type Dict, isDict, parseJson, strings } from "../model/json.ts";
import { shown } from "../model/text.ts";

export type Readiness =
  | { readonly state: "ready" }
  /** It answers and names what is still failing. */
  | { readonly state: "not-ready"; readonly detail: string }
  /** Something answers, but not as a gateway of this version would. */
  | { readonly state: "no-check"; readonly detail: string }
  | { readonly state: "no-answer"; readonly detail: string };

const requestMs = 3_000;

/** Where /readyz is asked on this host: at loopback unless another address is given. */
export function healthUrl(config: Dict, port: number, address = "127.0.0.1"): string {
  const scheme = bool(at(config, "gateway", "tls", "enabled")) === true ? "https" : "http";
  return `${scheme}://${address.includes(":") ? `[${address}]` : address}:${port}/readyz`;
}

/** Asks at loopback, and where nobody answers there, at the address that something listens at (gateway.bind "tailnet"). */
export async function checkReadyOnHost(
  host: Pick<Host, "http" | "processes">,
  config: Dict,
  port: number,
): Promise<Readiness> {
  const ready = await checkReady(host, healthUrl(config, port));
  if (ready.state !== "no-answer") return ready;
  const sockets = await host.processes.sockets();
  const other = sockets.find(
    ({ localPort, localAddress, protocol, state }) =>
      localPort === port &&
      protocol.startsWith("tcp") &&
      /^LISTEN/i.test(state) &&
      !/^(?:0\.0\.0\.0|::|\*|127\.0\.0\.1|::1|)$/.test(localAddress),
  );
  return other === undefined ? ready : checkReady(host, healthUrl(config, port, other.localAddress));
}

export async function checkReady(host: Pick<Host, "http">, url: string): Promise<Readiness> {
  const answer = await host.http.request({ url, timeoutMs: requestMs, maxBytes: 64 * 1024 });
  if (!answer.ok) {
    return answer.reason === "tls"
      ? {
          state: "no-check",
          detail: `its certificate is not trusted by this host (${shown(answer.detail, 120)})`,
        }
      : { state: "no-answer", detail: `${answer.reason}: ${shown(answer.detail, 120)}` };
  }
  const body = parseJson(answer.body);
  if (!isDict(body) || bool(body["ready"]) === undefined) {
    return { state: "no-check", detail: `/readyz answered ${answer.status} without saying ready or not` };
  }
  if (answer.status === 200 && body["ready"] === true) return { state: "ready" };
  const failing = strings(body["failing"]).slice(0, 8).join(", ");
  return {
    state: "not-ready",
    detail: failing === "" ? `status ${answer.status}` : `failing: ${shown(failing)}`,
  };
}
