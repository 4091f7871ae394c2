import { accounts } from "../../users.ts";
import { shownAssignment } from "../assignment.ts";
import { sourceOf, wholeText } from "../scribe.ts";
import { parseAtJob, parseAtName } from "./at-job.ts";

/** Debian, Red Hat, macOS and the BSDs. */
const folders = ["/var/spool/cron/atjobs", "/var/spool/at", "/var/spool/atjobs", "/var/at/jobs"];
/** What lies beside the jobs. */
const others = new Set([".SEQ", "spool", ".lockfile"]);

export const atJobs = sourceOf(
  {
    id: "at-jobs",
    title: "Jobs of at and batch",
    attack: ["T1053.002"],
    timeoutMs: 30_000,
    rootAdds: "the jobs of at, which only root may list",
    platform: "any",
  },
  async (scribe) => {
    const known = await accounts(scribe.sources);
    for (const folder of folders) {
      for (const name of await scribe.names(folder)) {
        if (others.has(name)) continue;
        const file = await scribe.file(`${folder}/${name}`);
        if (file === undefined) continue;
        const named = parseAtName(name);
        const { uid, environment, commands } = parseAtJob(wholeText(scribe, file));
        const owner = uid ?? file.facts.uid;
        scribe.add({
          name,
          user: known.find((account) => account.uid === owner)?.user ?? `uid ${owner}`,
          trigger: named === undefined ? undefined : `once at ${named.at}`,
          runs: commands,
          sets: environment.map((one) => shownAssignment(scribe.sources.redactor, one.name, one.value)),
          odd: named === undefined ? ["its name is none that at gives"] : [],
          file,
        });
      }
    }
  },
);
