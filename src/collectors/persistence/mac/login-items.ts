import { plistList, plistText, plistDict, stringsIn } from "../../mac/plist-value.ts";
import { isMac } from "../../mac/system.ts";
import { glob } from "../../glob.ts";
import { type Scribe, sourceOf } from "../scribe.ts";
import { readPlist } from "./read-plist.ts";

const itemFiles = [
  "~/Library/Preferences/com.apple.loginitems.plist",
  "/private/var/db/com.apple.xpc.launchd/loginitems.*.plist",
  "/private/var/db/com.apple.backgroundtaskmanagement/*.btm",
  "~/Library/Application Support/com.apple.backgroundtaskmanagementagent/backgrounditems.btm",
];
const hookFiles = [
  "/Library/Preferences/com.apple.loginwindow.plist",
  "~/Library/Preferences/com.apple.loginwindow.plist",
  "/private/var/root/Library/Preferences/com.apple.loginwindow.plist",
];
const maxStrings = 400;

/**
 * Login and background items are stored as keyed archives whose form Apple does not document: the addresses, paths and bundle
 * names in them are told, not what belongs to what.
 */
async function addItems(scribe: Scribe): Promise<void> {
  const { paths, reasons } = await glob(scribe.sources, itemFiles);
  for (const reason of reasons) scribe.miss(reason);
  for (const path of paths) {
    const list = await readPlist(scribe, path);
    if (list === undefined) continue;
    const telling = stringsIn(list.value, 50_000).filter((text) =>
      /^(?:file:\/\/|\/)\S|^[a-z]{2,10}\.[\w-]{1,60}\.[\w.-]{1,100}$/i.test(text),
    );
    const sets = [...new Set(telling)].slice(0, maxStrings);
    scribe.add({ name: path.slice(path.lastIndexOf("/") + 1), file: list.file, trigger: "login", sets });
  }
}

async function addHooks(scribe: Scribe): Promise<void> {
  for (const path of hookFiles) {
    const list = await readPlist(scribe, path);
    if (list === undefined) continue;
    for (const key of ["LoginHook", "LogoutHook"]) {
      const command = plistText(list.dict[key]);
      if (command === undefined) continue;
      const trigger = key === "LoginHook" ? "login" : "logout";
      scribe.add({ name: key, file: list.file, trigger, attack: ["T1037.002"], runs: [command] });
    }
  }
}

/** Applications that are opened again after a restart. */
async function addReopened(scribe: Scribe): Promise<void> {
  const { paths } = await glob(scribe.sources, [
    "~/Library/Preferences/ByHost/com.apple.loginwindow.*.plist",
  ]);
  for (const path of paths) {
    const list = await readPlist(scribe, path);
    const apps = plistList(list?.dict["TALAppsToRelaunchAtLogin"]);
    if (list === undefined || apps.length === 0) continue;
    const names = apps.map(
      (app) => plistText(plistDict(app)["Path"]) ?? plistText(plistDict(app)["BundleID"]) ?? "?",
    );
    const about = { file: list.file, trigger: "login", attack: ["T1547.007"] };
    scribe.add({ name: "applications to open again", ...about, sets: names });
  }
}

export const loginItems = sourceOf(
  {
    id: "login-items",
    title: "Login items, background items and login hooks",
    attack: ["T1547.015", "T1547.007", "T1037.002"],
    timeoutMs: 15_000,
    rootAdds: "background items, and the items of every user",
    platform: "darwin",
  },
  async (scribe) => {
    if (!(await isMac(scribe.sources))) return;
    await addItems(scribe);
    await addHooks(scribe);
    await addReopened(scribe);
  },
);
