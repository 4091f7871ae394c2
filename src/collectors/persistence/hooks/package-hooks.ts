import { parseIni } from "../ini.ts";
import { addFolders, ownership } from "../script.ts";
import { type Scribe, sourceOf, wholeText } from "../scribe.ts";
import { isAptCommand, isAptTrust, parseAptConf } from "./apt-conf.ts";

async function filesOf(scribe: Scribe, files: readonly string[], folder: string): Promise<readonly string[]> {
  const inner = await scribe.names(folder);
  // run-parts(8) and apt leave out what a package manager set aside.
  const used = inner.filter(
    (name) => !/\.(?:dpkg-\w{2,8}|rpmsave|rpmnew|bak|save|orig|disabled)$|~$/.test(name),
  );
  return [...files, ...used.map((name) => `${folder}/${name}`)];
}

async function addApt(scribe: Scribe): Promise<void> {
  for (const path of await filesOf(scribe, ["/etc/apt/apt.conf"], "/etc/apt/apt.conf.d")) {
    const file = await scribe.file(path);
    if (file === undefined) continue;
    const odd = await ownership(scribe, file);
    const settings = parseAptConf(wholeText(scribe, file));
    for (const setting of settings.filter(isAptCommand)) {
      const { name, value, line } = setting;
      scribe.add({ name, file, locator: `line ${line}`, trigger: triggerOf(name), runs: [value], odd });
    }
    const sets = settings.filter(isAptTrust).map(({ name, value }) => `${name} ${value}`);
    if (sets.length > 0)
      scribe.add({ name: path.slice(path.lastIndexOf("/") + 1), file, trigger: "apt", sets });
  }
}

function triggerOf(name: string): string {
  return /^apt::update/i.test(name) ? "apt update" : /^acquire/i.test(name) ? "apt" : "installing packages";
}

/** dpkg.cfg(5): `pre-invoke=…`, `post-invoke=…` and options that leave files out or force something. */
async function addDpkg(scribe: Scribe): Promise<void> {
  for (const path of await filesOf(scribe, ["/etc/dpkg/dpkg.cfg", "~/.dpkg.cfg"], "/etc/dpkg/dpkg.cfg.d")) {
    const file = await scribe.file(path);
    if (file === undefined) continue;
    const odd = await ownership(scribe, file);
    for (const [i, line] of wholeText(scribe, file).split("\n").entries()) {
      const match = /^\s*(pre-invoke|post-invoke|status-logger)[\s=]+(.+)$/.exec(line.slice(0, 8192));
      if (match?.[1] === undefined || match[2] === undefined) continue;
      scribe.add({
        name: `dpkg ${match[1]}`,
        file,
        locator: `line ${i + 1}`,
        trigger: "dpkg",
        runs: [match[2]],
        odd,
      });
    }
  }
}

/** Hooks of pacman (alpm-hooks(5)) and actions of dnf's plugin of that name. */
async function addOtherManagers(scribe: Scribe): Promise<void> {
  for (const folder of ["/etc/pacman.d/hooks", "/usr/share/libalpm/hooks"]) {
    for (const name of await scribe.names(folder)) {
      const file = name.endsWith(".hook") ? await scribe.file(`${folder}/${name}`) : undefined;
      if (file === undefined) continue;
      const runs = parseIni(wholeText(scribe, file)).flatMap(({ key, value }) =>
        key === "Exec" ? [value] : [],
      );
      scribe.add({ name, file, trigger: "pacman", runs, odd: await ownership(scribe, file) });
    }
  }
  for (const folder of [
    "/etc/dnf/plugins/post-transaction-actions.d",
    "/etc/dnf/libdnf5-plugins/actions.d",
  ]) {
    for (const name of await scribe.names(folder)) {
      const file = await scribe.file(`${folder}/${name}`);
      if (file === undefined) continue;
      const lines = wholeText(scribe, file)
        .split("\n")
        .map((line) => line.trim());
      const runs = lines.filter((line) => line !== "" && !line.startsWith("#"));
      if (runs.length > 0)
        scribe.add({ name, file, trigger: "dnf", runs, odd: await ownership(scribe, file) });
    }
  }
}

/** Commands that run whenever software is installed or updated. */
export const packageHooks = sourceOf(
  {
    id: "package-hooks",
    title: "Hooks of apt, dpkg and other package managers",
    attack: ["T1546.016"],
    timeoutMs: 30_000,
    platform: "linux",
  },
  async (scribe) => {
    await addApt(scribe);
    await addDpkg(scribe);
    await addOtherManagers(scribe);
    await addFolders(scribe, [
      {
        folder: "/etc/needrestart/conf.d",
        trigger: "needrestart, after packages are installed",
        not: /^README/,
      },
      { folder: "/etc/needrestart/hook.d", trigger: "needrestart", executable: true },
      { folder: "/etc/needrestart/notify.d", trigger: "needrestart", executable: true, not: /^README/ },
      { folder: "/etc/needrestart/restart.d", trigger: "needrestart", executable: true, not: /^README/ },
      { folder: "/etc/apt/listchanges.conf.d", trigger: "apt" },
    ]);
  },
);
