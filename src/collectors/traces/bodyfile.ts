import type { TextLine } from "../../case/types.ts";
import type { CollectContext, Collector, LinesResult } from "../collector.ts";
import type { Sources } from "../sources.ts";
import { bodyfileLine, namesOf } from "./bodyfile-line.ts";
import { oddFiles } from "./odd-marks.ts";
import { ownersOf, unknownOwners } from "./owners.ts";
import { walk } from "./walk.ts";

/** Where an intruder leaves something, and what an agent may write to. */
const places = ["/etc", "/usr/local", "/opt", "/root", "/var/spool", "/tmp", "/var/tmp", "/dev/shm"];

/** Paths on the examined host, what is most likely to have changed first. */
export function walkedRoots({ target, installation, full }: Sources): readonly string[] {
  const { agents, outside } = installation;
  const workspaces = agents.flatMap(({ dir, workspace }) => [dir, workspace]);
  const own = [target.home, target.stateDir, ...workspaces, ...outside];
  return [...own.map((real) => target.toHost(real)), ...places, ...(full === true ? ["/"] : [])];
}

/** One walk for two: its lines as they come, and at its end what was unusual, for `odd-files`. */
async function collect(context: CollectContext): Promise<LinesResult> {
  const owners = await ownersOf(context);
  const odd = oddFiles(owners);
  const { entries, reasons } = await walk(context, walkedRoots(context));
  function* lines(): Generator<TextLine> {
    for (const entry of entries) {
      odd.see(entry);
      yield { parts: namesOf(entry), line: (parts) => bodyfileLine(entry, parts) };
    }
    context.readings.put("oddFiles", odd.reading([...reasons(), ...unknownOwners(owners)]));
  }
  return {
    get outcome() {
      return reasons().length === 0 ? "ok" : "partial";
    },
    get reason() {
      return reasons().length === 0 ? undefined : reasons().join("; ");
    },
    file: "bodyfile.txt",
    records: lines(),
  };
}

export const bodyfile: Collector = {
  id: "bodyfile",
  title: "Names, owners, modes and times of files (bodyfile)",
  stage: "collect",
  attack: ["T1070.006", "T1564.001"],
  liveOnly: false,
  wide: true,
  timeoutMs: 180_000,
  rootAdds: "what lies in folders that this user may not enter",
  collect,
};
