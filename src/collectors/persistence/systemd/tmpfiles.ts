import { textOf } from "../../files.ts";
import { accounts } from "../../users.ts";
import { sourceOf } from "../scribe.ts";
import type { Scribe } from "../scribe.ts";
import { oddTmpfiles, parseTmpfilesLine, plants } from "./tmpfiles-line.ts";

const shared = ["/etc/tmpfiles.d", "/run/tmpfiles.d", "/usr/local/lib/tmpfiles.d", "/usr/lib/tmpfiles.d"];
const own = [".config/user-tmpfiles.d", ".local/share/user-tmpfiles.d"];

const maxLines = 20_000;

/** What systemd writes to the disk at every boot, and every day: a file that comes back after it was removed. */
export const tmpfiles = sourceOf(
  {
    id: "tmpfiles",
    title: "Files that systemd-tmpfiles makes",
    attack: ["T1037", "T1543.002"],
    timeoutMs: 30_000,
    platform: "linux",
  },
  async (scribe) => {
    for (const folder of shared) await addFolder(scribe, folder, "root");
    for (const { home, user } of await accounts(scribe.sources))
      for (const name of own) await addFolder(scribe, `${home}/${name}`, user);
  },
);

async function addFolder(scribe: Scribe, folder: string, user: string): Promise<void> {
  for (const name of await scribe.names(folder)) {
    if (!name.endsWith(".conf")) continue;
    const file = await scribe.file(`${folder}/${name}`);
    if (file === undefined) continue;
    for (const [i, raw] of textOf(file.bytes).split("\n", maxLines).entries()) {
      const text = raw.trim();
      if (text === "" || text.startsWith("#")) continue;
      const locator = `line ${i + 1}`;
      const line = parseTmpfilesLine(text);
      if (line === undefined) scribe.add({ kind: "unreadable", name: text, user, file, locator });
      else if (plants(line) || oddTmpfiles(line).length > 0)
        scribe.add({
          name: line.path,
          user,
          trigger: "boot",
          sets: [text],
          odd: oddTmpfiles(line),
          file,
          locator,
        });
    }
  }
}
