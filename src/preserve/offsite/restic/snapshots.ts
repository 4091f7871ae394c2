import { createHash } from "node:crypto";
import type { Host } from "../../../host/host.ts";
import { ClawError } from "../../../model/errors.ts";
import { dict, list, parseJson, str, strings } from "../../../model/json.ts";
import { shown } from "../../../model/text.ts";
import { type Repository, resticOf, type Restic } from "./client.ts";

export interface Snapshot {
  readonly id: string;
  readonly createdAt: string;
  readonly host: string;
  readonly paths: readonly string[];
  readonly tags: readonly string[];
}

/** Every snapshot that claw-ir made has it. */
export const clawTag = "claw-ir";
const timeoutMs = 10 * 60_000;

/** Tells the states of one host apart. `stateDir` is the path on the examined host. */
export function stateTag(stateDir: string): string {
  return `claw-ir-state-${createHash("sha256").update(stateDir).digest("hex").slice(0, 8)}`;
}

/** claw-ir's snapshots of a repository, newest first. */
export async function listSnapshots(host: Host, repository: Repository): Promise<readonly Snapshot[]> {
  return snapshotsBy(resticOf(host, repository), []);
}

/** `more`: further arguments of `restic snapshots`. */
export async function snapshotsBy(restic: Restic, more: readonly string[]): Promise<readonly Snapshot[]> {
  const { stdout } = await restic(["snapshots", "--json", "--tag", clawTag, ...more], { timeoutMs });
  const found = list(parseJson(stdout)).flatMap((item): Snapshot[] => {
    const one = dict(item);
    const [id, time] = [str(one["id"]), str(one["time"])];
    if (id === undefined || time === undefined || Number.isNaN(Date.parse(time))) return [];
    return [
      {
        id,
        createdAt: new Date(time).toISOString(),
        host: str(one["hostname"]) ?? "",
        paths: strings(one["paths"]),
        tags: strings(one["tags"]),
      },
    ];
  });
  return found.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
}

/** "latest", or the beginning of an id (at least 6 digits). Throws exit 10 if there is none. */
export async function findSnapshot(restic: Restic, wanted: string): Promise<Snapshot> {
  const all = await snapshotsBy(restic, []);
  const found =
    wanted === "latest"
      ? all[0]
      : /^[0-9a-f]{6,64}$/.test(wanted)
        ? all.find(({ id }) => id.startsWith(wanted))
        : undefined;
  if (found !== undefined) return found;
  throw new ClawError(`there is no snapshot ${shown(wanted, 80)} of claw-ir's in the repository`, {
    exit: "notFound",
    code: "no-snapshot",
    hint: "claw-ir backup list --via restic names those there are",
  });
}
