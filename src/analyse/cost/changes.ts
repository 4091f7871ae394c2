import type { ReadingSet } from "../../model/readings.ts";
import { shown } from "../../model/text.ts";
import type { Change } from "./spikes.ts";

/** What was changed when: the candidates for a spike's cause. */
export function changesOf(
  set: Pick<ReadingSet, "configWrites" | "cronJobs" | "skills" | "boots" | "devices">,
  redact: (text: string) => string,
): readonly Change[] {
  const say = (text: string): string => shown(redact(text), 80);
  const changes: Change[] = [];
  const add = (at: string | undefined, kind: string, what: string): void => {
    if (at !== undefined) changes.push({ at, kind, what });
  };
  for (const write of set.configWrites.records) {
    const paths = write.changedPaths.slice(0, 5).map(say).join(", ");
    add(write.at, "config", `config changed${paths === "" ? "" : `: ${paths}`}`);
  }
  for (const job of set.cronJobs.records) {
    add(job.createdAt, "cron-job", `job ${say(job.name ?? job.id)} was made`);
  }
  for (const skill of set.skills.records) {
    if (skill.source === "workspace" || skill.source === "managed") {
      add(skill.modifiedAt, "skill", `skill ${say(skill.name)} was changed`);
    }
  }
  for (const boot of set.boots.records) add(boot.startedAt, "gateway", "the gateway was started");
  for (const device of set.devices.records) {
    add(device.approvedAt, "device", `device ${say(device.label ?? device.name ?? device.id)} was approved`);
  }
  return changes;
}
