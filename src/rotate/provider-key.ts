/**
 * Asks a provider whether a key lives. Off unless the user said yes to this one: nothing leaves the host unasked. The
 * secret goes to the catalogue's host only, and neither it nor an address that holds it is ever shown.
 */
import type { Host } from "../host/host.ts";
import type { HttpRequest } from "../host/http.ts";
import type { ReceiptOutcome, ReceiptStep } from "../model/evidence.ts";
import { at, parseJson } from "../model/json.ts";
import type { Secret } from "../model/secret.ts";
import { urlOf } from "./catalogue.ts";
import type { CatalogueEntry, Probe, ProbeAnswer } from "./catalogue.ts";

export interface ProbeResult {
  readonly state: "alive" | "dead" | "unknown";
  /** "401 from api.anthropic.com". */
  readonly evidence: string;
}

const timeoutMs = 15_000;

/** What would be sent where, for the question to the user: without the secret. */
export function probeText(entry: CatalogueEntry): string | undefined {
  const { probe } = entry;
  if (probe === undefined) return undefined;
  const cost = probe.cost === undefined ? "" : `; this costs ${probe.cost}`;
  return `${probe.method} ${urlOf(probe.url)?.host ?? "?"}, with the key${cost}`;
}

/** Three-valued; only an answer that the catalogue knows counts as alive or dead. */
export async function probeCredential(
  host: Pick<Host, "http">,
  entry: CatalogueEntry,
  secret: Secret,
): Promise<ProbeResult> {
  const { probe } = entry;
  if (probe === undefined) return { state: "unknown", evidence: "there is no harmless request to ask with" };
  const request = requestOf(probe, secret.reveal());
  const name = urlOf(probe.url)?.host ?? "?";
  if (request === undefined)
    return { state: "unknown", evidence: "the value cannot be sent: it is no plausible key" };
  const result = await host.http.request(request);
  if (!result.ok) return { state: "unknown", evidence: `no answer from ${name} (${result.reason})` };
  const evidence = `${result.status} from ${name}`;
  const answer = probe.answers.find((each) => fits(each, result.status, result.body));
  if (answer === undefined)
    return { state: "unknown", evidence: `${evidence}, which says neither alive nor dead` };
  return { state: answer.verdict, evidence };
}

/** Undefined for a value with spaces or control characters: it could break out of a header. */
function requestOf(probe: Probe, secret: string): HttpRequest | undefined {
  if (!/^[\u0021-\u007e]{4,4096}$/.test(secret)) return undefined;
  const put = (text: string, value: string): string => text.split("{secret}").join(value);
  const url = put(probe.url, /^[\w:.~-]+$/.test(secret) ? secret : encodeURIComponent(secret));
  // The host was checked when the catalogue was loaded; a value must not be able to move it.
  if (urlOf(url)?.host !== urlOf(probe.url)?.host) return undefined;
  const headers = Object.fromEntries(
    Object.entries(probe.headers).map(([name, text]) => [name, put(text, secret)]),
  );
  const body = probe.body === undefined ? undefined : put(probe.body, encodeURIComponent(secret));
  return { url, method: probe.method, headers, ...(body === undefined ? {} : { body }), timeoutMs };
}

function fits(answer: ProbeAnswer, status: number, body: string): boolean {
  if (answer.status !== status) return false;
  if (answer.contains !== undefined && !body.includes(answer.contains)) return false;
  return answer.field === undefined || at(parseJson(body), ...answer.field.split(".")) === answer.equals;
}

/** The step of a receipt that a probe gives: verify-new wants "alive", verify-old wants "dead". */
export function probeStep(step: "verify-new" | "verify-old", result: ProbeResult, now: Date): ReceiptStep {
  const wanted = step === "verify-new" ? "alive" : "dead";
  const outcome: ReceiptOutcome =
    result.state === "unknown" ? "unknown" : result.state === wanted ? "done" : "failed";
  return { step, outcome, evidence: result.evidence, at: now.toISOString() };
}
