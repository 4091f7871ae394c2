import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { ClawError } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import { readSidecarOf } from "./sidecar-facts.ts";

/** The newest backup in DATA-DIR/backups, told by its sidecar. Throws "no-backup" (exit 10) if there is none. */
export async function newestBackup(host: Pick<Host, "fs">, dataDir: string): Promise<string> {
  const folder = join(dataDir, "backups");
  let newest: { readonly file: string; readonly at: string } | undefined;
  for (const { name, kind } of await host.fs.list(folder).catch(() => [])) {
    if (kind !== "file" || !name.endsWith(".gpg")) continue;
    const file = join(folder, name);
    const facts = await readSidecarOf(host, file);
    if (facts.kind !== "backup" || facts.createdAt === undefined) continue;
    if (newest === undefined || facts.createdAt > newest.at) newest = { file, at: facts.createdAt };
  }
  if (newest !== undefined) return newest.file;
  throw new ClawError(`there is no backup in ${shown(folder)}`, {
    exit: "notFound",
    code: "no-backup",
    hint: "make one with claw-ir backup create, or name an archive: claw-ir drill FILE",
  });
}
