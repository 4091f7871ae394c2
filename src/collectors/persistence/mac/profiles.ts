import { groupsText, rootTwin } from "../../../model/account-facts.ts";
import { plistDict, type PlistDict, plistList, plistText, stringsIn } from "../../mac/plist-value.ts";
import { parsePlist } from "../../mac/plist.ts";
import { isMac } from "../../mac/system.ts";
import { glob } from "../../glob.ts";
import { type Draft } from "../item.ts";
import { type Scribe, sourceOf } from "../scribe.ts";
import { readPlist } from "./read-plist.ts";

/** Accounts as the local directory keeps them; the hash beside them is never looked at. */
async function addAccounts(scribe: Scribe): Promise<void> {
  const base = "/private/var/db/dslocal/nodes/Default";
  const admin = await readPlist(scribe, `${base}/groups/admin.plist`);
  const admins = new Set(stringsIn(admin?.dict["users"] ?? []));
  for (const name of await scribe.names(`${base}/users`)) {
    if (!name.endsWith(".plist") || name.startsWith("_")) continue;
    const list = await readPlist(scribe, `${base}/users/${name}`);
    if (list === undefined) continue;
    scribe.add({ file: list.file, trigger: "login", ...accountOf(list.dict, name.slice(0, -6), admins) });
  }
}

type Account = Required<Pick<Draft, "name" | "user" | "runs" | "sets" | "odd">>;

function accountOf(dict: PlistDict, fileName: string, admins: ReadonlySet<string>): Account {
  const first = (key: string): string | undefined => stringsIn(dict[key] ?? [])[0];
  const user = first("name") ?? fileName;
  const uid = first("uid") ?? "?";
  const shell = first("shell");
  const hidden = /^(?:1|YES)$/.test(first("IsHidden") ?? "") ? ["hidden from the login window"] : [];
  const root = uid === "0" ? [rootTwin] : [];
  return {
    ...{ name: user, user, runs: shell === undefined ? [] : [shell] },
    sets: [
      `uid=${uid}`,
      `home=${first("home") ?? "?"}`,
      ...(admins.has(user) ? [groupsText(["admin"])] : []),
    ],
    odd: user === "root" ? [] : [...root, ...hidden],
  };
}

/** Files that only the sealed or managed part of the system writes. */
const stored = [
  "/Library/Managed Preferences/*.plist",
  "/private/var/db/ConfigurationProfiles/Store/*.plist",
  "/Library/SystemExtensions/db.plist",
];

async function addStored(scribe: Scribe): Promise<void> {
  const { paths, reasons } = await glob(scribe.sources, stored);
  for (const reason of reasons) scribe.miss(reason);
  for (const path of paths) {
    const list = await readPlist(scribe, path);
    if (list === undefined) continue;
    const names = stringsIn(list.value, 5000).filter((text) =>
      /^[a-z]{2,10}(?:\.[\w-]{1,80}){2,8}$/i.test(text),
    );
    const about = { file: list.file, trigger: "always, and without asking" };
    scribe.add({
      name: path.slice(path.lastIndexOf("/") + 1),
      ...about,
      sets: [...new Set(names)].slice(0, 200),
    });
  }
}

/** What `profiles -P -o stdout-xml` prints: by user, the profiles with their payloads. */
export function parseProfiles(
  bytes: Uint8Array,
): readonly { readonly name: string; readonly payloads: readonly string[] }[] {
  return Object.values(plistDict(parsePlist(bytes))).flatMap((profiles) =>
    plistList(profiles).map((profile) => {
      const dict = plistDict(profile);
      const payloads = plistList(dict["ProfileItems"]).map(
        (item) => plistText(plistDict(item)["PayloadType"]) ?? "?",
      );
      return {
        name: plistText(dict["ProfileIdentifier"]) ?? plistText(dict["ProfileDisplayName"]) ?? "?",
        payloads,
      };
    }),
  );
}

async function addLive(scribe: Scribe): Promise<void> {
  const { host, target } = scribe.sources;
  if (!target.live || host.facts.platform !== "darwin") return;
  const result = await host.run(["profiles", "-P", "-o", "stdout-xml"], {
    timeoutMs: 10_000,
    maxBytes: 8 << 20,
  });
  if (result.missing || result.timedOut || result.code !== 0) {
    scribe.miss("the installed configuration profiles could not be listed");
    return;
  }
  for (const { name, payloads } of parseProfiles(Buffer.from(result.stdout))) {
    scribe.add({ name, path: "profiles -P", trigger: "always, and without asking", sets: payloads });
  }
}

export const macProfiles = sourceOf(
  {
    id: "mac-profiles",
    title: "Accounts, configuration profiles and system extensions of macOS",
    attack: ["T1136.001", "T1176", "T1547.006"],
    timeoutMs: 20_000,
    rootAdds: "accounts of the local directory and the profiles of the whole system",
    platform: "darwin",
  },
  async (scribe) => {
    if (!(await isMac(scribe.sources))) return;
    await addAccounts(scribe);
    await addStored(scribe);
    await addLive(scribe);
  },
);
