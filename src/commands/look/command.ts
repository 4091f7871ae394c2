import { Command, InvalidArgumentError, Option } from "commander";
import { ClawError, exits } from "../../model/errors.ts";
import { severities, type Severity } from "../../model/outcome.ts";
import { shown } from "../../model/text.ts";
import type { MakeCommand } from "../edge.ts";
import { enter, type Scene } from "../incident.ts";
import { withCommonOptions } from "../options.ts";
import { timeOption } from "../time-option.ts";
import { gather } from "./gather.ts";
import type { Look, LookOptions, LookRow, Section, Seen } from "./look.ts";
import { picked, tellPeople } from "./tell.ts";

/** A command that lists one kind. It reads only, from copies that are gone afterwards; `--dry-run` changes nothing about that. */
export function lookCommand(look: Look): MakeCommand {
  return (edge, done) =>
    withCommonOptions(withLookOptions(new Command(look.name), look)).action(async (options: LookOptions) => {
      const at = await enter(edge, options, { make: false });
      try {
        done(await run(at, look, options));
      } finally {
        await at.leave();
      }
    });
}

function withLookOptions(command: Command, look: Look): Command {
  command
    .summary(look.summary)
    .description(look.description)
    .option("--unusual", "only what is marked as unusual")
    .option("--since <time>", `${look.since}: a date, a time, or an age such as 36h`);
  if (look.agents === true) command.option("--agent <id>", "only this agent's");
  if (look.full !== undefined) command.option("--full", `also ${look.full}: takes long`);
  return command
    .option("--limit <n>", "so many rows of each table (default: 50)", count)
    .option("--all", "every row, the ordinary ones as well")
    .addOption(
      new Option("--fail-on <level>", "exit 4 if something is marked this severe").choices([...severities]),
    );
}

function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("a number of rows is needed");
  return Number(text);
}

async function run(at: Scene, look: Look, options: LookOptions): Promise<number> {
  const { host, installation } = at;
  const since = timeOption("--since", options.since, host.clock.now());
  if (look.needsState && !installation.found) throw noState(installation.problems[0]);
  const seen = await gather(at, look, { options, since });
  const sections = look.sections(seen).map((section) => ofAgent(section, options.agent));
  if (options.json === true) host.terminal.out(jsonOf(seen, sections, options));
  else tellPeople(host.terminal, look, seen, sections, options);
  const exit = exitOf(seen, sections, options);
  if (options.json === true && seen.unread.length > 0) host.terminal.err(unreadJson(seen, exit));
  return exit;
}

function noState(problem: string | undefined): ClawError {
  return new ClawError("no OpenClaw state was found", {
    exit: "notFound",
    code: "no-state",
    hint: problem ?? "name it with --state-dir",
  });
}

function ofAgent(section: Section, agent: string | undefined): Section {
  if (agent === undefined) return section;
  return { ...section, rows: section.rows.filter((row) => row.agent === undefined || row.agent === agent) };
}

/** One array: every record as it was read, secrets as fingerprints, with what is unusual about it. */
function jsonOf({ redactor }: Seen, sections: readonly Section[], options: LookOptions): string {
  const rows = sections.flatMap((section) =>
    picked(section, { ...options, all: true }).slice(0, options.limit ?? Infinity),
  );
  return `${JSON.stringify(rows.map(({ record, marks }) => redactor.json({ ...record, unusual: marks })))}\n`;
}

function exitOf(seen: Seen, sections: readonly Section[], { failOn }: LookOptions): number {
  const bad = sections.some(({ rows }) => rows.some((row) => reaches(row, failOn)));
  if (bad) return exits.findings;
  return seen.unread.length === 0 ? exits.ok : exits.partial;
}

function reaches({ marks }: LookRow, level: Severity | undefined): boolean {
  return (
    level !== undefined &&
    marks.some(({ severity }) => severities.indexOf(severity) <= severities.indexOf(level))
  );
}

/** An array has no place for what is missing in it, and a script must learn of it. */
function unreadJson({ unread, redactor }: Seen, exit: number): string {
  const message = `not everything could be read: ${shown(redactor.text(unread.join("; ")), 1000)}`;
  const hint = "what is listed was read; as root, or with --root on a mounted disk, more can be";
  return `${JSON.stringify({ error: { code: "read-in-part", message, hint, exit } })}\n`;
}
