import type { StartFile } from "../../../model/host-records.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { PersistenceItem } from "../../../model/persistence.ts";
import type { Sources } from "../../sources.ts";
import { accounts } from "../../users.ts";
import { sourceOf } from "../scribe.ts";
import { startFiles } from "../start-files.ts";
import { ownUnitFolders, sharedUserFolders } from "./folders.ts";
import { addUnits } from "./units.ts";

/** Units that an account's own service manager starts. OpenClaw's gateway is one of them. */
export const systemdUser = sourceOf(
  {
    id: "systemd-user",
    title: "systemd user units",
    attack: ["T1543.002", "T1053.006", "T1574.006"],
    timeoutMs: 30_000,
    rootAdds: "the units of root and of other users",
    platform: "linux",
  },
  async (scribe) => {
    const own = (await accounts(scribe.sources)).flatMap((account) =>
      ownUnitFolders(account).map((path) => ({ path, user: account.user })),
    );
    await addUnits(scribe, [...own, ...sharedUserFolders.map((path) => ({ path }))]);
  },
);

/** The same as plain files, without those that a package brought and nobody changed. */
export async function readSystemdUser(sources: Sources): Promise<Reading<StartFile>> {
  return startFiles(await sources.readings.persistence(systemdUser, sources), kindOf);
}

function kindOf({ place, sets }: PersistenceItem): StartFile["kind"] {
  if (sets[0]?.startsWith("link to ") === true) return "systemd-link";
  return place.path.endsWith(".conf") ? "systemd-drop-in" : "systemd-unit";
}
