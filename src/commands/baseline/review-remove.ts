import type { CanonRecord, Thing } from "../../analyse/index.ts";
import { shellWord } from "../../model/text.ts";

export interface Removal {
  readonly thing: Thing;
  readonly id: string;
  readonly name: string;
  readonly path: string;
  /** What a person does to remove it. */
  readonly how: string;
}

/** Commands of OpenClaw 2026.9.6; they need its gateway, and the evidence should be sealed before. */
export function removalOf({ thing, id, name, path }: CanonRecord): Removal {
  const base = { thing, id, name, path };
  if (thing === "device")
    return {
      ...base,
      how: `openclaw devices remove ${shellWord(id)}, then claw-ir device-compromised if it was used`,
    };
  if (thing === "cron-job") return { ...base, how: `openclaw cron rm ${shellWord(id)}` };
  if (thing === "authorized-key")
    return { ...base, how: `take its line out of ${shellWord(path)}, and end the sessions that it opened` };
  return { ...base, how: `seal the state (claw-ir backup create), then remove ${shellWord(path)}` };
}
