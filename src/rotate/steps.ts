/** The steps of one rotation, as data: what is done, by whom, in which order. Pure. */
import type { ReceiptStepName } from "../model/evidence.ts";
import type { Credential } from "../model/records.ts";
import type { CatalogueEntry, Method, Where } from "./catalogue.ts";

export interface PlannedStep {
  readonly step: ReceiptStepName;
  readonly by: "claw-ir" | "user";
  /** What is done, one line without a full stop. */
  readonly text: string;
}

type By = PlannedStep["by"];

/** "open PAGE: HOW" */
export function whereText({ page, how }: Where): string {
  if (page === undefined) return how ?? "";
  return how === undefined ? `open ${page}` : `open ${page}: ${how}`;
}

const deployText =
  "claw-ir reads the new value without echo and writes it wherever OpenClaw keeps the old one";

function verifyText(entry: CatalogueEntry | undefined, which: "new" | "old"): string {
  const wanted = which === "new" ? "accepted" : "refused";
  if (entry?.probe !== undefined) {
    const cost = entry.probe.cost === undefined ? "" : ` (${entry.probe.cost})`;
    return `with your yes claw-ir asks the provider whether the ${which} one is ${wanted}${cost}`;
  }
  if (which === "old" && entry?.check !== undefined) return entry.check;
  return which === "new"
    ? "one turn of the agent, or one message through the channel, works with the new one"
    : "the provider's page does not list the old one any more";
}

function step(name: ReceiptStepName, by: By, text: string): PlannedStep {
  return { step: name, by, text };
}

const unknown: Where = { how: "find out what this value opens, and make a new one there" };

function usual(entry: CatalogueEntry | undefined, order: readonly ReceiptStepName[]): readonly PlannedStep[] {
  const verifyBy: By = entry?.probe === undefined ? "user" : "claw-ir";
  const all: Readonly<Record<ReceiptStepName, PlannedStep>> = {
    create: step("create", "user", whereText(entry?.create ?? unknown)),
    deploy: step("deploy", "claw-ir", deployText),
    "verify-new": step("verify-new", verifyBy, verifyText(entry, "new")),
    revoke: step("revoke", "user", whereText(entry?.revoke ?? { how: "withdraw the old one there" })),
    "verify-old": step("verify-old", verifyBy, verifyText(entry, "old")),
  };
  return order.map((name) => all[name]);
}

/** While a key is abused, every minute costs: it dies first, and OpenClaw does without it for a while. */
function orderOf(method: Method, abuse: boolean): readonly ReceiptStepName[] {
  if (method === "reset") return ["create", "deploy", "verify-new", "verify-old"];
  if (method === "sign-in") return ["revoke", "create", "verify-new", "verify-old"];
  return abuse
    ? ["revoke", "verify-old", "create", "deploy", "verify-new"]
    : ["create", "deploy", "verify-new", "revoke", "verify-old"];
}

const oracle = "GET /__openclaw/control-ui-config.json";

function gatewaySteps(): readonly PlannedStep[] {
  return [
    step("create", "claw-ir", "claw-ir makes 32 random bytes"),
    step("deploy", "claw-ir", "claw-ir writes it wherever the old one stands on this host"),
    step("revoke", "claw-ir", "the old one ends when the gateway starts with the new one"),
    step("verify-new", "claw-ir", `${oracle} answers 200 to the new one`),
    step("verify-old", "claw-ir", `${oracle} answers 401 to the old one`),
  ];
}

function deviceSteps(): readonly PlannedStep[] {
  return [
    step(
      "revoke",
      "claw-ir",
      "claw-ir removes the devices, their requests and setup codes while the gateway is down",
    ),
    step("verify-old", "claw-ir", `${oracle} answers 401 to each device's old token`),
    step("create", "user", "pair the devices you know again, one by one, and compare the device id"),
  ];
}

function identitySteps(): readonly PlannedStep[] {
  return [
    step("revoke", "claw-ir", "claw-ir removes the old key from the database"),
    step("create", "claw-ir", "the gateway makes a new key when it starts"),
    step("verify-new", "claw-ir", "the database holds a device id that differs from the old one"),
  ];
}

function generatedSteps(): readonly PlannedStep[] {
  return [
    step("create", "claw-ir", "claw-ir makes 32 random bytes"),
    step("deploy", "claw-ir", "claw-ir writes it wherever the old one stands on this host"),
    step("revoke", "claw-ir", "the old one ends when the gateway starts with the new one"),
    step("verify-old", "user", "a caller that still has the old one is turned away"),
  ];
}

/** `gateway.remote.*`: this machine as the client of another gateway, which alone can make a new one. */
export function isRemoteGateway({ kind, label }: Pick<Credential, "kind" | "label">): boolean {
  return kind === "gateway-token" && label.startsWith("gateway-remote");
}

function remoteGatewaySteps(): readonly PlannedStep[] {
  return [
    step("create", "user", "rotate the token on the gateway that gateway.remote points to"),
    step("deploy", "claw-ir", deployText),
    step("verify-new", "user", "this machine reaches that gateway with the new one"),
    step("verify-old", "user", "that gateway answers 401 to the old one"),
  ];
}

const ownKinds: Partial<Record<Credential["kind"], () => readonly PlannedStep[]>> = {
  "gateway-token": gatewaySteps,
  "device-token": deviceSteps,
  "identity-key": identitySteps,
  "hook-token": generatedSteps,
  "socket-token": generatedSteps,
};

/** The steps for one credential, in the order they are taken. */
export function stepsOf(
  credential: Credential,
  entry: CatalogueEntry | undefined,
  abuse: boolean,
): readonly PlannedStep[] {
  if (isRemoteGateway(credential)) return remoteGatewaySteps();
  const own = ownKinds[credential.kind];
  if (own !== undefined) return own();
  if (entry?.method === "generated") return generatedSteps();
  const method = credential.kind === "oauth" ? "sign-in" : (entry?.method ?? "overlap");
  return usual(entry, orderOf(method, abuse));
}

/** Whether claw-ir itself makes the new value: nobody is asked for one. */
export function isGenerated({ steps }: { readonly steps: readonly PlannedStep[] }): boolean {
  return steps.some((one) => one.step === "create" && one.by === "claw-ir");
}
