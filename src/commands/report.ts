import { Command } from "commander";
import { render } from "../report/render.ts";
import { playbookOf } from "../playbooks/playbook-of.ts";
import { reportInput } from "../playbooks/report-input.ts";
import { templateText } from "../playbooks/template.ts";
import type { Edge, MakeCommand } from "./edge.ts";
import { deliver } from "./deliver.ts";
import { withCase } from "./incident.ts";
import { withCommonOptions, type CommonOptions } from "./options.ts";

/** A document made from a case and a template: to a file with -o, else to stdout. */
export async function writeDocument(
  edge: Edge,
  options: CommonOptions & { readonly output?: string },
  id: string | undefined,
  template: string,
): Promise<void> {
  await withCase(edge, options, id, async (subject, host, dataDir) => {
    const input = reportInput(subject, playbookOf(subject), host.clock.now().toISOString());
    if (options.json === true) {
      await deliver(host, options.output, JSON.stringify(subject.redactor.json(input), undefined, 2));
      return;
    }
    const text = render(await templateText(host, dataDir, template), input);
    await deliver(host, options.output, subject.redactor.text(text));
    if (options.output !== undefined) host.terminal.err(`written: ${options.output}\n`);
  });
}

export const reportCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    new Command("report")
      .summary("write the incident report of a case again")
      .description(
        "Writes the incident report as it stands now, in Markdown. Your own template: DATA-DIR/templates/incident.md.",
      )
      .argument("[case]", "the case (default: the newest open one)")
      .option("-o, --output <file>", "where to write it (default: stdout)"),
  ).action(async (id: string | undefined, options: CommonOptions & { readonly output?: string }) => {
    await writeDocument(edge, options, id, "incident.md");
    done(0);
  });
