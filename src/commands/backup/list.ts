import { basename } from "node:path";
import { Command, Option } from "commander";
import type { Host } from "../../host/host.ts";
import { exits } from "../../model/errors.ts";
import { bytesText, shown } from "../../model/text.ts";
import { type Listed, listBackups } from "../../preserve/index.ts";
import { nameOf } from "../archive-name.ts";
import { withDataDir } from "../data-place.ts";
import type { MakeCommand } from "../edge.ts";
import { wishesOf, withCommonOptions, type CommonOptions } from "../options.ts";
import { page } from "../present/page.ts";
import { namedTable } from "../present/table.ts";
import { repositoryOf, withRepositoryOptions, type AfterOptions } from "./after-options.ts";
import { listRepository } from "./list-restic.ts";

type ListOptions = CommonOptions & Pick<AfterOptions, "via" | "repository" | "resticPasswordFile">;

function withListOptions(command: Command): Command {
  command.addOption(new Option("--via <what>", "list what a restic repository holds").choices(["restic"]));
  return withRepositoryOptions(command);
}

export const listCommand: MakeCommand = (edge, done) =>
  withCommonOptions(withListOptions(new Command("list")))
    .summary("every backup and evidence archive, newest first")
    .action(async (options: ListOptions) => {
      const repository = repositoryOf(options);
      if (repository === undefined)
        await withDataDir(edge, options, (host, dataDir) => tell(host, dataDir, options));
      else await listRepository(await edge.makeHost(wishesOf(options)), repository, options.json === true);
      done(exits.ok);
    });

async function tell(host: Host, dataDir: string, { json }: ListOptions): Promise<void> {
  const listed = await listBackups(host, dataDir);
  if (json === true) host.terminal.out(`${JSON.stringify(listed)}\n`);
  else host.terminal.out(listed.length === 0 ? none(dataDir) : text(host, listed));
}

function none(dataDir: string): string {
  return `no backup yet in ${shown(dataDir)}: claw-ir backup create makes one\n`;
}

function text({ terminal }: Host, listed: readonly Listed[]): string {
  const head = ["made (UTC)", "kind", "size", "files", "opened by", "verified", "drilled", "archive"];
  return namedTable(terminal, head, listed.map(rowOf)) + problems(terminal, listed);
}

function rowOf(one: Listed): readonly string[] {
  const { createdAt, kind, bytes, files, archive, verifiedAt, how, drilledAt, verdict, problem } = one;
  const verified =
    verifiedAt === undefined ? "-" : `${day(verifiedAt)}${how === "contents" ? "" : " (bytes)"}`;
  const drilled = drilledAt === undefined ? "-" : `${day(drilledAt)}${verdict === "fail" ? " FAILED" : ""}`;
  return [
    createdAt === "" ? "-" : createdAt.slice(0, 16).replace("T", " "),
    problem === undefined ? kind : `${kind} !`,
    bytesText(bytes),
    kind === "foreign" ? "-" : String(files),
    openedBy(one),
    verified,
    drilled,
    nameOf(archive),
  ];
}

function day(iso: string): string {
  return iso.slice(0, 10);
}

function openedBy({ recipients, passphrase, kind }: Listed): string {
  if (kind === "foreign") return "-";
  const keys = recipients.map((fingerprint) => fingerprint.slice(-8));
  const ways = [...keys, ...(passphrase ? ["passphrase"] : [])];
  return ways.length === 0 ? "ANYBODY" : ways.join(" ");
}

function problems(terminal: Host["terminal"], listed: readonly Listed[]): string {
  return listed
    .flatMap(({ archive, problem }) =>
      problem === undefined
        ? []
        : [
            page(terminal, terminal.stdoutIsTty, {
              lead: "! ",
              text: `${shown(basename(archive), 120)}: ${shown(problem, 300)}`,
            }),
          ],
    )
    .join("");
}
