import { isHostTaken } from "../answers.ts";
import { addRemember } from "../remember.ts";
import { step } from "./step.ts";

const rebuildSteps: readonly string[] = [
  "Work from another machine from now on: copy the sealed archive there and check it with gpg and its SHA-256.",
  "Take this host off the network, or shut it down, once the archive is safe elsewhere.",
  "Rotate every credential in the report from the other machine, in the order given there, and sign out all browser sessions.",
  "Examine the disk there: mount it read-only and run claw-ir collect --root MOUNT --home MOUNT/HOME.",
  "Install the host anew; do not clean it. Take nothing executable over: no skills, plugins, hooks, units, crontabs or dotfiles.",
  "Restore only data from before the first sign in the timeline, then put the new credentials in place and pair devices anew.",
  "The new host gets a new gateway token, a new device identity and new ssh host and user keys.",
];

export const rebuild = step({
  id: "recover/rebuild",
  stage: "recover",
  title: "Say how to rebuild a compromised host",
  mutates: "case",
  plan: () => "if this host itself is compromised: the steps from here to a new host",
  run: ({ case: subject, say }) => {
    if (!isHostTaken(subject))
      return Promise.resolve({ state: "skipped", reason: "this host is not what is compromised" });
    for (const line of rebuildSteps) {
      say(`- ${line}`);
      addRemember(subject, line);
    }
    return Promise.resolve({ state: "done" });
  },
});
