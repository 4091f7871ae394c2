import { join } from "node:path";
import { octal } from "../modes.ts";
import { type Check, fail, ok, warn } from "../check.ts";
import { shellWord, shown } from "../../../model/text.ts";

const inside = ["keys", "cases", "backups", "status.json", "fingerprint.key", "logs"];

export const dataDirModes: Check = {
  id: "data-dir",
  title: "claw-ir's own folder is private",
  run: async ({ host, dataDir }) => {
    const stat = await host.fs.stat(dataDir);
    if (stat === undefined)
      return warn(
        `${shown(dataDir)} is not there yet`,
        "it is made by the first command that keeps something",
      );
    const close = `chmod -R go= ${shellWord(dataDir)}`;
    if ((stat.mode & 0o077) !== 0)
      return fail(`${shown(dataDir)} is open to others (${octal(stat.mode)})`, close);
    if (stat.uid !== host.facts.uid)
      return fail(
        `${shown(dataDir)} belongs to another user (uid ${stat.uid})`,
        "name one of your own: --data-dir",
      );
    for (const name of inside) {
      const one = await host.fs.stat(join(dataDir, name));
      if (one !== undefined && one.kind !== "symlink" && (one.mode & 0o077) !== 0)
        return warn(`${name} in it is open to others (${octal(one.mode)})`, close);
    }
    return ok(`${shown(dataDir)}, ${octal(stat.mode)}`);
  },
};
