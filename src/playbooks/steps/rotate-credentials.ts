import { forgetIdentity, makeToken, placeSecret } from "../../openclaw/write/index.ts";
import type { ReceiptStep } from "../../model/evidence.ts";
import { messageOf } from "../../model/errors.ts";
import type { Secret } from "../../model/secret.ts";
import { shown } from "../../model/text.ts";
import { findResidues, stateOf, type RotationItem } from "../../rotate/index.ts";
import type { StepContext, StepResult } from "../types.ts";
import { gatewayIsDown } from "./gateway-down.ts";
import { askProvider, askRevoked } from "./rotate-provider.ts";
import { dated, isWanted, planOf, putReceipt, receiptFor } from "./rotation.ts";
import { step } from "./step.ts";

/** Kinds with a step of their own. */
const elsewhere: ReadonlySet<string> = new Set(["gateway-token", "device-token"]);
/** Secrets that only OpenClaw itself has to know: claw-ir makes the new one. */
const generated: ReadonlySet<string> = new Set(["hook-token", "socket-token"]);

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
    const todo = items.filter((item) => !elsewhere.has(item.credential.kind) && isWanted(context, item));
    for (const item of todo) await rotateOne(context, item);
    await searchResidue(context, todo);
    return resultOf(context, todo);
  },
});

async function rotateOne(context: StepContext, item: RotationItem): Promise<void> {
  const earlier = receiptFor(context.case, item.id);
  if (
    earlier !== undefined &&
    earlier.steps.some(({ step: name, outcome }) => name === "deploy" && outcome === "done")
  )
    return;
  context.say("");
  context.say(
    `${shown(item.entry?.name ?? item.credential.provider, 60)} (${shown(item.credential.label, 60)})`,
  );
  try {
    if (item.credential.kind === "identity-key") await newIdentity(context, item);
    else if (generated.has(item.credential.kind)) await withOwn(context, item);
    else await withUser(context, item);
  } catch (error) {
    // One that cannot be written must not keep the others from being rotated; cancelling and wrong usage end the step.
    if (endsStep(context, error)) throw error;
    putReceipt(context, item, { steps: [dated(context, "deploy", "failed", shown(messageOf(error), 300))] });
    context.say(`Not rotated: ${messageOf(error)}`);
  }
}

function endsStep({ host }: StepContext, error: unknown): boolean {
  const exit = typeof error === "object" && error !== null && "exit" in error ? error.exit : undefined;
  return host.signal.aborted || exit === "cancelled" || exit === "usage";
}

async function withUser(context: StepContext, item: RotationItem): Promise<void> {
  for (const { text, by } of item.steps) context.say(`  - ${by === "user" ? "you: " : ""}${text}`);
  const next = await context.host.prompt.secret({
    id: `secret.${item.id}`,
    message: `New value for ${shown(item.credential.label, 60)} (empty: later)`,
    optional: true,
  });
  if (next === undefined || next.length === 0) {
    putReceipt(context, item, { steps: [dated(context, "create", "skipped", "no new value was given")] });
    return;
  }
  const placed = await deploy(context, item, next, "made by the user");
  const steps = [await askRevoked(context, item), ...(placed ? await askProvider(context, item, next) : [])];
  putReceipt(context, item, { steps });
}

/** Writes the new value wherever the old one stands; false where only the user can do it. */
async function deploy(
  context: StepContext,
  item: RotationItem,
  next: Secret,
  origin: string,
): Promise<boolean> {
  const { case: subject, host, installation } = context;
  subject.redactor.learn(next);
  await subject.journal.append("mutation", {
    step: "rotate/credentials",
    what: `put a new value in place: ${item.id}`,
  });
  const done = await placeSecret(host, installation, item.credential, next, (secret) =>
    subject.redactor.mark(secret),
  );
  const steps: ReceiptStep[] = [dated(context, "create", "by-user", origin)];
  for (const { todo } of done.notWritten) context.say(`  By hand: ${todo}`);
  const written = done.changed.map(({ path, locator }) => `${path} ${locator ?? ""}`.trim()).join(", ");
  steps.push(
    done.changed.length === 0
      ? dated(context, "deploy", "unknown", done.notWritten[0]?.todo ?? "written nowhere")
      : dated(context, "deploy", "done", `written to ${written}`),
  );
  putReceipt(context, item, { old: done.before, next: subject.redactor.mark(next).fingerprint, steps });
  return done.changed.length > 0;
}

async function withOwn(context: StepContext, item: RotationItem): Promise<void> {
  if (!(await deploy(context, item, makeToken(context.host), "32 random bytes made by claw-ir"))) return;
  putReceipt(context, item, {
    steps: [dated(context, "revoke", "done", "the gateway does not know the old one any more")],
  });
}

async function newIdentity(context: StepContext, item: RotationItem): Promise<void> {
  const { case: subject, host, installation } = context;
  await subject.journal.append("mutation", {
    step: "rotate/credentials",
    what: "remove the gateway's device identity",
  });
  const done = await forgetIdentity(host, installation);
  putReceipt(context, item, {
    steps: [
      dated(context, "revoke", "done", `removed device id ${done.before}`),
      dated(context, "deploy", "done", "the gateway makes a new one when it starts"),
    ],
  });
}

/** Where old values still stand: dead at the provider or not, they tell an intruder something. */
async function searchResidue(context: StepContext, items: readonly RotationItem[]): Promise<void> {
  const replaced = items.filter((item) =>
    receiptFor(context.case, item.id)?.steps.some((one) => one.step === "deploy" && one.outcome === "done"),
  );
  const secrets = new Map<string, Secret>();
  for (const { id, credential } of replaced)
    if (credential.secret !== undefined) secrets.set(id, credential.secret);
  const gateway = context.memory.secrets.get("gateway-token.old");
  if (secrets.size === 0 && gateway === undefined) return;
  const found = await findResidues(context.host, context.installation, secrets);
  for (const item of replaced) {
    const places = found.byId.get(item.id)?.places ?? [];
    putReceipt(context, item, { steps: [], residue: places });
    if (places.length > 0)
      context.say(
        `The old value of ${item.id} still stands in ${places.length} places: the report lists them.`,
      );
  }
}

function resultOf(context: StepContext, todo: readonly RotationItem[]): StepResult {
  const receipts = todo.flatMap((item) => receiptFor(context.case, item.id) ?? []);
  const open = receipts
    .filter((receipt) => stateOf(receipt) === "pending")
    .map(({ credential }) => credential);
  const failed = receipts
    .filter((receipt) => stateOf(receipt) === "failed")
    .map(({ credential }) => credential);
  const receipt = context.case.redactor.json(receipts);
  if (failed.length === 0 && open.length === 0) return { state: "done", receipt };
  const reasons = [
    ...(failed.length > 0 ? [`failed: ${failed.join(", ")}`] : []),
    ...(open.length > 0 ? [`still open: ${open.join(", ")}`] : []),
  ];
  return { state: "partial", reason: reasons.join("; "), receipt };
}
