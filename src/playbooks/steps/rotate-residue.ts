import type { Secret } from "../../model/secret.ts";
import { findResidues, type RotationItem } from "../../rotate/index.ts";
import { addBlindSpot } from "../blind-spots.ts";
import type { StepContext } from "../types.ts";
import { gatewayItem, gatewayTokenId } from "./rotate-gateway-token.ts";
import { putReceipt } from "./rotation.ts";

/** Where old values still stand: dead or not, they tell an intruder something, and other secrets stand beside them. */
export async function searchResidue(context: StepContext, items: readonly RotationItem[]): Promise<void> {
  const { case: subject, host, installation, memory } = context;
  const replaced: readonly Pick<RotationItem, "id" | "credential">[] = [gatewayItem(context), ...items];
  const secrets = new Map<string, Secret>();
  for (const { id } of replaced) {
    const old = memory.secrets.get(`${id}.old`);
    if (old !== undefined) secrets.set(id, old);
  }
  if (secrets.size === 0) return;
  const found = await findResidues(host, installation, secrets);
  for (const item of replaced.filter(({ id }) => secrets.has(id))) {
    const places = found.byId.get(item.id)?.places ?? [];
    putReceipt(context, item, { steps: [], residue: places });
    const name = item.id === gatewayTokenId ? "gateway token" : item.id;
    if (places.length > 0)
      context.say(
        `The old ${name} still stands in ${places.length === 1 ? "one place" : `${places.length} places`}: see the report.`,
      );
  }
  for (const { path, reason } of found.notSearched.slice(0, 20)) {
    addBlindSpot(subject, {
      source: "Search for old values",
      outcome: "partial",
      reason: `${path}: ${reason}`,
    });
  }
}
