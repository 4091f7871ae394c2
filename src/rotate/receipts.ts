/** Receipts of rotations: what was done, what was seen, and whether that is a proof. Pure. */
import type { ReceiptOutcome, ReceiptStep, ReceiptStepName, RotationReceipt } from "../model/evidence.ts";
import type { Place } from "../model/records.ts";
import type { RotationItem } from "./order.ts";

export interface ReceiptParts {
  /** Fingerprints. */
  readonly old?: string;
  readonly next?: string;
  readonly steps: readonly ReceiptStep[];
  readonly residue?: readonly Place[];
}

/** Proven only if the new one was accepted and the old one refused, each seen by claw-ir itself. */
function isProven(steps: readonly ReceiptStep[]): boolean {
  return (["verify-new", "verify-old"] as const).every((name) => outcomeOf(steps, name) === "done");
}

function outcomeOf(steps: readonly ReceiptStep[], name: ReceiptStepName): ReceiptOutcome | undefined {
  return steps.findLast(({ step }) => step === name)?.outcome;
}

/**
 * The receipt for one item. Steps of an earlier receipt are kept where no newer one of the same name comes: a run that was
 * interrupted goes on with what it has.
 */
export function receiptOf(
  item: Pick<RotationItem, "id" | "credential" | "entry">,
  parts: ReceiptParts,
  earlier?: RotationReceipt,
): RotationReceipt {
  const { credential, entry } = item;
  const names = new Set(parts.steps.map(({ step }) => step));
  const steps = [...(earlier?.steps ?? []).filter(({ step }) => !names.has(step)), ...parts.steps];
  const known = { old: credential.mark?.fingerprint ?? "", new: "", residue: [], ...earlier };
  return {
    credential: item.id,
    kind: credential.kind,
    provider: credential.provider,
    label: entry?.name ?? `${credential.provider} ${credential.label}`,
    old: parts.old ?? known.old,
    new: parts.next ?? known.new,
    steps,
    residue: (parts.residue ?? known.residue).map(({ path, locator }) =>
      locator === undefined ? { path } : { path, locator },
    ),
    proven: isProven(steps),
  };
}

export type RotationState = "proven" | "done" | "pending" | "failed";

/** "failed": a step failed · "done": replaced and revoked, not proven · "pending": something is still to be done. */
export function stateOf(receipt: RotationReceipt): RotationState {
  if (receipt.steps.some(({ outcome }) => outcome === "failed")) return "failed";
  if (receipt.proven) return "proven";
  const finished = (name: ReceiptStepName): boolean => {
    const outcome = outcomeOf(receipt.steps, name);
    return outcome === "done" || outcome === "by-user";
  };
  // Where making the new one ends the old one there is no step "revoke": a refused old one says as much.
  const replaced = finished("deploy") || finished("create");
  return replaced && (finished("revoke") || finished("verify-old")) ? "done" : "pending";
}

/** For the summary line; items without a receipt count as pending. */
export function countRotations(
  receipts: readonly RotationReceipt[],
  planned: readonly Pick<RotationItem, "id">[] = [],
): Readonly<Record<RotationState, number>> {
  const counts = { proven: 0, done: 0, pending: 0, failed: 0 };
  for (const receipt of receipts) counts[stateOf(receipt)] += 1;
  const known = new Set(receipts.map(({ credential }) => credential));
  counts.pending += planned.filter(({ id }) => !known.has(id)).length;
  return counts;
}
