import type { Secret } from "../../model/secret.ts";
import { at, isDict } from "../../model/json.ts";
import { proveToken, type GatewayAddress } from "../../rotate/index.ts";
import type { StepContext } from "../types.ts";
import { gatewayItem, gatewayTokenId } from "./rotate-gateway-token.ts";
import { putReceipt, receiptFor } from "./rotation.ts";
import { step } from "./step.ts";

export const proveGatewayToken = step({
  id: "recover/prove-gateway-token",
  stage: "recover",
  title: "Prove that the new gateway token is accepted and the old one refused",
  mutates: "none",
  liveOnly: true,
  needsState: true,
  plan: () => "ask the running gateway with the new token (200), the old one (401) and a made-up one (401)",
  run: async (context) => {
    const { case: subject, host } = context;
    if (
      receiptFor(subject, gatewayTokenId)?.steps.some(
        ({ step: name, outcome }) => name === "deploy" && outcome === "done",
      ) !== true
    ) {
      return { state: "skipped", reason: "the gateway's token was not rotated" };
    }
    if (subject.facts.get("started") !== true) {
      return { state: "skipped", reason: "the gateway was not started, so nothing can be asked" };
    }
    const next = newToken(context);
    if (next === undefined)
      return { state: "failed", reason: "the new token could not be read back from the configuration" };
    const proof = await proveToken(host, addressOf(context), oldToken(context), next);
    const receipt = putReceipt(context, gatewayItem(context), { steps: proof.steps });
    const told = proof.steps
      .map(({ step: name, evidence }) => `${name === "verify-new" ? "new token" : "old token"}: ${evidence}`)
      .join("; ");
    if (proof.proven) return { state: "done", reason: told, receipt: subject.redactor.json(receipt) };
    const state = proof.steps.some(({ outcome }) => outcome === "failed") ? "failed" : "partial";
    return { state, reason: told, receipt: subject.redactor.json(receipt) };
  },
});

/** Where this host reaches its own gateway. */
export function addressOf({ installation, memory }: StepContext): GatewayAddress {
  const tls = at(installation.config.value, "gateway", "tls");
  const secure = isDict(tls) && tls["enabled"] !== false;
  const port = memory.gateway?.port ?? installation.gatewayPort;
  return { host: "127.0.0.1", port, ...(secure ? { secure } : {}) };
}

/** In a resumed run the values are found again by their fingerprints: the new one in use, the old one in a backup. */
export function newToken(context: StepContext): Secret | undefined {
  return (
    context.memory.secrets.get("gateway-token.new") ??
    byFingerprint(context, receiptFor(context.case, gatewayTokenId)?.new)
  );
}

function oldToken(context: StepContext): Secret | undefined {
  return (
    context.memory.secrets.get("gateway-token.old") ??
    byFingerprint(context, receiptFor(context.case, gatewayTokenId)?.old)
  );
}

function byFingerprint(
  { case: subject, memory }: StepContext,
  fingerprint: string | undefined,
): Secret | undefined {
  if (fingerprint === undefined || fingerprint === "") return undefined;
  return memory.credentials.find(
    ({ secret }) => secret !== undefined && subject.redactor.mark(secret).fingerprint === fingerprint,
  )?.secret;
}
