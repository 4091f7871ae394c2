import { rotateGatewayToken } from "../../openclaw/write/index.ts";
import { isRemoteGateway, remoteCopies, type RotationItem } from "../../rotate/index.ts";
import type { Credential } from "../../model/records.ts";
import type { StepContext, StepResult } from "../types.ts";
import { gatewayIsDown } from "./gateway-down.ts";
import { dated, putReceipt, receiptFor } from "./rotation.ts";
import { step } from "./step.ts";

export const gatewayTokenId = "gateway-token";

export const rotateGatewayTokenStep = step({
  id: "rotate/gateway-token",
  stage: "rotate",
  title: "Give the gateway a new token",
  mutates: "state",
  needsState: true,
  plan: ({ installation }) =>
    `make 32 random bytes and write them to ${installation.target.toHost(installation.target.configPath)} and wherever else the old token stands`,
  run: async (context) => {
    const { case: subject, host, installation, memory } = context;
    const blocked = await gatewayIsDown(context);
    if (blocked !== undefined) return { state: "failed", reason: blocked };
    const item = gatewayItem(context);
    await subject.journal.append("mutation", {
      step: "rotate/gateway-token",
      what: "replace the gateway's token",
    });
    const done = await rotateGatewayToken(host, installation, (secret) => subject.redactor.mark(secret));
    subject.redactor.learn(done.next);
    memory.secrets.set("gateway-token.new", done.next);
    if (done.old !== undefined) memory.secrets.set("gateway-token.old", done.old);
    if (done.changed.length === 0) return notInForce(context, item, done.notWritten);
    putReceipt(context, item, {
      old: done.before,
      next: done.after,
      steps: [
        dated(context, "create", "done", "32 random bytes"),
        dated(context, "deploy", "done", `written to ${places(done.changed)}`),
        dated(context, "revoke", "done", "the old one is no longer in the gateway's configuration"),
      ],
    });
    context.say(`The new token stands in ${places(done.changed)}; read it there.`);
    for (const { todo } of done.notWritten) context.say(`By hand: ${todo}`);
    context.say("Copies on other machines that need the new one:");
    for (const line of remoteCopies("gateway-token")) context.say(`  - ${line}`);
    return { state: "done", receipt: subject.redactor.json(receiptFor(subject, gatewayTokenId)) };
  },
});

/** The token comes from where claw-ir does not write, such as a file or a command: nothing was changed. */
function notInForce(
  context: StepContext,
  item: Pick<RotationItem, "id" | "credential">,
  notWritten: readonly { readonly todo: string }[],
): StepResult {
  const todo = notWritten[0]?.todo ?? "the old token was found nowhere that can be written";
  putReceipt(context, item, { steps: [dated(context, "deploy", "skipped", todo)] });
  return { state: "partial", reason: `the token was not changed: ${todo}` };
}

/** The credential as it was found, or a stand-in where no token was set. */
export function gatewayItem({ memory, installation }: StepContext): Pick<RotationItem, "id" | "credential"> {
  const place = {
    path: installation.target.toHost(installation.target.configPath),
    locator: "gateway.auth.token",
  };
  const unset: Credential = {
    id: gatewayTokenId,
    kind: "gateway-token",
    provider: "openclaw",
    label: "gateway token",
    live: true,
    place,
  };
  const found = memory.credentials.find(
    ({ kind, label, live }) => kind === "gateway-token" && live && !isRemoteGateway({ kind, label }),
  );
  return { id: gatewayTokenId, credential: found ?? unset };
}

function places(changed: readonly { readonly path: string; readonly locator?: string }[]): string {
  return changed
    .map(({ path, locator }) => [path, locator].filter((part) => part !== undefined).join(" "))
    .join(", ");
}
