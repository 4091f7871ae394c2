import type { Host } from "../host/host.ts";
import type { ReceiptOutcome, ReceiptStep } from "../model/evidence.ts";
import { Secret } from "../model/secret.ts";
import { askGateway } from "./oracle.ts";
import type { GatewayAddress } from "./oracle.ts";
import type { Verdict } from "./verdict.ts";

export interface TokenProof {
  readonly next: Verdict;
  /** Undefined where there was no old one. */
  readonly old?: Verdict;
  /** A made-up token: a gateway that takes it takes anything, and proves nothing. */
  readonly control: Verdict;
  /** verify-new, and verify-old where there was an old one. */
  readonly steps: readonly ReceiptStep[];
  readonly proven: boolean;
}

/**
 * Asks the running gateway with the new token, the old one and a made-up one. Proven: new accepted, old and made-up refused.
 * Whatever else comes back is "unknown" with its status. Ask when the gateway is ready, not while it starts.
 */
export async function proveToken(
  host: Pick<Host, "http" | "clock" | "random">,
  address: GatewayAddress,
  old: Secret | undefined,
  next: Secret,
): Promise<TokenProof> {
  const madeUp = new Secret(Buffer.from(host.random(32)).toString("base64url"));
  const control = await askGateway(host, address, madeUp);
  const ofNext = await askGateway(host, address, next);
  const ofOld = old === undefined ? undefined : await askGateway(host, address, old);
  const open = control.state === "accepted";
  const at = host.clock.now().toISOString();
  const evidence = (verdict: Verdict): string =>
    open
      ? `${verdict.evidence}, but a made-up token gets the same: the gateway checks none`
      : verdict.evidence;
  const steps: ReceiptStep[] = [
    { step: "verify-new", outcome: outcomeOf(ofNext, "accepted", open), evidence: evidence(ofNext), at },
  ];
  if (ofOld !== undefined)
    steps.push({
      step: "verify-old",
      outcome: outcomeOf(ofOld, "refused", open),
      evidence: evidence(ofOld),
      at,
    });
  return {
    next: ofNext,
    ...(ofOld === undefined ? {} : { old: ofOld }),
    control,
    steps,
    proven: ofOld !== undefined && steps.every(({ outcome }) => outcome === "done"),
  };
}

function outcomeOf(verdict: Verdict, wanted: Verdict["state"], open: boolean): ReceiptOutcome {
  if (verdict.state === "unknown") return "unknown";
  if (verdict.state !== wanted) return "failed";
  // An acceptance by a gateway that accepts everything proves nothing.
  return open ? "unknown" : "done";
}
