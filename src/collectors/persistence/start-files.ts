import type { StartFile } from "../../model/host-records.ts";
import type { Reading } from "../../model/outcome.ts";
import { isGenuine } from "../../model/persistence.ts";
import type { PersistenceItem } from "../../model/persistence.ts";

/** Items that stand for a whole file, as records of that file; what a package brought unchanged is left out. */
export function startFiles(
  reading: Reading<PersistenceItem>,
  kindOf: (item: PersistenceItem) => StartFile["kind"],
): Reading<StartFile> {
  const { outcome, reason } = reading;
  const records = reading.records.flatMap((item) => {
    const { file, place, runs, sets } = item;
    if (file === undefined || place.locator !== undefined || isGenuine(item)) return [];
    const { bytes, sha256, mode, uid, modifiedAt } = file;
    const hash = sha256 === undefined ? {} : { sha256 };
    return [{ kind: kindOf(item), bytes, ...hash, mode, uid, modifiedAt, runs, loads: sets, place }];
  });
  return reason === undefined ? { outcome, records } : { outcome, reason, records };
}
