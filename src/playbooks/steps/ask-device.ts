import type { Choice, ChooseSpec } from "../../host/host.ts";
import type { Device } from "../../model/device-records.ts";
import { shown } from "../../model/text.ts";
import type { StepContext } from "../types.ts";
import { describeDevice } from "./device-text.ts";
import { askIncident, onceMany, onceText } from "./questions.ts";
import { devicesToRemove } from "./own-baseline.ts";
import { step } from "./step.ts";

export const askDevice = step({
  id: "volatile/ask-device",
  stage: "volatile",
  title: "Ask which device is compromised",
  mutates: "case",
  plan: () => "show the paired devices and ask which one is lost or unknown, or whether it is this host",
  run: async (context) => {
    const device = await onceText(context, "device", () => context.host.prompt.choose(deviceQuestion));
    if (device === "paired") await askWhich(context);
    if (device === "host") {
      context.say(
        "This host cannot be trusted any more: what it shows may be made up, and what you type into it is read.",
      );
      context.say(
        "It is captured, stopped and sealed here. Rotate from another machine, then rebuild this one.",
      );
    }
    await askIncident(context);
    return { state: "done" };
  },
});

const deviceQuestion: ChooseSpec = {
  id: "incident.device",
  message: "What is compromised?",
  choices: [
    { value: "paired", name: "A paired device", description: "lost, stolen, or one you do not know" },
    {
      value: "host",
      name: "This host itself",
      description: "capture, seal, then rebuild from another machine",
    },
    {
      value: "unknown",
      name: "I don't know yet",
      description: "the devices are shown again before any is removed",
    },
  ],
  default: "unknown",
};

async function askWhich(context: StepContext): Promise<void> {
  const devices = context.memory.devices;
  if (devices.length === 0) {
    context.say("No paired device was found in the state.");
    return;
  }
  // A review may have said so already.
  const marked = await devicesToRemove(context);
  await onceMany(context, "devices", () =>
    context.host.prompt.chooseMany({
      id: "incident.devices",
      message: "Which devices are lost or unknown?",
      choices: devices.map((device) => choice(device, context.host.clock.now())),
      default: devices.map(({ id }) => id).filter((id) => marked.includes(id)),
    }),
  );
}

function choice(device: Device, now: Date): Choice {
  return {
    value: device.id,
    name: shown(device.label ?? device.name ?? device.id, 40),
    description: describeDevice(device, now),
  };
}
