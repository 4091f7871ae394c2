import { Command, Option } from "commander";
import type { TimelineEvent } from "../model/evidence.ts";
import { severities } from "../model/outcome.ts";
import { exits } from "../model/errors.ts";
import type { MakeCommand } from "./edge.ts";
import { withCase } from "./incident.ts";
import { withCommonOptions, type CommonOptions } from "./options.ts";
import { table } from "./present/table.ts";
import { timeOption } from "./time-option.ts";

interface TimelineOptions extends CommonOptions {
  readonly since?: string;
  readonly until?: string;
  readonly grep?: string;
  readonly source?: string;
  readonly severity?: string;
  readonly format: "table" | "jsonl";
}

export const timelineCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    new Command("timeline")
      .summary("what happened, in order of time")
      .argument("[case]", "the case (default: the newest open one)")
      .option("--since <time>", "from this time on: a date, a time, or an age such as 36h")
      .option("--until <time>", "up to this time")
      .option("--grep <text>", "only events whose message contains this, in any case")
      .option("--source <source>", "only this source")
      .addOption(new Option("--severity <level>", "at least this severe").choices([...severities]))
      .addOption(
        new Option("--format <format>", "how to print it").choices(["table", "jsonl"]).default("table"),
      ),
  ).action(async (id: string | undefined, options: TimelineOptions) => {
    await withCase(edge, options, id, (subject, host) => {
      const keep = filter(options, host.clock.now());
      const jsonl = options.json === true || options.format === "jsonl";
      const rows: string[][] = [];
      for (const event of subject.timeline.each()) {
        if (!keep(event)) continue;
        if (jsonl) host.terminal.out(`${JSON.stringify(event)}\n`);
        else
          rows.push([
            event.ts.replace("T", " ").slice(0, 19),
            event.severity ?? "",
            event.source,
            event.message,
          ]);
      }
      if (!jsonl && rows.length === 0)
        host.terminal.out(`no event of ${subject.timeline.count()} in ${subject.info.id} fits\n`);
      else if (!jsonl)
        host.terminal.out(table(host.terminal.width, ["time (UTC)", "severity", "source", "what"], rows));
    });
    done(exits.ok);
  });

function filter(options: TimelineOptions, now: Date): (event: TimelineEvent) => boolean {
  const since = timeOption("--since", options.since, now);
  const until = timeOption("--until", options.until, now);
  const grep = options.grep?.toLowerCase();
  const worst =
    options.severity === undefined ? severities.length : severities.indexOf(severityOf(options.severity));
  return (event) =>
    (since === undefined || event.ts >= since) &&
    (until === undefined || event.ts <= until) &&
    (grep === undefined || event.message.toLowerCase().includes(grep)) &&
    (options.source === undefined || event.source === options.source) &&
    (options.severity === undefined ||
      (event.severity !== undefined && severities.indexOf(event.severity) <= worst));
}

function severityOf(text: string): (typeof severities)[number] {
  return severities.find((one) => one === text) ?? "info";
}
