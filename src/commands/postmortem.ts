import { Command } from "commander";
import type { MakeCommand } from "./edge.ts";
import { withCommonOptions, type CommonOptions } from "./options.ts";
import { writeDocument } from "./report.ts";

export const postmortemCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    new Command("postmortem")
      .summary("a post-mortem from a template, filled in from the case")
      .description(
        "Fills the post-mortem template from the case. Your own template: DATA-DIR/templates/postmortem.md.",
      )
      .argument("[case]", "the case (default: the newest open one)")
      .option("-o, --output <file>", "where to write it (default: stdout)"),
  ).action(async (id: string | undefined, options: CommonOptions & { readonly output?: string }) => {
    await writeDocument(edge, options, id, "postmortem.md");
    done(0);
  });
