import type { Row } from "../../../host/sqlite.ts";
import { messageOf } from "../../../model/errors.ts";
import { isoOf, num, str } from "../../../model/json.ts";
import { isMac } from "../../mac/system.ts";
import { type SourceFile } from "../item.ts";
import { type Scribe, sourceOf } from "../scribe.ts";

const files = [
  "~/Library/Application Support/com.apple.TCC/TCC.db",
  "/Library/Application Support/com.apple.TCC/TCC.db",
];
const maxBytes = 32 << 20;
const maxRows = 5000;
/** What a stolen permission is worth most for. */
const strong =
  /^kTCCService(?:SystemPolicyAllFiles|Accessibility|ScreenCapture|ListenEvent|PostEvent|DeveloperTool|AppleEvents|EndpointSecurityClient)$/;

/** Who may read all files, watch the screen or steer other programs: rows that allow something. */
async function addDatabase(scribe: Scribe, path: string): Promise<void> {
  const file = await scribe.file(path, maxBytes);
  if (file === undefined) return;
  const wal = await scribe.stat(`${path}-wal`);
  if (wal !== undefined && wal.size > 0) scribe.miss(`${path}-wal holds newer entries that were not read`);
  const db = await scribe.sources.host.sqlite.openBytes(file.bytes);
  try {
    const columns = new Set(db.all("PRAGMA table_info(access)").map((row) => str(row["name"])));
    // Up to macOS 10.15 the answer was a column "allowed", since then "auth_value" with 2 for yes.
    const allowed = columns.has("auth_value") ? "auth_value = 2" : "allowed = 1";
    for (const row of db.each(`SELECT * FROM access WHERE ${allowed} LIMIT ${maxRows}`))
      addRow(scribe, file, row);
  } finally {
    db.close();
  }
}

function addRow(scribe: Scribe, file: SourceFile, row: Row): void {
  const service = str(row["service"]) ?? "";
  const client = str(row["client"]) ?? "";
  const changed = isoOf((num(row["last_modified"]) ?? 0) * 1000);
  const forEverybody = /^\/(?:private\/)?(?:tmp|var\/tmp|Users\/Shared)\//.test(client);
  scribe.add({
    ...{ name: `${service.replace(/^kTCCService/, "")} for ${client}`, file, trigger: "whenever it runs" },
    locator: `access/${service}/${client}`,
    sets: changed === undefined ? [] : [`granted ${changed}`],
    odd: strong.test(service) && forEverybody ? ["a program in a folder for everybody has it"] : [],
  });
}

export const macPrivacy = sourceOf(
  {
    id: "mac-privacy",
    title: "Permissions that programs were given (TCC)",
    attack: ["T1548.006"],
    timeoutMs: 10_000,
    rootAdds: "the system's permissions (with full access to the disk)",
    platform: "darwin",
  },
  async (scribe) => {
    if (!(await isMac(scribe.sources))) return;
    for (const path of files) {
      try {
        await addDatabase(scribe, path);
      } catch (error) {
        scribe.miss(`${path} could not be read: ${messageOf(error)}`);
      }
    }
  },
);
