/** `backup list --via restic`: claw-ir's snapshots in a repository. */
import type { Host } from "../../host/host.ts";
import { listSnapshots, type Snapshot } from "../../preserve/offsite/index.ts";
import { shown } from "../../model/text.ts";
import { table } from "../present/table.ts";
import type { repositoryOf } from "./after-options.ts";

export async function listRepository(
  host: Host,
  repository: NonNullable<ReturnType<typeof repositoryOf>>,
  json: boolean,
): Promise<void> {
  const snapshots = await listSnapshots(host, repository);
  if (json) host.terminal.out(`${JSON.stringify(snapshots.map(recordOf))}\n`);
  else if (snapshots.length === 0)
    host.terminal.out(`no backup of claw-ir's yet in ${shown(repository.repository)}\n`);
  else
    host.terminal.out(
      table(
        host.terminal.width,
        ["made (UTC)", "archive", "host", "what"],
        snapshots.map((one) => [
          one.createdAt.slice(0, 16).replace("T", " "),
          nameOf(one),
          one.host,
          pathsOf(one).join(", "),
        ]),
      ),
    );
}

function nameOf({ id }: Snapshot): string {
  return `restic:${id.slice(0, 8)}`;
}

/** Without the folder of copies, which lies in claw-ir's own. */
function pathsOf({ paths }: Snapshot): readonly string[] {
  return paths.filter((path) => !path.endsWith("/claw-ir-stage"));
}

function recordOf(one: Snapshot): object {
  const { id, createdAt, host } = one;
  return { archive: nameOf(one), kind: "backup", sha256: id, createdAt, host, paths: pathsOf(one) };
}
