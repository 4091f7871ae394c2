import { join } from "node:path";
import { openOwn, runOut } from "../../../analyse/index.ts";
import type { Host } from "../../../host/host.ts";
import { ageText, type Check, dayMs, ok, type ReadyScene, unknown, type Verdict, warn } from "../check.ts";

/** After so long most of what differs was meant, and nobody finds the rest in it. */
const oldMs = 30 * dayMs;
const init = "claw-ir baseline init: it shows what it would trust, and asks";

/** With a known-good state to compare with, an incident takes minutes to understand. */
export const baseline: Check = {
  id: "baseline",
  title: "a baseline to compare with",
  run: async (scene) => {
    const { host, installation } = scene;
    if (!installation.found) return unknown("there is no state", "name it with --state-dir");
    const scratch = await host.fs.scratch(host.facts.tmp, "claw-ir-ready-");
    try {
      return (await ofOwn(scene, scratch)) ?? (await ofOperator(scene, scratch));
    } finally {
      await host.fs.removeScratch(scratch);
    }
  },
};

async function ofOwn({ host, dataDir }: ReadyScene, scratch: string): Promise<Verdict | undefined> {
  if ((await host.fs.stat(join(dataDir, "baseline", ".git"))) === undefined) return undefined;
  if (!(await host.git.available()))
    return unknown("there is a baseline, and git is not installed", "install git");
  const own = await openOwn(host, dataDir, scratch);
  if (own === undefined) return undefined;
  try {
    const held = await own.holding(own.head.commit);
    const { coverage } = held;
    if (coverage.size === 0) return warn("a review was made, and nothing was taken as known good yet", init);
    const age = host.clock.now().getTime() - Date.parse(own.head.at);
    const last = `last commit ${own.head.at.slice(0, 16)}, ${ageText(age)} old`;
    const lapsed = runOut(held, host.clock.now().toISOString()).length;
    if (lapsed > 0)
      return warn(
        `${last}; ${lapsed === 1 ? "1 review has" : `${lapsed} reviews have`} run out`,
        "claw-ir baseline review asks again",
      );
    if (age <= oldMs) return ok(last);
    return warn(last, "claw-ir baseline diff, then claw-ir baseline commit for what you meant");
  } finally {
    await own.close();
  }
}

/** A git repository of the operator's own serves, too, for what it holds. */
async function ofOperator({ host, target }: ReadyScene, scratch: string): Promise<Verdict> {
  const at = await headOf(host, target.stateDir, scratch);
  if (at === "no-git") return unknown("there is a git repository, and git is not installed", "install git");
  if (at !== undefined) return ok(`the state folder is under git, last commit ${at.slice(0, 16)}`);
  return warn("none: claw-ir has none of its own, and the state folder is not under git", init);
}

async function headOf(host: Host, folder: string, scratch: string): Promise<string | undefined> {
  if ((await host.fs.stat(join(folder, ".git"))) === undefined) return undefined;
  if (!(await host.git.available())) return "no-git";
  const reader = await host.git.reader(folder, scratch);
  const head = await reader?.head();
  await reader?.close();
  return head?.at;
}
