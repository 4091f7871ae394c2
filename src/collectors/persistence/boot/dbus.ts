import { distinctFolders } from "../folders.ts";
import { parseIni } from "../ini.ts";
import { ownership } from "../script.ts";
import { type Scribe, sourceOf, wholeText } from "../scribe.ts";

const folders = [
  "/etc/dbus-1/system-services",
  "/usr/local/share/dbus-1/system-services",
  "/usr/share/dbus-1/system-services",
  "/usr/lib/dbus-1/system-services",
  "/run/dbus-1/system-services",
  "/etc/dbus-1/services",
  "/usr/local/share/dbus-1/services",
  "/usr/share/dbus-1/services",
  "~/.local/share/dbus-1/services",
];

/** Services that D-Bus starts as soon as somebody asks for their name, of the system and of the user's session. */
export const dbus = sourceOf(
  {
    id: "dbus-services",
    title: "Services that D-Bus starts on demand",
    attack: ["T1543"],
    timeoutMs: 30_000,
    platform: "linux",
  },
  async (scribe) => {
    for (const folder of await distinctFolders(scribe.sources, folders)) {
      for (const name of await scribe.names(folder)) {
        if (name.endsWith(".service")) await add(scribe, `${folder}/${name}`, name);
      }
    }
  },
);

async function add(scribe: Scribe, path: string, name: string): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  const entries = parseIni(wholeText(scribe, file)).filter(({ section }) => section === "D-BUS Service");
  const value = (key: string): string | undefined => entries.find((entry) => entry.key === key)?.value;
  const command = value("Exec");
  const unit = value("SystemdService");
  scribe.add({
    name: value("Name") ?? name,
    file,
    kind: entries.length === 0 ? "unreadable" : "item",
    trigger: "a message to its name",
    runs: command === undefined ? [] : [command],
    sets: unit === undefined ? [] : [`SystemdService=${unit}`],
    user: value("User"),
    odd: await ownership(scribe, file),
  });
}
