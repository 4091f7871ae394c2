import { changedText } from "../../../model/persistence.ts";
import { unownedText } from "../script.ts";
import { ownFolders } from "../folders.ts";
import { packagesOf } from "../../traces/packages.ts";
import { type Entry, walk } from "../../traces/walk.ts";
import { factsOf } from "../item.ts";
import { type Scribe, sourceOf } from "../scribe.ts";
import { capabilities } from "./capabilities.ts";

const roots = [
  "/usr",
  "/bin",
  "/sbin",
  "/lib",
  "/opt",
  "/etc",
  "/home",
  "/root",
  "/tmp",
  "/var",
  "/dev/shm",
  "/srv",
  "/snap",
  "/Applications",
  "/Library",
];
const limits = { entries: 1_500_000, waiting: 100_000 };
const maxMs = 40_000;

/** Programs that run as another user than the one who starts them. */
async function addSetId(scribe: Scribe): Promise<void> {
  const { host, target } = scribe.sources;
  const ends = host.clock.monotonic() + maxMs;
  const everywhere = [...roots, target.toHost(target.home), ...ownFolders(scribe.sources)];
  const { entries, reasons } = await walk(scribe.sources, everywhere, limits);
  let count = 0;
  for (const entry of entries) {
    count += 1;
    if (count % 4096 === 0 && host.signal.aborted) return;
    if (count % 4096 === 0 && host.clock.monotonic() > ends) {
      scribe.miss(`the search for set-user-id programs ended after ${maxMs / 1000} s and ${count} files`);
      break;
    }
    const { kind, mode } = entry.stat;
    if (kind === "file" && (mode & 0o6000) !== 0 && (mode & 0o111) !== 0) await add(scribe, entry);
  }
  for (const reason of reasons()) scribe.miss(reason);
}

async function add(scribe: Scribe, { path, name, stat }: Entry): Promise<void> {
  const packages = await packagesOf(scribe.sources);
  const owner = packages.ownerOf(path);
  const changed = owner !== undefined && (await packages.verify(path)) === "changed";
  const foreign = owner === undefined && packages.manager !== "none";
  const user = (stat.mode & 0o4000) === 0 ? [] : ["set-user-id"];
  const group = (stat.mode & 0o2000) === 0 ? [] : ["set-group-id"];
  scribe.add({
    ...{ name, path, trigger: "whoever starts it", facts: factsOf(stat) },
    sets: [...user, ...group, `owner ${stat.uid}:${stat.gid}`],
    ...(owner === undefined ? {} : { package: owner }),
    odd: [...(foreign ? [unownedText] : []), ...(changed ? [changedText] : [])],
  });
}

export const setId = sourceOf(
  {
    id: "set-id",
    title: "Programs with set-user-id, set-group-id or capabilities",
    attack: ["T1548.001"],
    timeoutMs: 150_000,
    slow: true,
    rootAdds: "programs in folders that this user may not enter",
    platform: "any",
  },
  async (scribe) => {
    await addSetId(scribe);
    await capabilities(scribe);
  },
);
