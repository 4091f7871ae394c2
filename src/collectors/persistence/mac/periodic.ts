import { plistDict, plistList, plistStrings, plistText } from "../../mac/plist-value.ts";
import { isMac } from "../../mac/system.ts";
import { addFolders, addScript } from "../script.ts";
import { type Scribe, sourceOf } from "../scribe.ts";
import { readPlist } from "./read-plist.ts";

const files: readonly (readonly [path: string, trigger: string])[] = [
  ["/private/etc/rc.common", "boot"],
  ["/private/etc/rc.local", "boot"],
  ["/private/etc/rc.installer_cleanup", "boot"],
  ["/private/etc/rc.shutdown.local", "shutdown"],
  ["/private/etc/daily.local", "every day"],
  ["/private/etc/weekly.local", "every week"],
  ["/private/etc/monthly.local", "every month"],
  ["/private/etc/periodic.conf", "periodic"],
  ["/private/etc/periodic.conf.local", "periodic"],
];

/** Rules of emond: a list of events, each with actions of which "RunCommand" starts a program. */
async function addEmond(scribe: Scribe): Promise<void> {
  const folder = "/private/etc/emond.d/rules";
  for (const name of await scribe.names(folder)) {
    const list = name.endsWith(".plist") ? await readPlist(scribe, `${folder}/${name}`) : undefined;
    if (list === undefined) continue;
    for (const rule of plistList(list.value)) {
      const dict = plistDict(rule);
      const runs = plistList(dict["actions"]).flatMap((action) => {
        const command = plistText(plistDict(action)["command"]);
        return command === undefined
          ? []
          : [[command, ...plistStrings(plistDict(action)["arguments"])].join(" ")];
      });
      const trigger = plistStrings(dict["eventTypes"]).join(", ");
      const about = { file: list.file, trigger, attack: ["T1546.014"] };
      scribe.add({
        name: plistText(dict["name"]) ?? name,
        ...about,
        runs,
        enabled: dict["enabled"] !== false,
      });
    }
  }
}

/** Folders of plug-ins that other programs load: what lies in them is told by name. */
const plugins: readonly (readonly [folder: string, trigger: string])[] = [
  ["/Library/StartupItems", "boot"],
  ["/Library/Security/SecurityAgentPlugins", "every login and authorization"],
  ["/Library/ScriptingAdditions", "AppleScript"],
  ["~/Library/ScriptingAdditions", "AppleScript"],
  ["/Library/DirectoryServices/PlugIns", "look-up of users"],
  ["/Library/Extensions", "boot (kernel extension)"],
  ["/Library/QuickLook", "preview of files"],
  ["~/Library/QuickLook", "preview of files"],
  ["/Library/Spotlight", "indexing of files"],
  ["~/Library/Spotlight", "indexing of files"],
  ["/Library/Input Methods", "login"],
  ["~/Library/Input Methods", "login"],
  ["/Library/Internet Plug-Ins", "browser"],
  ["/Library/PrivilegedHelperTools", "request of an application"],
];

export const macScripts = sourceOf(
  {
    id: "mac-scripts",
    title: "Periodic scripts, emond rules, start-up items and plug-ins of macOS",
    attack: ["T1053.003", "T1546.014", "T1037.004", "T1037.005", "T1547.006"],
    timeoutMs: 10_000,
    platform: "darwin",
  },
  async (scribe) => {
    if (!(await isMac(scribe.sources))) return;
    for (const [path, trigger] of files) {
      const file = await scribe.file(path);
      if (file !== undefined)
        await addScript(scribe, file, { name: path.slice(path.lastIndexOf("/") + 1), trigger });
    }
    await addFolders(scribe, [
      { folder: "/private/etc/periodic", trigger: "periodic", depth: 1 },
      { folder: "/usr/local/etc/periodic", trigger: "periodic", depth: 1 },
    ]);
    await addEmond(scribe);
    for (const [folder, trigger] of plugins) {
      const names = (await scribe.names(folder)).filter(
        (name) => name !== ".DS_Store" && name !== ".localized",
      );
      for (const name of names) scribe.add({ name, path: `${folder}/${name}`, trigger });
    }
  },
);
