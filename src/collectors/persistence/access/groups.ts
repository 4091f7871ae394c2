/** The groups of an account, from /etc/group and the account's own line in /etc/passwd. */
import { textOf } from "../../files.ts";
import type { Scribe } from "../scribe.ts";

const maxLines = 20_000;

/** Names and, as "#gid" has it, numbers. Empty where neither file may be read. */
export async function groupsOf(scribe: Scribe, user: string): Promise<ReadonlySet<string>> {
  const passwd = await scribe.file("/etc/passwd");
  const own = lines(passwd?.bytes).find(([name]) => name === user)?.[3];
  const found = new Set<string>();
  for (const [name = "", , gid = "", members = ""] of lines((await scribe.file("/etc/group"))?.bytes)) {
    if (gid !== own && !members.split(",").includes(user)) continue;
    found.add(name);
    found.add(`#${gid}`);
  }
  return found;
}

function lines(bytes: Uint8Array | undefined): readonly (readonly string[])[] {
  if (bytes === undefined) return [];
  return textOf(bytes)
    .split("\n", maxLines)
    .map((line) => line.slice(0, 65_536).split(":"));
}
