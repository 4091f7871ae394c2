import type { Case } from "../case/types.ts";
import { ClawError } from "../model/errors.ts";
import { isPlaybookId, playbooks } from "./index.ts";
import type { Playbook } from "./types.ts";

/** The playbook that a case was opened with. */
export function playbookOf(subject: Case): Playbook {
  if (isPlaybookId(subject.info.playbook)) return playbooks[subject.info.playbook];
  throw new ClawError(
    `case ${subject.info.id} belongs to a playbook that this version does not know: ${subject.info.playbook}`,
    {
      exit: "failed",
      code: "unknown-playbook",
      hint: "use the version of claw-ir that made the case",
    },
  );
}
