import { removeDevices } from "../../openclaw/write/index.ts";
import type { Device } from "../../model/device-records.ts";
import type { Place } from "../../model/records.ts";
import { at, strings } from "../../model/json.ts";
import { shown } from "../../model/text.ts";
import { remoteCopies, type RotationItem } from "../../rotate/index.ts";
import { suspectDevices } from "../answers.ts";
import type { StepContext } from "../types.ts";
import { describeDevice } from "./device-text.ts";
import { gatewayIsDown } from "./gateway-down.ts";
import { dated, putReceipt, receiptFor } from "./rotation.ts";
import { step } from "./step.ts";

export const devicesId = "devices";

export const rotateDevices = step({
  id: "rotate/devices",
  stage: "rotate",
  title: "Remove paired devices, so that their tokens die",
  mutates: "state",
  needsState: true,
  plan: () =>
    "show each paired device with age, scopes, address and how it was approved, and remove the ones you choose",
  run: async (context) => {
    const { case: subject, host, installation, memory } = context;
    if (memory.devices.length === 0) return { state: "skipped", reason: "no device is paired or waiting" };
    const blocked = await gatewayIsDown(context);
    if (blocked !== undefined) return { state: "failed", reason: blocked };
    for (const device of memory.devices)
      context.say(`${nameOf(device)}: ${describeDevice(device, host.clock.now())}`);
    const ids = await choose(context);
    if (ids.length === 0) return { state: "declined", reason: "no device was chosen" };
    await subject.journal.append("mutation", {
      step: "rotate/devices",
      what: "remove devices",
      devices: ids,
    });
    const all = ids.length === memory.devices.length;
    const gone = await removeDevices(host, installation, all ? "all" : ids, await subject.scratch());
    subject.facts.set("removedDevices", { ids, all });
    const { open, summary } = told(gone);
    putReceipt(context, deviceItem(context), {
      steps: [dated(context, "revoke", gone.notWritten.length === 0 ? "done" : "failed", summary)],
    });
    for (const place of gone.changed.slice(0, 20)) context.say(`Removed from ${placeText(place)}.`);
    if (gone.changed.length > 20) context.say(`And from ${gone.changed.length - 20} more places.`);
    context.say("On the devices themselves:");
    for (const line of remoteCopies("device-token")) context.say(`  - ${line}`);
    const receipt = subject.redactor.json({
      ...receiptFor(subject, devicesId),
      changed: gone.changed.slice(0, 500),
    });
    if (gone.notWritten.length > 0) return { state: "failed", reason: open, receipt };
    return open === "" ? { state: "done", receipt } : { state: "partial", reason: open, receipt };
  },
});

/** What is left of it, and all of it. */
function told(gone: Awaited<ReturnType<typeof removeDevices>>): {
  readonly open: string;
  readonly summary: string;
} {
  const summary = `${gone.paired.length} paired and ${gone.pending.length} waiting devices removed, ${gone.bootstrapTokens} setup tokens, ${gone.joinCodes} join codes`;
  const absent =
    gone.notFound.length === 0
      ? []
      : [
          `no longer there when it was to be removed: ${gone.notFound.map((id) => id.slice(0, 16)).join(", ")}`,
        ];
  const left = gone.notWritten.map(({ todo }) => todo);
  const open = shown([...left, ...absent].join("; "), 1000);
  return { open, summary: open === "" ? summary : `${summary}; ${open}` };
}

function placeText({ path, locator }: Place): string {
  return shown([path, locator].filter((part) => part !== undefined).join(" "), 160);
}

async function choose({ case: subject, host, memory }: StepContext): Promise<readonly string[]> {
  const suspects = suspectDevices(subject);
  if (suspects.length === 0) {
    const all = await host.prompt.confirm({
      id: "devices.remove-all",
      message: `Remove all ${memory.devices.length} devices? The ones you know are paired again afterwards`,
      default: true,
      explicit: true,
    });
    if (all) return memory.devices.map(({ id }) => id);
  }
  return host.prompt.chooseMany({
    id: "devices.remove",
    message: "Which devices shall be removed?",
    choices: memory.devices.map((device) => ({
      value: device.id,
      name: nameOf(device),
      description: describeDevice(device, host.clock.now()),
    })),
    default: suspects,
  });
}

export function nameOf(device: Device): string {
  return `${shown(device.label ?? device.name ?? "unnamed", 40)} ${device.id.slice(0, 12)}`;
}

/** Ids that this case removed, in this run or an earlier one. */
export function removedIds(subject: StepContext["case"]): readonly string[] {
  return strings(at(subject.facts.get("removedDevices"), "ids"));
}

export function deviceItem({ memory, installation }: StepContext): Pick<RotationItem, "id" | "credential"> {
  const found = memory.credentials.find(({ kind, live }) => kind === "device-token" && live);
  const place = memory.devices[0]?.place ?? {
    path: installation.target.toHost(installation.target.stateDir),
  };
  return {
    id: devicesId,
    credential: {
      id: devicesId,
      kind: "device-token",
      provider: "openclaw",
      live: true,
      place,
      ...found,
      label: "paired devices",
    },
  };
}
