import type { FolderStamps, OddFile } from "../../model/file-records.ts";
import type { Reading } from "../../model/outcome.ts";
import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";
import type { Sources } from "../sources.ts";
import { walkedRoots } from "./bodyfile.ts";
import { oddFiles as oddFilesOf } from "./odd-marks.ts";
import { ownersOf, unknownOwners } from "./owners.ts";
import { walk } from "./walk.ts";

/** Only where no bodyfile was written before: that one walks for both. */
export async function readOddFiles(sources: Sources): Promise<Reading<OddFile | FolderStamps>> {
  const owners = await ownersOf(sources);
  const odd = oddFilesOf(owners);
  const { entries, reasons } = await walk(sources, walkedRoots(sources));
  for (const entry of entries) odd.see(entry);
  return odd.reading([...reasons(), ...unknownOwners(owners)]);
}

export const oddFiles: Collector = {
  id: "odd-files",
  title: "Files unusual by name, mode, owner or times",
  stage: "collect",
  attack: ["T1548.001", "T1222.002", "T1564.001", "T1070.006", "T1036.005"],
  liveOnly: false,
  wide: true,
  timeoutMs: 120_000,
  rootAdds: "files in folders that this user may not enter",
  collect: fromReading("oddFiles"),
};
