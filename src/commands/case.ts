import { Command } from "commander";
import {
  addNote,
  closeCase,
  listCases,
  resolveDataDir,
  verifyCase,
  type CaseListing,
  type CaseVerification,
} from "../case/index.ts";
import type { Host } from "../host/host.ts";
import { exits } from "../model/errors.ts";
import { counted, shown } from "../model/text.ts";
import { lastStates } from "../playbooks/progress.ts";
import { checkSealed, type SealedArchives } from "./case-archives.ts";
import type { Edge, MakeCommand } from "./edge.ts";
import { withCase } from "./incident.ts";
import { refuseDemo, wishesOf, withCommonOptions, type CommonOptions } from "./options.ts";
import { page, type Line } from "./present/page.ts";
import { table } from "./present/table.ts";
import { type UnlockOptions, withUnlockOptions } from "./unlock.ts";

type Done = (exit: number) => void;

export const caseCommand: MakeCommand = (edge, done) =>
  new Command("case")
    .summary("list, show, verify, annotate and close cases")
    .addCommand(list(edge, done))
    .addCommand(show(edge, done))
    .addCommand(verify(edge, done))
    .addCommand(note(edge, done))
    .addCommand(close(edge, done));

function list(edge: Edge, done: Done): Command {
  return withCommonOptions(new Command("list"))
    .summary("every case, newest first")
    .action(async (options: CommonOptions) => {
      refuseDemo(options);
      const host = await edge.makeHost(wishesOf(options));
      const dataDir = await resolveDataDir(host, options.dataDir, [], { make: false });
      const cases = (await listCases(host, dataDir)).toSorted(newestFirst);
      if (options.json === true) host.terminal.out(`${JSON.stringify(cases)}\n`);
      else if (cases.length === 0) host.terminal.out(`no case yet in ${shown(dataDir)}\n`);
      else
        host.terminal.out(
          table(
            host.terminal.width,
            ["case", "state", "opened (UTC)", "remarks"],
            cases.map((one) => [one.id, one.state, timeOf(one).slice(0, 16).replace("T", " "), remarks(one)]),
          ),
        );
      done(exits.ok);
    });
}

function newestFirst(a: CaseListing, b: CaseListing): number {
  return timeOf(b).localeCompare(timeOf(a), "en", { numeric: true });
}

/** A damaged case does not tell when it was opened, but its name does: 20261121-0231-key-compromised. */
function timeOf({ createdAt, id }: CaseListing): string {
  if (createdAt !== "") return createdAt;
  return `${id.slice(0, 4)}-${id.slice(4, 6)}-${id.slice(6, 8)}T${id.slice(9, 11)}:${id.slice(11, 13)}`;
}

function remarks({ locked, problem }: CaseListing): string {
  return [...(locked ? ["in use by another claw-ir"] : []), ...(problem === undefined ? [] : [problem])].join(
    "; ",
  );
}

function show(edge: Edge, done: Done): Command {
  return withCommonOptions(new Command("show"))
    .summary("what a case holds and how far it got")
    .argument("[case]", "the case (default: the newest open one)")
    .action(async (id: string | undefined, options: CommonOptions) => {
      await withCase(edge, options, id, (subject, host) => {
        const states = Object.fromEntries(lastStates(subject.journal));
        const view = {
          ...subject.info,
          steps: states,
          artifacts: subject.evidence.all(),
          archives: subject.archives.all(),
          findings: subject.findings.all().length,
          receipts: subject.receipts.all(),
          switchedOff: subject.switchedOff.all(),
        };
        if (options.json === true) {
          host.terminal.out(`${JSON.stringify(view)}\n`);
          return;
        }
        const rows = Object.entries(states).map(([step, { state, reason }]) => [step, state, reason ?? ""]);
        host.terminal.out(
          [
            `${subject.info.id}: ${shown(subject.info.title)}`,
            `opened ${subject.info.createdAt}${subject.info.closedAt === undefined ? "" : `, closed ${subject.info.closedAt}`}`,
            `in ${shown(subject.info.path)}`,
            [
              counted(view.artifacts.length, "artifact"),
              counted(view.archives.length, "archive"),
              counted(view.findings, "finding"),
              counted(view.receipts.length, "rotation"),
            ].join(", "),
            "",
            table(host.terminal.width, ["step", "state", "why"], rows),
          ].join("\n"),
        );
      });
      done(exits.ok);
    });
}

