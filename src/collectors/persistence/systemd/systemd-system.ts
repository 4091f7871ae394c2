import { textOf } from "../../files.ts";
import { addProgram } from "../program-file.ts";
import { sourceOf } from "../scribe.ts";
import type { Scribe } from "../scribe.ts";
import { managerFiles, managerFolders, programFolders, systemUnitFolders } from "./folders.ts";
import { parseUnitText, unitLines } from "./unit-file.ts";
import { addUnits } from "./units.ts";

/** Units of the system's service manager, and what all its services get. */
export const systemdSystem = sourceOf(
  {
    id: "systemd-system",
    title: "systemd system units",
    attack: ["T1543.002", "T1053.006", "T1574.006"],
    timeoutMs: 30_000,
    rootAdds: "units that only root may read",
    platform: "linux",
  },
  async (scribe) => {
    await addUnits(
      scribe,
      systemUnitFolders.map((path) => ({ path })),
    );
    for (const path of managerFiles) await addManager(scribe, path);
    for (const folder of managerFolders)
      for (const name of await scribe.names(folder)) await addManager(scribe, `${folder}/${name}`);
  },
);

async function addManager(scribe: Scribe, path: string): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  const { settings } = parseUnitText(textOf(file.bytes));
  const { sets } = unitLines(settings, scribe.sources.redactor);
  scribe.add({
    name: path.slice(path.lastIndexOf("/") + 1),
    trigger: "start of every service",
    sets,
    enabled: path.endsWith(".conf"),
    file,
  });
}

export const systemdPrograms = sourceOf(
  {
    id: "systemd-programs",
    title: "systemd generators and hooks",
    attack: ["T1543.002", "T1037"],
    timeoutMs: 30_000,
    rootAdds: "programs that only root may read",
    platform: "linux",
  },
  async (scribe) => {
    const seen = new Set<string>();
    for (const { path: folder, trigger } of programFolders) {
      for (const name of await scribe.names(folder)) {
        const path = `${folder}/${name}`.replace(/^\/lib\//, "/usr/lib/");
        if (seen.has(path)) continue;
        seen.add(path);
        await addProgram(scribe, `${folder}/${name}`, { user: "root", trigger });
      }
    }
  },
);

/** An account that lingers has its user units run from boot on, without anybody logging in. */
export const linger = sourceOf(
  {
    id: "linger",
    title: "Accounts whose services run without a login",
    attack: ["T1543.002"],
    timeoutMs: 30_000,
    platform: "linux",
  },
  async (scribe) => {
    const folder = "/var/lib/systemd/linger";
    for (const name of await scribe.names(folder)) {
      const file = await scribe.file(`${folder}/${name}`, 4096);
      scribe.add({
        name,
        user: name,
        trigger: "boot",
        sets: ["lingers"],
        enabled: true,
        file,
        path: `${folder}/${name}`,
      });
    }
  },
);
