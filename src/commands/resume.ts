import { Command } from "commander";
import { openCase } from "../case/index.ts";
import type { CaseInfo } from "../case/types.ts";
import { ClawError } from "../model/errors.ts";
import { shown } from "../model/text.ts";
import { isPlaybookId, playbooks, type PlaybookId } from "../playbooks/index.ts";
import type { MakeCommand } from "./edge.ts";
import { enter, runIncident, type Scene } from "./incident.ts";
import { withCommonOptions, type CommonOptions } from "./options.ts";

export const resumeCommand: MakeCommand = (edge, done) =>
  withCommonOptions(new Command("resume"))
    .summary("carry on where a run ended")
    .description(
      "Carries on with a case: finished steps are not repeated, failed and interrupted ones are tried again.",
    )
    .argument("[case]", "the case (default: the newest open one)")
    .action(async (id: string | undefined, options: CommonOptions) => {
      const at = await enter(edge, options);
      try {
        done(await carryOn(at, id ?? options.case));
      } finally {
        await at.leave();
      }
    });

/** Goes on with a case under the playbook it was opened with; `expected` refuses a case of another one. */
export async function carryOn(at: Scene, id: string | undefined, expected?: PlaybookId): Promise<number> {
  const { host, dataDir } = at;
  const subject = await openCase(host, { dataDir, ...(id === undefined ? {} : { id }) });
  const { info } = subject;
  await subject.release();
  const refused = refusal(info, expected);
  if (refused !== undefined || !isPlaybookId(info.playbook)) {
    throw new ClawError(`case ${info.id} cannot be carried on`, {
      exit: "usage",
      code: "not-resumable",
      hint: refused ?? `it was made by ${shown(info.playbook)}, which this version of claw-ir does not know`,
    });
  }
  return runIncident(at, playbooks[info.playbook], info.id);
}

function refusal({ closedAt, playbook, id }: CaseInfo, expected?: PlaybookId): string | undefined {
  if (closedAt !== undefined) return `it was closed at ${closedAt}`;
  if (expected === undefined || expected === playbook) return undefined;
  return `it was made by ${shown(playbook)}: claw-ir resume ${id} carries on with that, and without --case a new one is begun`;
}
