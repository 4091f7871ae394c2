/** Whether a gateway says of itself that it is ready: GET /readyz, which needs no token (2026.9.6: 200 {"ready":true,…}). */
import type { Host } from "../host/host.ts";
import { at, bool, isDict, parseJson, strings } from "../model/json.ts";
import { shown } from "../model/text.ts";
import type { Installation } from "../openclaw/types.ts";

export type Readiness =
  | { readonly state: "ready" }
  /** It answers and names what is still failing. */
  | { readonly state: "not-ready"; readonly detail: string }
  /** Something answers, but not as a gateway of this version would. */
  | { readonly state: "no-check"; readonly detail: string }
  | { readonly state: "no-answer"; readonly detail: string };

const requestMs = 3_000;

/** Where it can be reached from this host; `port` where it differs from the configured one. */
export function healthUrl(
  installation: Pick<Installation, "gatewayPort" | "gatewayBind" | "config">,
  port = installation.gatewayPort,
): string {
  const scheme = bool(at(installation.config.value, "gateway", "tls", "enabled")) === true ? "https" : "http";
  const { gatewayBind } = installation;
  // Every other way of binding includes loopback.
  const isAddress = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(gatewayBind) && gatewayBind !== "0.0.0.0";
  return `${scheme}://${isAddress ? gatewayBind : "127.0.0.1"}:${port}/readyz`;
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
