import { textOf } from "../../files.ts";
import { addProgram } from "../program-file.ts";
import { sourceOf } from "../scribe.ts";
import type { Scribe } from "../scribe.ts";

/** Services of the C library, systemd and the usual packages (nsswitch.conf(5)). */
const usual = new Set(
  "files compat db dns nis nisplus hesiod systemd resolve mymachines myhostname sss winbind wins ldap mdns mdns4 mdns6 mdns_minimal mdns4_minimal mdns6_minimal libvirt libvirt_guest extrausers altfiles cache_oslogin oslogin gw_name role userdb".split(
    " ",
  ),
);
const securityFiles = [
  "access.conf",
  "group.conf",
  "limits.conf",
  "namespace.conf",
  "time.conf",
  "sepermit.conf",
  "faillock.conf",
  "pwhistory.conf",
];
const securityFolders = ["limits.d", "namespace.d"];

/** Where names of accounts and hosts come from, and what PAM's modules are told. */
export const nameService = sourceOf(
  {
    id: "name-service",
    title: "Name services and settings of PAM's modules",
    attack: ["T1556.003", "T1556"],
    timeoutMs: 30_000,
    rootAdds: "settings that only root may read",
    platform: "linux",
  },
  async (scribe) => {
    await addSwitch(scribe);
    const folder = "/etc/security";
    for (const name of securityFiles) await addLines(scribe, `${folder}/${name}`);
    for (const inner of securityFolders)
      for (const name of await scribe.names(`${folder}/${inner}`))
        await addLines(scribe, `${folder}/${inner}/${name}`);
    // pam_namespace runs it as root at the login of every account with a private folder.
    if ((await scribe.stat(`${folder}/namespace.init`)) !== undefined)
      await addProgram(scribe, `${folder}/namespace.init`, {
        user: "root",
        trigger: "login (pam_namespace)",
      });
  },
);

async function addSwitch(scribe: Scribe): Promise<void> {
  const file = await scribe.file("/etc/nsswitch.conf");
  if (file === undefined) return;
  for (const { text, line } of telling(textOf(file.bytes))) {
    const colon = text.indexOf(":");
    const database = text.slice(0, Math.max(0, colon)).trim();
    const locator = `line ${line}`;
    if (colon <= 0) {
      scribe.add({ kind: "unreadable", name: text, file, locator });
      continue;
    }
    const services = text
      .slice(colon + 1)
      .replaceAll(/\[[^\]]{0,200}\]/g, " ")
      .split(/[ \t]+/)
      .filter((one) => one !== "");
    const strange = services.filter((service) => !usual.has(service));
    scribe.add({
      name: database,
      trigger: "lookup of a name",
      sets: [text],
      odd: strange.map((service) => `asks libnss_${service}, which is none of the usual services`),
      file,
      locator,
    });
  }
}

async function addLines(scribe: Scribe, path: string): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  const sets = telling(textOf(file.bytes)).map(({ text }) => text);
  if (sets.length > 0)
    scribe.add({ name: path.slice(path.lastIndexOf("/") + 1), trigger: "login", sets, file });
}

function telling(text: string): readonly { readonly text: string; readonly line: number }[] {
  return text.split("\n", 10_000).flatMap((raw, i) => {
    const bare = raw.slice(0, 8192).replace(/#.*$/s, "").trim();
    return bare === "" ? [] : [{ text: bare, line: i + 1 }];
  });
}
