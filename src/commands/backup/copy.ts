import { Command } from "commander";
import type { Host } from "../../host/host.ts";
import { exits } from "../../model/errors.ts";
import { bytesText } from "../../model/text.ts";
import { noteCopied } from "../../preserve/backup/catalog.ts";
import { copyArchive, destinationOf } from "../../preserve/offsite/index.ts";
import { archiveFile } from "../archive-name.ts";
import { withDataDir } from "../data-place.ts";
import type { MakeCommand } from "../edge.ts";
import { withCommonOptions, type CommonOptions } from "../options.ts";
import { placeOf } from "./after-options.ts";

export const copyCommand: MakeCommand = (edge, done) =>
  withCommonOptions(new Command("copy"))
    .summary("copy an archive elsewhere, and prove that it arrived whole")
    .description(
      "Copies an archive with its sidecar and signature to a folder, or through rclone to rclone:REMOTE:PATH, sftp://USER@HOST/PATH or s3:BUCKET/PATH. Size and hash are compared there; nothing is overwritten, and only ciphertext goes.",
    )
    .argument("<archive>", "the archive: a path, or its name in backup list")
    .argument("<place>", "where to")
    .action(async (archive: string, place: string, options: CommonOptions) => {
      await withDataDir(edge, options, (host, dataDir) => copy(host, dataDir, { archive, place, options }));
      done(exits.ok);
    });

async function copy(
  host: Host,
  dataDir: string,
  {
    archive,
    place,
    options,
  }: { readonly archive: string; readonly place: string; readonly options: CommonOptions },
): Promise<void> {
  const to = placeOf(place);
  destinationOf(to);
  if (options.dryRun === true) {
    host.terminal.err(`would be copied to ${destinationOf(to).shown}\n`);
    return;
  }
  const file = await archiveFile(host, dataDir, archive);
  const made = await copyArchive(host, file, to);
  if ((await host.fs.stat(dataDir)) !== undefined)
    await noteCopied(host, dataDir, made.sha256, { to: made.to, at: made.at });
  if (options.json === true) host.terminal.out(`${JSON.stringify({ archive: file, ...made })}\n`);
  else
    host.terminal.out(
      `${made.already ? "there already, and the same" : "copied, and verified there"}: ${made.to} (${bytesText(made.bytes)})\n`,
    );
}
