import { textOf } from "../../files.ts";
import { shownAssignment } from "../assignment.ts";
import { addProgram } from "../program-file.ts";
import { sourceOf } from "../scribe.ts";
import type { Scribe } from "../scribe.ts";
import { parseAnacrontab } from "./anacrontab.ts";

const periods = ["hourly", "daily", "weekly", "monthly", "yearly"];
const anacrontabs = ["/etc/anacrontab", "/usr/local/etc/anacrontab"];
const lists = [
  "/etc/cron.allow",
  "/etc/cron.deny",
  "/etc/at.allow",
  "/etc/at.deny",
  "/var/cron/allow",
  "/var/cron/deny",
];
const spools = ["/var/spool/anacron", "/var/spool/cron/lastrun"];

/** What run-parts and anacron start, and who may use cron at all. */
export const cronScripts = sourceOf(
  {
    id: "cron-scripts",
    title: "Periodic scripts and anacron",
    attack: ["T1053.003"],
    timeoutMs: 30_000,
    rootAdds: "scripts that only root may read",
    platform: "linux",
  },
  async (scribe) => {
    for (const period of periods) {
      const folder = `/etc/cron.${period}`;
      for (const name of await scribe.names(folder)) {
        if (name === ".placeholder") continue;
        // run-parts(8): a name with a dot is passed over, unless it is told otherwise.
        const passed = !/^[\w-]+$/.test(name);
        await addProgram(scribe, `${folder}/${name}`, {
          user: "root",
          trigger: period,
          odd: passed ? ["run-parts passes over this name"] : [],
        });
      }
    }
    for (const path of anacrontabs) await addAnacrontab(scribe, path);
    for (const path of lists) await addList(scribe, path);
    for (const folder of spools)
      for (const name of await scribe.names(folder)) await addStamp(scribe, folder, name);
  },
);

async function addAnacrontab(scribe: Scribe, path: string): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  for (const { line, ...entry } of parseAnacrontab(textOf(file.bytes))) {
    const locator = `line ${line}`;
    if (entry.kind === "unreadable") scribe.add({ kind: "unreadable", name: entry.text, file, locator });
    else if (entry.kind === "environment") {
      const set = shownAssignment(scribe.sources.redactor, entry.name, entry.value);
      scribe.add({ name: entry.name, sets: [set], file, locator });
    } else {
      const trigger = `every ${entry.period} days, ${entry.delay} minutes after start`;
      scribe.add({ name: entry.id, user: "root", trigger, runs: [entry.command], file, locator });
    }
  }
}

async function addList(scribe: Scribe, path: string): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  const users = textOf(file.bytes)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  scribe.add({ name: path.slice(path.lastIndexOf("/") + 1), sets: users, file });
}

/** When a job of anacron last ran: a job that nobody knows leaves one, too. */
async function addStamp(scribe: Scribe, folder: string, name: string): Promise<void> {
  const file = await scribe.file(`${folder}/${name}`, 4096);
  if (file === undefined) return;
  scribe.add({ name, sets: [`last run ${textOf(file.bytes).trim().slice(0, 40)}`], file });
}
