import { Command } from "commander";
import { playbooks, type PlaybookId } from "../playbooks/index.ts";
import type { MakeCommand } from "./edge.ts";
import { enter, runIncident } from "./incident.ts";
import { carryOn } from "./resume.ts";
import { withCommonOptions, type CommonOptions } from "./options.ts";

/** One command per playbook: they differ in their data only. */
export function playbookCommand(id: PlaybookId): MakeCommand {
  return (edge, done) => {
    const playbook = playbooks[id];
    return withCommonOptions(new Command(id))
      .summary(playbook.title)
      .description(`${playbook.title}. ${playbook.when}`)
      .action(async (options: CommonOptions) => {
        const at = await enter(edge, options);
        try {
          done(
            options.case === undefined
              ? await runIncident(at, playbook)
              : await carryOn(at, options.case, id),
          );
        } finally {
          await at.leave();
        }
      });
  };
}
