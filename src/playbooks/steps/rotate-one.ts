import type { ReceiptStep } from "../../model/evidence.ts";
import { Secret } from "../../model/secret.ts";
import { shown } from "../../model/text.ts";
import { currentValue, forgetIdentity, makeToken, placeSecret } from "../../openclaw/write/index.ts";
import { isGenerated, placesLeft, type RotationItem } from "../../rotate/index.ts";
import type { StepContext } from "../types.ts";
import { askProvider, askRevoked } from "./rotate-provider.ts";
import { dated, nameOfItem, putReceipt } from "./rotation.ts";

/** Takes one credential through its steps, as far as they go today. Its receipt grows with each. */
export async function rotateOne(context: StepContext, item: RotationItem): Promise<void> {
  if (item.credential.kind === "identity-key") return newIdentity(context, item);
  if (isGenerated(item)) return withOwn(context, item);
  for (const [index, { text, step, by }] of item.steps.entries())
    context.say(`  ${index + 1}. ${by === "user" ? `you ${byYou[step]}: ` : ""}${text}`);
  if (!item.steps.some(({ step }) => step === "deploy")) return bySigningIn(context, item);
  return withUser(context, item);
}

/** The texts of the plan say where and how; on their own they do not say what for. */
const byYou = {
  create: "make a new one",
  deploy: "put it in place",
  "verify-new": "check the new one",
  revoke: "end the old one",
  "verify-old": "check that the old one is dead",
} as const satisfies Record<ReceiptStep["step"], string>;

async function withUser(context: StepContext, item: RotationItem): Promise<void> {
  const next = await context.host.prompt.secret({
    id: `secret.${item.id}`,
    message: `New ${nameOfItem(item)}, not shown while you type (Enter alone: later)`,
    optional: true,
  });
  if (next === undefined || next.length === 0) {
    putReceipt(context, item, { steps: [dated(context, "create", "skipped", "no new value was given")] });
    context.say("  Left open: no new value was given.");
    return;
  }
  const old = await deploy(
    context,
    item,
    next,
    dated(context, "create", "by-user", "made at the provider by the user"),
  );
  const revoked = await askRevoked(context, item);
  const verified = old === undefined ? [] : await askProvider(context, item, { old, next });
  putReceipt(context, item, { steps: [revoked, ...verified] });
}

/** A sign-in has no value to type: it is withdrawn and made again at the provider. */
async function bySigningIn(context: StepContext, item: RotationItem): Promise<void> {
  const done = await context.host.prompt.confirm({
    id: `signed-in.${item.id}`,
    message: `Have you withdrawn ${shown(item.credential.label, 60)} and signed in again?`,
    default: false,
  });
  const steps = done
    ? [
        dated(context, "revoke", "by-user", "the user says so"),
        dated(context, "create", "by-user", "signed in again"),
      ]
    : [dated(context, "revoke", "skipped", "not done yet")];
  putReceipt(context, item, { steps });
}

/** Secrets that OpenClaw alone has to know: nobody has to type them. */
async function withOwn(context: StepContext, item: RotationItem): Promise<void> {
  const made = dated(context, "create", "done", "32 random bytes made by claw-ir");
  if ((await deploy(context, item, makeToken(context.host), made)) === undefined) return;
  putReceipt(context, item, {
    steps: [dated(context, "revoke", "done", "the gateway does not know the old one any more")],
  });
}

/** Writes the new value wherever the old one stands; gives the old one, or undefined where only the user can write it. */
async function deploy(
  context: StepContext,
  item: RotationItem,
  next: Secret,
  made: ReceiptStep,
): Promise<Secret | undefined> {
  const { case: subject, host, installation, memory } = context;
  subject.redactor.learn(next);
  const mark = (secret: Secret): ReturnType<typeof subject.redactor.mark> => subject.redactor.mark(secret);
  const old = await currentValue(host, installation, item.credential);
  if (old instanceof Secret) {
    subject.redactor.learn(old);
    memory.secrets.set(`${item.id}.old`, old);
  }
  await subject.journal.append("mutation", {
    step: "rotate/credentials",
    what: `put a new value in place: ${item.id}`,
  });
  const done = await placeSecret(host, installation, item.credential, next, mark);
  for (const { todo } of done.notWritten) context.say(`  By hand: ${todo}`);
  for (const place of placesLeft(item, done.changed))
    context.say(`  It still stands in ${shown(place.path, 120)}: change it there.`);
  if (done.changed.length === 0) {
    const todo = done.notWritten[0]?.todo ?? "the old value was found nowhere that can be written";
    putReceipt(context, item, { steps: [made, dated(context, "deploy", "unknown", todo)] });
    return undefined;
  }
  const written = done.changed.map(({ path, locator }) => `${path} ${locator ?? ""}`.trim()).join(", ");
  context.say(`  Replaced in ${shown(written, 300)}.`);
  putReceipt(context, item, {
    old: done.before,
    next: done.after,
    steps: [made, dated(context, "deploy", "done", `written to ${written}`)],
  });
  return old instanceof Secret ? old : undefined;
}

async function newIdentity(context: StepContext, item: RotationItem): Promise<void> {
  const { case: subject, host, installation } = context;
  await subject.journal.append("mutation", {
    step: "rotate/credentials",
    what: "remove the gateway's device identity",
  });
  const done = await forgetIdentity(host, installation);
  if (done.changed.length === 0) {
    const todo = `no identity was found to remove: look at ${shown(item.credential.place.path, 120)}, and remove it by hand while the gateway is down`;
    context.say(`  NOT rotated: ${todo}`);
    putReceipt(context, item, { steps: [dated(context, "revoke", "failed", todo)] });
    return;
  }
  context.say("  Removed: the gateway makes a new one when it starts.");
  putReceipt(context, item, {
    steps: [
      dated(context, "revoke", "done", `removed device id ${done.before}`),
      dated(context, "deploy", "done", "the gateway makes a new one when it starts"),
    ],
  });
}
