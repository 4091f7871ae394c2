import { createHash } from "node:crypto";
import type { Redactor } from "../../../case/types.ts";
import type { HostCronEntry } from "../../../model/host-records.ts";
import { hidesText } from "../../../model/persistence.ts";
import { read } from "../../../model/outcome.ts";
import type { Reading } from "../../../model/outcome.ts";
import { type Ground, listFolder, modifiedAt, readFile, textOf } from "../../files.ts";
import type { Sources } from "../../sources.ts";
import { shownAssignment } from "../assignment.ts";
import { factsOf } from "../item.ts";
import { sourceOf } from "../scribe.ts";
import type { Scribe } from "../scribe.ts";
import { maxCrontabLines, parseCrontab } from "./crontab.ts";

const maxBytes = 1 << 20;
const systemFiles = ["/etc/crontab"];
const systemFolders = ["/etc/cron.d"];
/** Debian; Red Hat; BSD and old systems; macOS. A file is named after its user. */
const userFolders = [
  "/var/spool/cron/crontabs",
  "/var/spool/cron",
  "/var/spool/cron/tabs",
  "/var/cron/tabs",
  "/var/at/tabs",
];
/** Folders beside the files of users. */
const noUsers = new Set(["crontabs", "tabs", "atjobs", "atspool", "lastrun"]);

/** Every line of the system's and the users' crontabs that may be read. */
export async function readHostCron(
  sources: Ground & Pick<Sources, "redactor">,
): Promise<Reading<HostCronEntry>> {
  const { outcome, reason, records } = await readEntries(sources);
  const shown = records.map((entry) => withoutValue(sources.redactor, entry));
  return reason === undefined ? { outcome, records: shown } : { outcome, reason, records: shown };
}

/** Values of environment lines are kept as every other variable is. */
function withoutValue(redactor: Redactor, entry: HostCronEntry): HostCronEntry {
  const { kind, name = "", command } = entry;
  if (kind !== "environment") return entry;
  return { ...entry, command: shownAssignment(redactor, name, command).slice(name.length + 1) };
}

async function readEntries(ground: Ground): Promise<Reading<HostCronEntry>> {
  const found: HostCronEntry[] = [];
  const reasons: string[] = [];
  for (const path of systemFiles) await addFile(ground, path, undefined, found, reasons);
  for (const folder of systemFolders) await addFolder(ground, folder, false, found, reasons);
  for (const folder of userFolders) await addFolder(ground, folder, true, found, reasons);
  return read(found, reasons);
}

async function addFolder(
  ground: Ground,
  folder: string,
  named: boolean,
  found: HostCronEntry[],
  reasons: string[],
): Promise<void> {
  const { names, trouble } = await listFolder(ground, folder);
  if (trouble?.outcome === "denied" && named) await addOwn(ground, found, reasons, trouble.reason);
  else if (trouble !== undefined) reasons.push(trouble.reason);
  for (const name of names) {
    const path = `${folder}/${name}`;
    // /var/spool/cron holds Debian's "crontabs" folder beside Red Hat's files.
    if (folder === "/var/spool/cron" && noUsers.has(name)) continue;
    await addFile(ground, path, named ? name : undefined, found, reasons);
  }
}

async function addFile(
  ground: Ground,
  path: string,
  user: string | undefined,
  found: HostCronEntry[],
  reasons: string[],
): Promise<void> {
  const file = await readFile(ground, path, maxBytes);
  if (!file.ok) {
    if (file.outcome !== "missing") reasons.push(file.reason);
    return;
  }
  if (!file.whole) reasons.push(`${file.path}: only the first ${maxBytes} bytes were read`);
  const text = textOf(file.bytes);
  if (text.split("\n", maxCrontabLines + 1).length > maxCrontabLines)
    reasons.push(`${file.path}: only the first ${maxCrontabLines} lines were read`);
  const origin = {
    path: file.path,
    system: user === undefined,
    modifiedAt: modifiedAt(file.stat),
    file: factsOf(file.stat, file.whole ? createHash("sha256").update(file.bytes).digest("hex") : undefined),
  };
  found.push(...parseCrontab(text, user === undefined ? origin : { ...origin, user }));
}

/** The spool is closed to users on Debian; the set-gid program crontab shows one's own. */
async function addOwn(
  { host, target }: Ground,
  found: HostCronEntry[],
  reasons: string[],
  denied: string,
): Promise<void> {
  if (!target.live) {
    reasons.push(denied);
    return;
  }
  const result = await host.run(["crontab", "-l"], { timeoutMs: 15_000, maxBytes });
  const empty = result.code === 1 && /no crontab/i.test(result.stderr);
  if (result.code === 0) {
    found.push(...parseCrontab(result.stdout, { path: "crontab -l", system: false, user: host.facts.user }));
  } else if (!empty) {
    reasons.push(`crontab -l of ${host.facts.user} could not be read`);
  }
  reasons.push(`${denied}: crontabs of other users were not seen`);
}

export const hostCron = sourceOf(
  {
    id: "host-cron",
    title: "System and user crontabs",
    attack: ["T1053.003"],
    timeoutMs: 30_000,
    rootAdds: "the crontabs of every user",
    platform: "any",
  },
  async (scribe) => {
    const { records, reason } = await scribe.sources.readings.get("hostCron", scribe.sources);
    if (reason !== undefined) scribe.miss(reason);
    const owners = new Map<string, Awaited<ReturnType<Scribe["owner"]>>>();
    for (const entry of records) {
      const { path } = entry.place;
      const owner = owners.get(path) ?? (await scribe.owner(path));
      owners.set(path, owner);
      addEntry(scribe, entry, owner);
    }
  },
);

function addEntry(scribe: Scribe, entry: HostCronEntry, owner: Awaited<ReturnType<Scribe["owner"]>>): void {
  const { kind, user, schedule, command, input, hiding, name, place, file } = entry;
  const folder = place.path.slice(0, place.path.lastIndexOf("/"));
  // cron(8) of Debian passes over such names in cron.d; Red Hat's reads them.
  const passed = folder === "/etc/cron.d" && !/^[\w-]+$/.test(place.path.slice(folder.length + 1));
  scribe.add({
    kind: kind === "unreadable" ? "unreadable" : "item",
    user,
    name: name ?? place.path.slice(folder.length + 1),
    trigger: schedule,
    runs:
      kind === "environment"
        ? []
        : [input === undefined ? command : `${command}%${input.replaceAll("\n", "%")}`],
    sets: kind === "environment" ? [`${name ?? ""}=${command}`] : [],
    odd: [
      ...owner.odd,
      ...(hiding ? [hidesText] : []),
      ...(passed ? ["Debian's cron passes over a file of this name"] : []),
    ],
    path: place.path,
    locator: place.locator,
    facts: file,
    package: owner.package,
  });
}
