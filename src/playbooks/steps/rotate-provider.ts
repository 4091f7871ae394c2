import type { ReceiptStep } from "../../model/evidence.ts";
import type { Secret } from "../../model/secret.ts";
import { shown } from "../../model/text.ts";
import { probeCredential, probeStep, probeText, whereText, type RotationItem } from "../../rotate/index.ts";
import type { StepContext } from "../types.ts";
import { dated } from "./rotation.ts";

/** The old one dies at the provider, by the user's hand. */
export async function askRevoked(context: StepContext, item: RotationItem): Promise<ReceiptStep> {
  const where = item.pages.revoke === undefined ? "at its provider" : `(${whereText(item.pages.revoke)})`;
  const revoked = await context.host.prompt.confirm({
    id: `revoked.${item.id}`,
    message: `Is the old ${shown(item.credential.label, 60)} revoked now ${where}?`,
    default: false,
  });
  return revoked
    ? dated(context, "revoke", "by-user", "the user says that it is revoked")
    : dated(context, "revoke", "skipped", "not revoked yet");
}

/** Asks the provider about both keys, only where that is harmless and only with a yes to this one. */
export async function askProvider(
  context: StepContext,
  item: RotationItem,
  { old, next }: { readonly old: Secret; readonly next: Secret },
): Promise<readonly ReceiptStep[]> {
  const { entry } = item;
  const request = entry === undefined ? undefined : probeText(entry);
  if (entry === undefined || request === undefined) {
    const why = "there is no harmless request to ask the provider with";
    return [dated(context, "verify-new", "unknown", why), dated(context, "verify-old", "unknown", why)];
  }
  const yes = await context.host.prompt.confirm({
    id: `probe.${item.id}`,
    message: `Ask the provider whether the new one lives and the old one is dead? This sends ${request}`,
    default: false,
    explicit: true,
  });
  if (!yes) {
    return (["verify-new", "verify-old"] as const).map((name) =>
      dated(context, name, "skipped", "the user did not want the provider to be asked"),
    );
  }
  const now = (): Date => context.host.clock.now();
  return [
    probeStep("verify-new", await probeCredential(context.host, entry, next), now()),
    probeStep("verify-old", await probeCredential(context.host, entry, old), now()),
  ];
}
