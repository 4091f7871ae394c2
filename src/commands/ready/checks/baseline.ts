import { join } from "node:path";
import { type Check, ok, unknown, warn } from "../check.ts";

/** With a known-good state to compare with, an incident takes minutes to understand. */
export const baseline: Check = {
  id: "baseline",
  title: "a baseline to compare with",
  run: async ({ host, target, installation, dataDir }) => {
    if (!installation.found) return unknown("there is no state", "name it with --state-dir");
    for (const folder of [join(dataDir, "baseline"), target.stateDir]) {
      if ((await host.fs.stat(join(folder, ".git"))) === undefined) continue;
      if (!(await host.git.available()))
        return unknown("there is a git repository, and git is not installed", "install git");
      const scratch = await host.fs.scratch(host.facts.tmp, "claw-ir-ready-");
      try {
        const reader = await host.git.reader(folder, scratch);
        const head = await reader?.head();
        await reader?.close();
        if (head !== undefined) return ok(`git, last commit ${head.at.slice(0, 16)}`);
      } finally {
        await host.fs.removeScratch(scratch);
      }
    }
    return warn(
      "neither the state folder nor claw-ir's own is under git",
      `git -C STATE-DIR init, with credentials left out by .gitignore, and a commit whenever you changed something`,
    );
  },
};
