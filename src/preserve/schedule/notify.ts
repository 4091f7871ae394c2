/** Telling somebody that a scheduled run failed: a program of the operator's, or a webhook. Both only where they were asked for. */
import type { Host } from "../../host/host.ts";
import { messageOf } from "../../model/errors.ts";
import type { Secret } from "../../model/secret.ts";
import { shown } from "../../model/text.ts";

/** What is told of a run. Holds no secret. */
export interface RunNotice {
  readonly tool: "claw-ir";
  readonly kind: "backup" | "drill";
  readonly host: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly exit: number;
  readonly code?: string;
  readonly message?: string;
  readonly archive?: string;
}

const hookTimeoutMs = 60_000;
const webhookTimeoutMs = 15_000;
const retryAfterMs = 5000;

/**
 * Runs the program with the notice as JSON on its stdin, no argument, no shell, and for a minute at most. Undefined if it
 * ended with 0, else what went wrong.
 */
export async function runHook(host: Host, program: string, notice: RunNotice): Promise<string | undefined> {
  const input = `${JSON.stringify(notice)}\n`;
  const result = await host.run([program], { timeoutMs: hookTimeoutMs, maxBytes: 64 * 1024, input });
  if (result.missing) return `${shown(program)} is not there, or may not be run`;
  if (result.timedOut) return `${shown(program)} did not end within a minute`;
  return result.code === 0 ? undefined : `${shown(program)} ended with ${result.code ?? "a signal"}`;
}

/** Why the address cannot be used; undefined if it can: https, or http to this host. */
function webhookProblem(url: string): string | undefined {
  if (!URL.canParse(url)) return "it holds no address";
  const { protocol, hostname } = new URL(url);
  const isLoopback = ["localhost", "[::1]"].includes(hostname) || /^127(?:\.\d{1,3}){3}$/.test(hostname);
  if (protocol === "https:" || (protocol === "http:" && isLoopback)) return undefined;
  return "the address must be https (or http to this host)";
}

/** POSTs the notice as JSON, a second time if the first did not arrive. The address itself is a secret and never told. */
export async function postWebhook(host: Host, url: Secret, notice: RunNotice): Promise<string | undefined> {
  const address = url.reveal().trim();
  const problem = webhookProblem(address);
  if (problem !== undefined) return `the webhook was not called: ${problem}`;
  let why = await post(host, address, notice);
  if (why === undefined) return undefined;
  await host.clock.sleep(retryAfterMs);
  why = await post(host, address, notice);
  return why === undefined ? undefined : `the webhook was not reached: ${why}`;
}

async function post(host: Host, url: string, notice: RunNotice): Promise<string | undefined> {
  try {
    const result = await host.http.request({
      url,
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": `claw-ir/${host.facts.version}` },
      body: JSON.stringify(notice),
      timeoutMs: webhookTimeoutMs,
      maxBytes: 64 * 1024,
    });
    // A failure's detail may quote the address.
    if (!result.ok) return result.reason;
    return result.status >= 200 && result.status < 300 ? undefined : `status ${result.status}`;
  } catch (error) {
    if (host.signal.aborted) throw error;
    return messageOf(error).replaceAll(url, "the address");
  }
}
