/** What the rotation steps share: the catalogue, the plan of this case, and receipts that grow step by step. */
import type { ReceiptStep, RotationReceipt } from "../../model/evidence.ts";
import { at, strings } from "../../model/json.ts";
import type { Place } from "../../model/records.ts";
import {
  loadCatalogue,
  planRotation,
  receiptOf,
  type Catalogue,
  type Reach,
  type RotationItem,
  type RotationPlan,
} from "../../rotate/index.ts";
import { shown } from "../../model/text.ts";
import { chosenCredentials, incidentAnswers } from "../answers.ts";
import { templateText } from "../template.ts";
import type { StepContext } from "../types.ts";

export async function catalogueOf({ host, options }: StepContext): Promise<Catalogue> {
  return loadCatalogue(await templateText(host, options.dataDir, "credentials.json"));
}

/** The same in every step and run: it follows from the credentials found and the answers given. */
export async function planOf(context: StepContext): Promise<RotationPlan> {
  const { case: subject, memory } = context;
  const { abuse } = incidentAnswers(subject);
  const named = chosenCredentials(subject);
  // Whoever saw one secret of this host may have seen the token that opens all the others.
  const chosen = named === "all" ? named : [...named, "gateway-token"];
  // What was only exposed leaked with its file; what is abused was found by somebody who looked around.
  const reach: Reach = abuse === "exposure" ? "place" : "host";
  return planRotation(await catalogueOf(context), memory.credentials, chosen, reach, {
    abuse: abuse === "abuse",
  });
}

/** Items that the user took into this rotation; all of the plan before the question was asked. */
export function isWanted(context: StepContext, item: Pick<RotationItem, "id">): boolean {
  const wanted = context.case.facts.get("rotation");
  return wanted === undefined || strings(at(wanted, "items")).includes(item.id);
}

/** "Anthropic API key (anthropic:manual)": what a person calls it, and what OpenClaw calls it. */
export function nameOfItem({ credential, entry, id }: RotationItem): string {
  const name = shown(entry?.name ?? credential.provider, 60);
  return id === "devices" ? name : `${name} (${shown(credential.label, 60)})`;
}

export interface ReceiptPart {
  readonly steps: readonly ReceiptStep[];
  readonly old?: string;
  readonly next?: string;
  readonly residue?: readonly Place[];
  /** Only where the usual rule (new accepted, old refused) does not apply. */
  readonly proven?: boolean;
}

/** Adds steps to an item's receipt and journals them: from now on `case verify` guards it. */
export function putReceipt(
  { case: subject }: StepContext,
  item: Pick<RotationItem, "id" | "credential" | "entry">,
  part: ReceiptPart,
): RotationReceipt {
  const earlier = receiptFor(subject, item.id);
  const made = receiptOf(item, part, earlier);
  const receipt = part.proven === undefined ? made : { ...made, proven: part.proven };
  subject.receipts.put(receipt);
  return receipt;
}

export function receiptFor(subject: StepContext["case"], id: string): RotationReceipt | undefined {
  return subject.receipts.all().find((receipt) => receipt.credential === id);
}

/** One step of a receipt, dated now. */
export function dated(
  { host }: StepContext,
  step: ReceiptStep["step"],
  outcome: ReceiptStep["outcome"],
  evidence: string,
): ReceiptStep {
  return { step, outcome, evidence, at: host.clock.now().toISOString() };
}