function verify(edge: Edge, done: Done): Command {
  return withCommonOptions(withUnlockOptions(new Command("verify")))
    .summary("prove that nothing in a case was changed since")
    .description(
      "Computes the journal, artifacts and archives anew. With --private-key or --passphrase-from every file in the archives is checked, too.",
    )
    .argument("[case]", "the case (default: the newest open one)")
    .action(async (id: string | undefined, options: UnlockOptions) => {
      refuseDemo(options);
      const host = await edge.makeHost(wishesOf(options));
      const wanted = id ?? options.case;
      const dataDir = await resolveDataDir(host, options.dataDir, [], { make: false });
      const checked = await verifyCase(host, { dataDir, ...(wanted === undefined ? {} : { id: wanted }) });
      const result = withSealed(checked, await checkSealed(host, dataDir, checked, options));
      if (options.json === true) host.terminal.out(`${JSON.stringify(result)}\n`);
      else host.terminal.out(verificationText(host.terminal, result));
      done(result.verdict === "intact" ? exits.ok : exits.tampered);
    });
}

type Verification = CaseVerification & {
  readonly archives: CaseVerification["archives"] & Pick<SealedArchives, "contents">;
};

function withSealed(
  checked: CaseVerification,
  { altered, problems, contents }: SealedArchives,
): Verification {
  const { archives } = checked;
  return {
    ...checked,
    archives: {
      ...archives,
      altered: archives.altered + altered,
      ...(contents === undefined ? {} : { contents }),
    },
    problems: [...checked.problems, ...problems],
    verdict: altered > 0 ? "tampered" : checked.verdict,
  };
}

function verificationText(terminal: Host["terminal"], result: Verification): string {
  const { case: id, verdict, journal, artifacts, archives, problems } = result;
  const lines: readonly Line[] = [
    { text: `${id}: ${verdict}`, style: verdict === "intact" ? "green" : "red" },
    { text: `journal: ${journal.entries} entries, ${journal.intact ? "intact" : "not intact"}` },
    {
      text: `artifacts: ${artifacts.checked} checked, ${artifacts.altered} altered, ${artifacts.missing} missing`,
    },
    {
      hang: "  ",
      text: `archives: ${archives.checked} checked, ${archives.altered} altered, ${archives.missing} missing${openedText(archives)}`,
    },
    ...problems.map((problem): Line => ({ lead: "  ", hang: "    ", text: shown(problem, 400) })),
  ];
  return lines.map((line) => page(terminal, terminal.stdoutIsTty, line)).join("");
}

function openedText({ checked, contents }: Verification["archives"]): string {
  if (checked === 0) return "";
  if (contents === undefined) return "; not opened, --private-key FILE checks every file in them";
  return contents.checked === 0 ? "" : `; ${contents.checked} opened, every file in them as it was sealed`;
}

function note(edge: Edge, done: Done): Command {
  return withCommonOptions(new Command("note"))
    .summary("add a dated note to the journal")
    .argument("<text>", "the note; secrets in it are replaced by fingerprints")
    .action(async (text: string, options: CommonOptions) => {
      await withCase(edge, options, undefined, async (subject, host) => {
        await addNote(subject, text);
        host.terminal.err(`noted in ${subject.info.id}\n`);
      });
      done(exits.ok);
    });
}

function close(edge: Edge, done: Done): Command {
  return withCommonOptions(new Command("close"))
    .summary("close a case: nothing is deleted, it is no longer the one that commands take")
    .argument("[case]", "the case (default: the newest open one)")
    .action(async (id: string | undefined, options: CommonOptions) => {
      await withCase(edge, options, id, async (subject, host) => {
        await closeCase(subject);
        host.terminal.err(`closed ${subject.info.id}\n`);
      });
      done(exits.ok);
    });
}
