/**
 * The gateway's answer to a bearer token. `/__openclaw/control-ui-config.json` is the one path of 2026.9.6 that needs a token
 * and does nothing: 200 accepted, 401 refused. `/`, `/health` and `/v1/models` answer alike to everybody.
 */
import type { Host } from "../host/host.ts";
import type { Secret } from "../model/secret.ts";
import type { Verdict } from "./verdict.ts";

export const oraclePath = "/__openclaw/control-ui-config.json";

/** Where the gateway listens; `secure` for gateway.tls. */
export interface GatewayAddress {
  readonly host: string;
  readonly port: number;
  readonly secure?: boolean;
}

/** OpenClaw 2026.9.6 answers refusals later and later: 0.5, 1, 2, 4, 8 and then 10 s each (tried). Accepted ones at once. */
const timeoutMs = 30_000;
/** A gateway that has just become ready may not answer for a while: start-up work blocks it. */
const attempts = 3;
const pauseMs = 1000;

export function baseUrl({ host, port, secure }: GatewayAddress, scheme: "http" | "ws"): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `${scheme}${secure === true ? "s" : ""}://${name}:${port}`;
}

/** A token that cannot stand in a header was never accepted by anything, and asking would be a fault of ours. */
function isHeaderText(text: string): boolean {
  return /^[\u0021-\u007e]+$/.test(text);
}

export async function askGateway(
  host: Pick<Host, "http" | "clock">,
  address: GatewayAddress,
  token: Secret,
): Promise<Verdict> {
  if (!isHeaderText(token.reveal()))
    return { state: "unknown", evidence: "the token cannot be sent in a header" };
  const request = {
    url: baseUrl(address, "http") + oraclePath,
    headers: { Authorization: `Bearer ${token.reveal()}` },
    timeoutMs,
    maxBytes: 256 * 1024,
  };
  let result = await host.http.request(request);
  for (let tried = 1; tried < attempts && !result.ok && result.reason === "timeout"; tried += 1) {
    await host.clock.sleep(pauseMs);
    result = await host.http.request(request);
  }
  if (!result.ok) return { state: "unknown", evidence: `no answer from ${oraclePath} (${result.reason})` };
  const evidence = `${result.status} from ${oraclePath}`;
  // The page that any other path gives is HTML, whatever the token: only the config itself is a yes.
  if (result.status === 200)
    return /^\s*\{/.test(result.body)
      ? { state: "accepted", evidence }
      : { state: "unknown", evidence: `${evidence}, but no JSON: is this the gateway?` };
  return { state: result.status === 401 ? "refused" : "unknown", evidence };
}
