import { shellWord, shown } from "../../../model/text.ts";
import { listBackups } from "../../../preserve/index.ts";
import { ageText, type Check, ok, unknown, warn } from "../check.ts";

/** Whoever takes this host takes the archives on it. */
export const offHost: Check = {
  id: "off-host-copy",
  title: "a copy elsewhere",
  run: async ({ host, dataDir, status }) => {
    const saved = status.backup.lastGood?.archive ?? "";
    if (saved.startsWith("restic:"))
      return ok(`the last one is in a restic repository (${shown(saved, 40)})`);
    const backups = (await listBackups(host, dataDir)).filter(({ kind }) => kind === "backup");
    const [newest] = backups;
    if (newest === undefined)
      return unknown("there is no archive yet", "claw-ir backup create --copy-to PLACE");
    const fix = `claw-ir backup copy ${shellWord(newest.archive)} PLACE, or --copy-to PLACE when it is made`;
    const copied = backups.find(({ copies = [] }) => copies.length > 0);
    const last = copied?.copies?.at(-1);
    if (last === undefined) return warn("none that claw-ir knows of", fix);
    const age = ageText(host.clock.now().getTime() - Date.parse(last.at));
    const text = `in ${shown(last.to, 80)}, ${age} ago`;
    return copied === newest ? ok(text) : warn(`${text}; the newest backup has none`, fix);
  },
};
