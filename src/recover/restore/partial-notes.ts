import { shown } from "../../model/text.ts";
import type { Checked } from "./check.ts";

const named = 5;

/** What was not whole when it was sealed comes back as it was read then: whoever restores has to know. */
export function partialNotes({ contents }: Pick<Checked, "contents">): readonly string[] {
  const { partial = [], counts } = contents.manifest ?? {};
  const more = (counts?.partial ?? 0) - Math.min(partial.length, named);
  return [
    ...partial
      .slice(0, named)
      .map(({ path, reason }) => `Sealed in part: ${shown(path)} (${shown(reason, 200)}).`),
    ...(more > 0 ? [`And ${more} others were sealed in part: claw-ir backup verify --json names them.`] : []),
  ];
}
