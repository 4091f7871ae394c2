import { Command } from "commander";
import type { OwnBaseline } from "../../analyse/index.ts";
import { createCase, openCase } from "../../case/index.ts";
import type { Case } from "../../case/types.ts";
import { exits } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import type { MakeCommand } from "../edge.ts";
import { enter, type Scene } from "../incident.ts";
import { withCommonOptions, type CommonOptions } from "../options.ts";
import { page } from "../present/page.ts";
import { heldIn } from "./held.ts";
import { withScratch } from "./observe.ts";
import { declined, noBaseline, withOwn } from "./own.ts";
import { digest, learnSecrets, maxOld, replace, statOf } from "./restore-write.ts";

export const restoreFileCommand: MakeCommand = (edge, done) =>
  withCommonOptions(
    new Command("restore-file")
      .summary("bring one file back as the baseline has it")
      .description(
        "Writes one skill, identity, unit, crontab or start-up file back as the last commit has it. What stands there now is kept as evidence in a case, and the case's journal has the change before it is made.",
      )
      .argument("<path>", "its path on the examined host"),
  ).action(async (path: string, options: CommonOptions) => {
    const at = await enter(edge, options);
    try {
      const exit = await withScratch(at, (scratch) =>
        withOwn(at.host, at.dataDir, scratch, (own) => restoreFile(at, own, path, options)),
      );
      done(exit);
    } finally {
      await at.leave();
    }
  });

async function restoreFile(
  at: Scene,
  own: OwnBaseline | undefined,
  path: string,
  options: CommonOptions,
): Promise<number> {
  const { host, target } = at;
  if (own === undefined) throw noBaseline();
  const wanted = target.toHost(target.toReal(path));
  const held = heldIn(await own.holding(own.head.commit), wanted);
  const real = target.toReal(held.path);
  const stat = await statOf(at, real);
  const old = stat === undefined ? undefined : await host.fs.read(real, { maxBytes: maxOld });
  const same = old !== undefined && digest(old) === held.sha256;
  const told = { path: held.path, commit: own.head.commit, sha256: held.sha256, bytes: held.bytes };
  if (same || options.dryRun === true) {
    answer(
      at,
      options,
      { ...told, restored: false, same },
      same ? "is as the baseline has it" : "would be written",
    );
    return exits.ok;
  }
  const yes = await host.prompt.confirm({
    id: "baseline.restore-file",
    message: `Write ${shown(held.path, 200)} as commit ${own.head.commit.slice(0, 12)} has it (${held.bytes} bytes)?`,
    default: false,
    explicit: true,
  });
  if (!yes) throw declined("nothing was written");
  const subject = await caseFor(at, options.case);
  try {
    await learnSecrets(at, subject);
    await replace(at, subject, { own, held, real, stat, old });
    answer(
      at,
      options,
      { ...told, restored: true, same: false, case: subject.info.id },
      `is as commit ${own.head.commit.slice(0, 12)} has it; what stood there is in case ${subject.info.id}`,
    );
    return exits.ok;
  } finally {
    await subject.release();
  }
}

function answer({ host }: Scene, { json }: CommonOptions, result: object, text: string): void {
  const { terminal } = host;
  const { path } = result as { readonly path: string };
  if (json === true) terminal.out(`${JSON.stringify(result)}\n`);
  else terminal.out(page(terminal, terminal.stdoutIsTty, { text: `${shown(path, 300)} ${text}` }));
}

/** The case that --case names, or one of its own. */
function caseFor({ host, dataDir }: Scene, id: string | undefined): Promise<Case> {
  if (id !== undefined) return openCase(host, { dataDir, id });
  return createCase(host, {
    dataDir,
    playbook: "restore-file",
    title: "One file brought back from the baseline",
  });
}
