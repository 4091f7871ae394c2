import { messageOf } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import { isRemoteGateway, stateOf, type RotationItem } from "../../rotate/index.ts";
import type { StepContext, StepResult } from "../types.ts";
import { gatewayIsDown } from "./gateway-down.ts";
import { rotateOne } from "./rotate-one.ts";
import { searchResidue } from "./rotate-residue.ts";
import { dated, isWanted, nameOfItem, planOf, putReceipt, receiptFor } from "./rotation.ts";
import { step } from "./step.ts";

export const rotateCredentials = step({
  id: "rotate/credentials",
  stage: "rotate",
  title: "Rotate the other credentials, one by one",
  mutates: "remote",
  needsState: true,
  plan: () =>
    "for each: the provider's page for a new key, read it without echo, put it in place, have the old one revoked, verify",
  run: async (context) => {
    const blocked = await gatewayIsDown(context);
    if (blocked !== undefined) return { state: "failed", reason: blocked };
    const { items } = await planOf(context);
    const todo = items.filter((item) => isHere(item) && isWanted(context, item));
    for (const item of todo) if (!isDeployed(context, item)) await attempt(context, item);
    await searchResidue(context, todo);
    return resultOf(context, todo);
  },
});

/** The gateway's own token and the devices have steps of their own. */
function isHere({ credential }: RotationItem): boolean {
  return (
    credential.kind !== "device-token" && (credential.kind !== "gateway-token" || isRemoteGateway(credential))
  );
}

function isDeployed({ case: subject }: StepContext, item: RotationItem): boolean {
  const steps = receiptFor(subject, item.id)?.steps ?? [];
  return steps.some((one) => one.step === "deploy" && one.outcome === "done");
}

async function attempt(context: StepContext, item: RotationItem): Promise<void> {
  context.say("");
  context.say(nameOfItem(item));
  try {
    await rotateOne(context, item);
  } catch (error) {
    // One that cannot be written must not keep the others from being rotated; cancelling and wrong usage end the step.
    if (endsStep(context, error)) throw error;
    putReceipt(context, item, {
      steps: [dated(context, "deploy", "failed", shown(messageOf(error), 300))],
    });
    context.say(`  NOT rotated: ${shown(messageOf(error), 300)}`);
  }
}

function endsStep({ host }: StepContext, error: unknown): boolean {
  const exit = typeof error === "object" && error !== null && "exit" in error ? error.exit : undefined;
  return host.signal.aborted || exit === "cancelled" || exit === "usage";
}

function resultOf(context: StepContext, todo: readonly RotationItem[]): StepResult {
  const receipts = todo.flatMap((item) => receiptFor(context.case, item.id) ?? []);
  const named = (state: string): string =>
    receipts
      .filter((receipt) => stateOf(receipt) === state)
      .map(({ credential }) => credential)
      .join(", ");
  const receipt = context.case.redactor.json(receipts);
  const [failed, open] = [named("failed"), named("pending")];
  if (failed === "" && open === "") return { state: "done", receipt };
  const reasons = [
    ...(failed === "" ? [] : [`failed: ${failed}`]),
    ...(open === "" ? [] : [`still open: ${open}`]),
  ];
  return { state: "partial", reason: reasons.join("; "), receipt };
}
