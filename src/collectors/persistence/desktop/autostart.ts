import { distinctFolders } from "../folders.ts";
import { type IniEntry, parseIni } from "../ini.ts";
import { addFolders, ownership } from "../script.ts";
import { type Scribe, sourceOf, wholeText } from "../scribe.ts";

/** Entries of these folders start with the session; those of `applications` only when they are opened. */
const folders: readonly (readonly [folder: string, trigger: string])[] = [
  ["/etc/xdg/autostart", "graphical login"],
  ["/usr/share/autostart", "graphical login"],
  ["/usr/share/gnome/autostart", "graphical login"],
  ["~/.config/autostart", "graphical login"],
  ["~/.local/share/autostart", "graphical login"],
  ["~/.local/share/applications", "opened by the user"],
];

/** `Exec`, `TryExec` of the desktop entry and of its actions, with the lines they stand in. */
export function desktopRuns(entries: readonly IniEntry[]): readonly string[] {
  return entries.filter(({ key }) => key === "Exec").map(({ value }) => value);
}

async function add(scribe: Scribe, path: string, name: string, trigger: string): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  const entries = parseIni(wholeText(scribe, file));
  const value = (key: string): string | undefined => entries.find((entry) => entry.key === key)?.value;
  const hidden = value("Hidden") === "true";
  const off = hidden || value("X-GNOME-Autostart-enabled") === "false";
  scribe.add({
    name,
    file,
    kind: entries.length === 0 ? "unreadable" : "item",
    trigger,
    enabled: !off,
    runs: desktopRuns(entries),
    sets: value("NoDisplay") === "true" ? ["NoDisplay=true"] : [],
    odd: path.startsWith("/etc/") || path.startsWith("/usr/") ? await ownership(scribe, file) : [],
  });
}

export const autostart = sourceOf(
  {
    id: "xdg-autostart",
    title: "Programs that start with a graphical session",
    attack: ["T1547.013"],
    timeoutMs: 30_000,
    platform: "linux",
  },
  async (scribe) => {
    const distinct = await distinctFolders(
      scribe.sources,
      folders.map(([folder]) => folder),
    );
    for (const [folder, trigger] of folders) {
      if (!distinct.includes(folder)) continue;
      for (const name of await scribe.names(folder)) {
        if (name.endsWith(".desktop")) await add(scribe, `${folder}/${name}`, name, trigger);
      }
    }
    await addFolders(scribe, [
      { folder: "~/.config/autostart-scripts", trigger: "graphical login (KDE)" },
      { folder: "~/.config/plasma-workspace/env", trigger: "graphical login (KDE)" },
      { folder: "~/.config/plasma-workspace/shutdown", trigger: "end of a graphical session (KDE)" },
      { folder: "/etc/xdg/plasma-workspace/env", trigger: "graphical login (KDE)" },
    ]);
  },
);
