import { addFolders, addScript, type ScriptFolder } from "../script.ts";
import { type Scribe, sourceOf, wholeText } from "../scribe.ts";

const scripts: readonly ScriptFolder[] = [
  { folder: "/etc/init.d", trigger: "boot", executable: true, not: /^(?:README|\.depend.*|skeleton)$/ },
  { folder: "/etc/rc.d/init.d", trigger: "boot", executable: true, not: /^README$/ },
  { folder: "/etc/local.d", trigger: "boot (OpenRC)", executable: true, not: /^README$/ },
  { folder: "/etc/init", trigger: "boot (upstart)" },
  { folder: "/etc/xdg/upstart", trigger: "login (upstart)" },
  { folder: "/usr/share/upstart/sessions", trigger: "login (upstart)" },
  { folder: "~/.config/upstart", trigger: "login (upstart)" },
  { folder: "/etc/update-motd.d", trigger: "login", executable: true },
  { folder: "/etc/network/if-pre-up.d", trigger: "network up", executable: true },
  { folder: "/etc/network/if-up.d", trigger: "network up", executable: true },
  { folder: "/etc/network/if-down.d", trigger: "network down", executable: true },
  { folder: "/etc/network/if-post-down.d", trigger: "network down", executable: true },
  { folder: "/etc/NetworkManager/dispatcher.d", trigger: "network changes", executable: true, depth: 1 },
  { folder: "/usr/lib/NetworkManager/dispatcher.d", trigger: "network changes", executable: true, depth: 1 },
  { folder: "/etc/networkd-dispatcher", trigger: "network changes", executable: true, depth: 1 },
  { folder: "/usr/lib/networkd-dispatcher", trigger: "network changes", executable: true, depth: 1 },
  { folder: "/etc/dhcp/dhclient-enter-hooks.d", trigger: "address by DHCP" },
  { folder: "/etc/dhcp/dhclient-exit-hooks.d", trigger: "address by DHCP" },
  { folder: "/etc/dhcpcd.hooks", trigger: "address by DHCP" },
  { folder: "/etc/ppp/ip-up.d", trigger: "dial-in up", executable: true },
  { folder: "/etc/ppp/ip-down.d", trigger: "dial-in down", executable: true },
  { folder: "/etc/acpi/actions", trigger: "power events", executable: true },
  { folder: "/etc/pm/sleep.d", trigger: "sleep and wake", executable: true },
  { folder: "/etc/X11/Xsession.d", trigger: "graphical login" },
];

const files: readonly (readonly [path: string, trigger: string])[] = [
  ["/etc/rc.local", "boot"],
  ["/etc/rc.d/rc.local", "boot"],
  ["/etc/rc.common", "boot"],
  ["/etc/inittab", "boot"],
  ["/etc/ppp/ip-up", "dial-in up"],
  ["/etc/dhclient-enter-hooks", "address by DHCP"],
  ["/etc/dhclient-exit-hooks", "address by DHCP"],
];

/** `up`, `post-up` and their like of interfaces(5). */
export function interfaceCommands(
  text: string,
): readonly { readonly command: string; readonly line: number }[] {
  return text.split("\n").flatMap((raw, i) => {
    const match = /^\s*(?:pre-up|up|post-up|pre-down|down|post-down)\s+(.{1,4000})$/.exec(raw);
    return match === null ? [] : [{ command: raw.trim(), line: i + 1 }];
  });
}

async function addInterfaces(scribe: Scribe): Promise<void> {
  const folder = "/etc/network/interfaces.d";
  const inner = (await scribe.names(folder)).map((name) => `${folder}/${name}`);
  for (const path of ["/etc/network/interfaces", ...inner]) {
    const file = await scribe.file(path);
    if (file === undefined) continue;
    for (const { command, line } of interfaceCommands(wholeText(scribe, file))) {
      scribe.add({
        name: "interfaces",
        file,
        locator: `line ${line}`,
        trigger: "network up",
        runs: [command],
      });
    }
  }
}

/** Links of the run levels that do not lead to a script of the same name in init.d. */
async function addRunLevels(scribe: Scribe): Promise<void> {
  for (const level of ["0", "1", "2", "3", "4", "5", "6", "S"]) {
    const folder = `/etc/rc${level}.d`;
    for (const name of await scribe.names(folder)) {
      if (name === "README") continue;
      const path = `${folder}/${name}`;
      const link = await scribe.link(path);
      const usual = /^[SK]\d\d(.{1,200})$/.exec(name)?.[1];
      if (link !== undefined && usual !== undefined && link.leadsTo === `../init.d/${usual}`) continue;
      const file = await scribe.file(path);
      const odd = [link === undefined ? "no link into init.d" : `a link to ${link.leadsTo}`];
      if (file === undefined) scribe.add({ name, path, trigger: "boot", odd });
      else await addScript(scribe, file, { name, trigger: "boot", odd });
    }
  }
}

/** What old and new mechanisms start at boot, at login and when a network comes up, beside systemd. */
export const initScripts = sourceOf(
  {
    id: "init-scripts",
    title: "Scripts of boot, login and network events",
    attack: ["T1037.004", "T1546"],
    timeoutMs: 30_000,
    platform: "linux",
  },
  async (scribe) => {
    for (const [path, trigger] of files) {
      const file = await scribe.file(path);
      if (file === undefined) continue;
      const enabled = path.endsWith("rc.local") ? { enabled: (file.facts.mode & 0o111) !== 0 } : {};
      await addScript(scribe, file, { name: path.slice(path.lastIndexOf("/") + 1), trigger, ...enabled });
    }
    await addFolders(scribe, scripts);
    await addRunLevels(scribe);
    await addInterfaces(scribe);
  },
);
