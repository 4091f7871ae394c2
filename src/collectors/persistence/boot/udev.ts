import { distinctFolders } from "../folders.ts";
import { ownership } from "../script.ts";
import { sourceOf, wholeText } from "../scribe.ts";
import { parseUdevRules } from "./udev-rule.ts";

const folders = ["/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"].map(
  (place) => `${place}/udev/rules.d`,
);

export const udev = sourceOf(
  {
    id: "udev",
    title: "udev rules that run programs",
    attack: ["T1546.017"],
    timeoutMs: 30_000,
    platform: "linux",
  },
  async (scribe) => {
    for (const folder of await distinctFolders(scribe.sources, folders)) {
      for (const name of await scribe.names(folder)) {
        if (!name.endsWith(".rules")) continue;
        const file = await scribe.file(`${folder}/${name}`);
        if (file === undefined) continue;
        const odd = await ownership(scribe, file);
        for (const { matches, runs, wants, line } of parseUdevRules(wholeText(scribe, file))) {
          const trigger = matches === "" ? "every device" : matches;
          scribe.add({ name, file, locator: `line ${line}`, trigger, runs, sets: wants, odd });
        }
      }
    }
  },
);
