import { dict } from "../../model/json.ts";
import { shown } from "../../model/text.ts";
import { whereText } from "../../rotate/index.ts";
import { addRemember } from "../remember.ts";
import { catalogueOf } from "./rotation.ts";
import { step } from "./step.ts";

export const signInAgain = step({
  id: "recover/sign-in-again",
  stage: "recover",
  title: "List the messaging channels to sign in to again",
  mutates: "case",
  needsState: true,
  plan: () =>
    "name each configured messaging channel, where its sessions are ended and how it is signed in again",
  run: async (context) => {
    const channels = Object.keys(dict(context.installation.config.value["channels"])).filter(
      (name) => name !== "defaults",
    );
    if (channels.length === 0) return { state: "skipped", reason: "no messaging channel is configured" };
    const { entries } = await catalogueOf(context);
    for (const channel of channels) {
      const entry =
        entries.find(({ providers, group }) => providers.includes(channel) && group.startsWith("chan")) ??
        entries.find(({ providers }) => providers.includes(channel));
      const how =
        entry === undefined
          ? "end its sessions in the messaging app, then link it again"
          : `${whereText(entry.revoke)}; then ${whereText(entry.create)}`;
      const line = `${shown(channel, 40)}: ${how}`;
      context.say(line);
      addRemember(context.case, `Messaging channel ${line}`);
    }
    return { state: "done", receipt: { channels } };
  },
});
