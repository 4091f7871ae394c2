import { Command } from "commander";
import { openCase } from "../case/index.ts";
import { ClawError } from "../model/errors.ts";
import { isPlaybookId, playbooks } from "../playbooks/index.ts";
import type { MakeCommand } from "./edge.ts";
import { enter, runIncident } from "./incident.ts";
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
      const wanted = id ?? options.case;
      const subject = await openCase(at.host, {
        dataDir: at.dataDir,
        ...(wanted === undefined ? {} : { id: wanted }),
      });
      const { info } = subject;
      await subject.release();
      if (!isPlaybookId(info.playbook) || info.closedAt !== undefined) {
        throw new ClawError(`case ${info.id} cannot be resumed`, {
          exit: "usage",
          code: "not-resumable",
          hint:
            info.closedAt === undefined
              ? `it was made by ${info.playbook}`
              : `it was closed at ${info.closedAt}`,
        });
      }
      done(await runIncident(at, playbooks[info.playbook], info.id));
      await at.leave();
    });
