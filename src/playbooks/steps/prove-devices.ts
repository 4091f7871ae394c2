import { shown } from "../../model/text.ts";
import { listDevices, proveDeviceRefused, type DeviceProof } from "../../rotate/index.ts";
import type { StepContext, StepResult } from "../types.ts";
import { addressOf, newToken } from "./prove-gateway-token.ts";
import { deviceItem, nameOf, removedIds } from "./rotate-devices.ts";
import { putReceipt } from "./rotation.ts";
import { step } from "./step.ts";

export const proveDevices = step({
  id: "recover/prove-devices",
  stage: "recover",
  title: "Prove that the removed devices' tokens are refused",
  mutates: "none",
  liveOnly: true,
  needsState: true,
  plan: () =>
    "ask the running gateway with each removed device's token (401), and for its own list of devices over the WebSocket",
  run: async (context) => {
    const { case: subject, host, memory } = context;
    const ids = removedIds(subject);
    if (ids.length === 0) return { state: "skipped", reason: "no device was removed" };
    if (subject.facts.get("started") !== true)
      return { state: "skipped", reason: "the gateway was not started, so nothing can be asked" };
    const token =
      newToken(context) ??
      memory.credentials.find(({ kind, live }) => kind === "gateway-token" && live)?.secret;
    const listed =
      token === undefined
        ? { reason: "the gateway's token is not known" }
        : await listDevices(host, addressOf(context), token);
    const removed = memory.devices.filter(({ id, state }) => ids.includes(id) && state === "paired");
    const proofs: DeviceProof[] = [];
    // A few at a time: the gateway takes up to ten seconds to refuse one.
    for (let from = 0; from < removed.length; from += 8) {
      const some = removed.slice(from, from + 8);
      proofs.push(
        ...(await Promise.all(
          some.map((device) => proveDeviceRefused(host, addressOf(context), device, listed)),
        )),
      );
    }
    for (const [index, device] of removed.entries()) {
      const evidence = proofs[index]?.steps.map((one) => shown(one.evidence, 200)).join("; ");
      context.say(`${nameOf(device)}: ${evidence ?? ""}`);
    }
    return resultOf(context, proofs);
  },
});

function resultOf(context: StepContext, proofs: readonly DeviceProof[]): StepResult {
  if (proofs.length === 0) {
    return {
      state: "partial",
      reason: "the removed devices' tokens are not known any more in this run, so they cannot be tried",
    };
  }
  const proven = proofs.every((proof) => proof.proven);
  const failed = proofs.some(({ steps }) => steps.some(({ outcome }) => outcome === "failed"));
  const outcome = failed ? "failed" : proven ? "done" : "unknown";
  const evidence = `${proofs.filter((proof) => proof.proven).length} of ${proofs.length} proven refused (HTTP and the gateway's own list over WebSocket)`;
  const at = context.host.clock.now().toISOString();
  const receipt = putReceipt(context, deviceItem(context), {
    steps: [{ step: "verify-old", outcome, evidence, at }],
    proven,
  });
  const told = context.case.redactor.json({ receipt, devices: proofs });
  if (proven) return { state: "done", reason: evidence, receipt: told };
  return { state: failed ? "failed" : "partial", reason: evidence, receipt: told };
}
