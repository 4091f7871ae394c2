/** What a gateway leaves outside the scratch folder: empty lock files, in a folder of this user that a live one uses, too. */
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { isLockTrace, lockFolder, lockTraces } from "../../openclaw/trace-files.ts";

export interface Traces {
  /** Those whose names are known beforehand. */
  readonly known: readonly string[];
  /** Once the gateway has ended. `spare` takes the folder if there was none before. */
  readonly remove: (spare: string) => Promise<void>;
}

/** Called before the gateway is started. */
export async function traceWatch(host: Host, databases: readonly string[]): Promise<Traces> {
  const { uid, platform } = host.facts;
  const folder = lockFolder(uid);
  const known = lockTraces(databases, uid);
  const before = await namesIn(host, folder);
  const remove = async (spare: string): Promise<void> => {
    await removeTraces(host, known);
    const fresh = [...((await namesIn(host, folder)) ?? [])]
      .filter((name) => before?.has(name) !== true)
      .map((name) => join(folder, name));
    // Of its temporary databases nobody knows the names. Another gateway may have made some of these meanwhile: what a
    // process holds open stays.
    if (platform === "linux" && fresh.length > 0) {
      const open = await openBelow(host, folder);
      await removeTraces(
        host,
        fresh.filter((path) => !open.has(path)),
      );
    }
    if (before === undefined && (await namesIn(host, folder))?.size === 0)
      await host.fs.rename(folder, spare).catch(() => undefined);
  };
  return { known, remove };
}

/** Only empty files of OpenClaw's own naming are removed, whoever named them. */
export async function removeTraces(host: Pick<Host, "fs">, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const stat = isLockTrace(path) ? await host.fs.stat(path).catch(() => undefined) : undefined;
    if (stat?.kind === "file" && stat.size === 0) await host.fs.remove(path).catch(() => undefined);
  }
}

async function namesIn(host: Pick<Host, "fs">, folder: string): Promise<ReadonlySet<string> | undefined> {
  try {
    return new Set((await host.fs.list(folder)).map(({ name }) => name));
  } catch {
    return undefined;
  }
}

/** The folder is its user's alone, so that this user's processes are all that could hold something in it open. */
async function openBelow(host: Host, folder: string): Promise<ReadonlySet<string>> {
  const open = new Set<string>();
  const { processes } = await host.processes.list({ hidden: false });
  for (const { pid } of processes.filter(({ uid }) => uid === host.facts.uid)) {
    const descriptors = await host.fs.list(`/proc/${pid}/fd`).catch(() => []);
    for (const { name } of descriptors) {
      const path = await host.fs.readlink(`/proc/${pid}/fd/${name}`).catch(() => "");
      if (path.startsWith(`${folder}/`)) open.add(path);
    }
  }
  return open;
}
