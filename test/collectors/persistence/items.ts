/** Items of one source, out of files of a mounted disk. */
import fc from "fast-check";
import { persistenceSources } from "../../../src/collectors/persistence/sources.ts";
import type { Reading } from "../../../src/model/outcome.ts";
import type { PersistenceItem } from "../../../src/model/persistence.ts";
import type { FakeFile } from "../../support/fake-host.ts";
import { setting, type Setting } from "../setting.ts";

/** Random bytes as a collector sees them: what is no UTF-8 is U+FFFD. */
export const anyText = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString());

export async function readItems(sources: Setting["sources"], id: string): Promise<Reading<PersistenceItem>> {
  const source = persistenceSources.find((one) => one.id === id);
  if (source === undefined) throw new Error(`no source ${id}`);
  return sources.readings.persistence(source, sources);
}

export const passwd =
  "root:x:0:0:root:/root:/bin/bash\nuser:x:1000:1000::/home/user:/bin/bash\nmax:x:1001:1001::/home/max:/bin/sh\n";

/** The files beside an /etc/passwd with root, the examined "user" and "max". */
export async function itemsOf(
  id: string,
  files: Readonly<Record<string, FakeFile>>,
): Promise<Reading<PersistenceItem>> {
  const here = await setting({ files: { "/etc/passwd": passwd, ...files } });
  try {
    return await readItems(here.sources, id);
  } finally {
    await here.end();
  }
}

/** The first item of a name; throws where there is none. */
export function named(reading: Reading<PersistenceItem>, name: string): PersistenceItem {
  const found = reading.records.find((item) => item.name === name);
  if (found === undefined)
    throw new Error(`no item ${name} among ${reading.records.map((item) => item.name).join(", ")}`);
  return found;
}
