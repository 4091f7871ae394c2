import type { FileStat, Host } from "../../host/host.ts";
import type { HostFact, HostTrait } from "../../model/live-records.ts";
import { read } from "../../model/outcome.ts";
import type { Reading } from "../../model/outcome.ts";
import { hides } from "../../model/text.ts";
import type { Collector } from "../collector.ts";
import { hashOf, listFolder, modifiedAt } from "../files.ts";
import { fromReading } from "../from-reading.ts";
import type { Sources } from "../sources.ts";
import { type Entry, walk } from "../traces/walk.ts";
import { formatOf } from "./program-bytes.ts";

const folders = ["/tmp", "/var/tmp", "/dev/shm", "/run/shm"];
const walked = { entries: 200_000, waiting: 20_000 } as const;
/** Of ordinary files; those that stand out have a limit of their own, so that a flood of the one hides none of the other. */
const maxOrdinary = 5000;
const maxUnusual = 5000;
/** Files that are opened to see what they begin with. */
const maxOpened = 30_000;
const hashBytes = 10 << 20;
const totalHashBytes = 256 << 20;
const headBytes = 64;

/** What the name and the mode of a file in a temporary folder say. */
export function traitsOfEntry(
  name: string,
  { kind, mode }: Pick<FileStat, "kind" | "mode">,
): readonly HostTrait[] {
  if (kind !== "file") return hides(name) ? ["odd-name"] : [];
  const holds: readonly (readonly [HostTrait, boolean])[] = [
    ["executable", (mode & 0o111) !== 0],
    ["set-id", (mode & 0o6000) !== 0],
    ["hidden-name", name.startsWith(".")],
    ["odd-name", hides(name) || /^\s|\s$/.test(name)],
  ];
  return holds.filter(([, yes]) => yes).map(([trait]) => trait);
}

interface Content {
  readonly traits: readonly HostTrait[];
  readonly data: Readonly<Record<string, string>>;
}

/** Files in memory and in temporary folders: what a reboot or a clean-up takes away. */
export async function readTempFiles(sources: Sources): Promise<Reading<HostFact>> {
  const { names } = await listFolder(sources, "/run/user", 500);
  const roots = [...folders, ...names.filter((name) => /^\d+$/.test(name)).map((uid) => `/run/user/${uid}`)];
  const { entries, reasons } = await walk(sources, roots, walked);
  const look = contentReader(sources);
  const unusual: HostFact[] = [];
  const ordinary: HostFact[] = [];
  let left = 0;
  for (const entry of entries) {
    if (sources.host.signal.aborted) break;
    const fact = factOf(entry, look(entry));
    const list = fact.traits.length > 0 ? unusual : ordinary;
    if (list.length < (list === unusual ? maxUnusual : maxOrdinary)) list.push(fact);
    else left += 1;
  }
  const more = left > 0 ? [`${left} further files in temporary folders are not listed`] : [];
  return read([...unusual, ...ordinary], [...reasons(), ...look.reasons(), ...more]);
}

function factOf({ path, name, stat, link }: Entry, content: Content | undefined): HostFact {
  return {
    kind: stat.kind,
    name: path,
    detail: `${stat.size} bytes, mode ${stat.mode.toString(8).padStart(4, "0")}, owner ${stat.uid}`,
    at: modifiedAt(stat),
    traits: [...traitsOfEntry(name, stat), ...(content?.traits ?? [])],
    data: {
      ...{ bytes: stat.size, mode: stat.mode, uid: stat.uid, gid: stat.gid },
      ...(stat.birthtimeMs > 0 ? { bornAt: new Date(stat.birthtimeMs).toISOString() } : {}),
      ...(link === undefined ? {} : { link }),
      ...content?.data,
    },
    place: { path },
  };
}

type ContentReader = ((entry: Entry) => Content | undefined) & { readonly reasons: () => readonly string[] };

/** The first bytes of files, and the hash of those that could run. */
function contentReader({ host, target }: Sources): ContentReader {
  let hashed = 0;
  let skipped = 0;
  let opened = 0;
  const look = ({ path, stat }: Entry): Content | undefined => {
    if (!mayLook(host, stat)) return undefined;
    opened += 1;
    return opened > maxOpened ? undefined : contentOf(path, stat);
  };
  const contentOf = (path: string, stat: FileStat): Content | undefined => {
    try {
      const real = target.toReal(path);
      const head = firstBytes(host, real, stat);
      const format = formatOf(head);
      const traits: readonly HostTrait[] =
        format === "elf" ? ["binary"] : format === "script" ? ["script"] : [];
      if (traits.length === 0 && (stat.mode & 0o111) === 0) return undefined;
      const data = { head: Buffer.from(head).toString("hex") };
      if (stat.size > hashBytes || hashed + stat.size > totalHashBytes) {
        skipped += 1;
        return { traits, data };
      }
      hashed += stat.size;
      const sha256 = hashOf(host, real, hashBytes);
      return { traits, data: sha256 === undefined ? data : { ...data, sha256 } };
    } catch {
      // Gone, or closed to this user: its name and mode are told all the same.
      return undefined;
    }
  };
  const reasons = (): readonly string[] => [
    ...(skipped > 0 ? [`${skipped} programs in temporary folders were too large to be hashed`] : []),
    ...(opened > maxOpened ? [`the content of ${opened - maxOpened} files there was not looked at`] : []),
  ];
  return Object.assign(look, { reasons });
}

/** Reading another user's file would change its time of access; for a program that is worth it. */
function mayLook({ facts }: Host, { kind, size, uid, mode }: FileStat): boolean {
  if (kind !== "file" || size === 0) return false;
  return facts.uid === 0 || facts.uid === uid || (mode & 0o111) !== 0;
}

function firstBytes(host: Host, real: string, stat: FileStat): Uint8Array {
  const handle = host.fs.open(real, stat);
  try {
    const buffer = new Uint8Array(headBytes);
    return buffer.subarray(0, handle.readAt(buffer, 0));
  } finally {
    handle.close();
  }
}

export const tempFiles: Collector = {
  id: "temp-files",
  title: "Files in temporary folders and in memory",
  stage: "collect",
  attack: ["T1036.005", "T1564.001", "T1027.011"],
  liveOnly: false,
  wide: true,
  timeoutMs: 120_000,
  rootAdds: "other users' private temporary folders",
  collect: fromReading("tempFiles"),
};
