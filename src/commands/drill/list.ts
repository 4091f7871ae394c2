import { basename } from "node:path";
import { Command } from "commander";
import type { Host } from "../../host/host.ts";
import { exits } from "../../model/errors.ts";
import { durationText, shown } from "../../model/text.ts";
import { listResults } from "../../recover/index.ts";
import { withDataDir } from "../data-place.ts";
import type { MakeCommand } from "../edge.ts";
import { withCommonOptions, type CommonOptions } from "../options.ts";
import { namedTable } from "../present/table.ts";

/** `drill list`: what earlier drills came to. */
export const listCommand: MakeCommand = (edge, done) =>
  withCommonOptions(new Command("list"))
    .summary("earlier drills, newest first")
    .action(async (own: CommonOptions, command: Command) => {
      // `drill` has the same options, and commander gives it those that stand before "list".
      const options = { ...own, ...command.optsWithGlobals<CommonOptions>() };
      await withDataDir(edge, options, (host, dataDir) => tell(host, dataDir, options));
      done(exits.ok);
    });

async function tell(host: Host, dataDir: string, { json }: CommonOptions): Promise<void> {
  const results = await listResults(host, dataDir);
  const { terminal } = host;
  if (json === true) terminal.out(`${JSON.stringify(results)}\n`);
  else if (results.length === 0)
    terminal.out(`no drill yet in ${shown(dataDir)}\n  claw-ir drill makes one\n`);
  else
    terminal.out(
      namedTable(
        terminal,
        ["when (UTC)", "verdict", "recovery", "gateway", "next due", "archive"],
        results.map((one) => [
          one.startedAt.slice(0, 16).replace("T", " "),
          one.exit === exits.wrongKey ? "wrong key" : one.verdict,
          one.recoverySeconds === null ? "-" : durationText(one.recoverySeconds * 1000),
          one.gateway,
          one.nextDue.slice(0, 10),
          basename(one.archive),
        ]),
      ),
    );
}
