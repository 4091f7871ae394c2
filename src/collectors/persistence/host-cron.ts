import type { HostCronEntry } from "../../model/host-records.ts";
import { read } from "../../model/outcome.ts";
import type { Reading } from "../../model/outcome.ts";
import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";
import { parseCrontab } from "./crontab.ts";
import { type Ground, listFolder, modifiedAt, readFile, textOf } from "../files.ts";

const maxBytes = 1 << 20;
const systemFiles = ["/etc/crontab"];
const systemFolders = ["/etc/cron.d"];
/** Debian; Red Hat; macOS. A file is named after its user. */
const userFolders = ["/var/spool/cron/crontabs", "/var/spool/cron", "/var/at/tabs"];

/** Every line of the system's and the users' crontabs that may be read. */
export async function readHostCron(ground: Ground): Promise<Reading<HostCronEntry>> {
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
    if (folder === "/var/spool/cron" && name === "crontabs") continue;
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
  const origin = { path: file.path, system: user === undefined, modifiedAt: modifiedAt(file.stat) };
  found.push(...parseCrontab(textOf(file.bytes), user === undefined ? origin : { ...origin, user }));
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
  const result = await host.run(["crontab", "-l"], { timeoutMs: 3000, maxBytes });
  const empty = result.code === 1 && /no crontab/i.test(result.stderr);
  if (result.code === 0) {
    found.push(...parseCrontab(result.stdout, { path: "crontab -l", system: false, user: host.facts.user }));
  } else if (!empty) {
    reasons.push(`crontab -l of ${host.facts.user} could not be read`);
  }
  reasons.push(`${denied}: crontabs of other users were not seen`);
}

export const hostCron: Collector = {
  id: "host-cron",
  title: "System and user crontabs",
  stage: "collect",
  attack: ["T1053.003"],
  liveOnly: false,
  timeoutMs: 10_000,
  rootAdds: "the crontabs of every user",
  collect: fromReading("hostCron"),
};
