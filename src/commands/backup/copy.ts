import { resolve } from "node:path";
import { Command } from "commander";
import { resolveDataDir } from "../../case/index.ts";
import { exits } from "../../model/errors.ts";
import { bytesText } from "../../model/text.ts";
import { noteCopied } from "../../preserve/backup/catalog.ts";
import { copyArchive, destinationOf } from "../../preserve/offsite/index.ts";
import type { MakeCommand } from "../edge.ts";
import { wishesOf, withCommonOptions, type CommonOptions } from "../options.ts";
import { placeOf } from "./after-options.ts";

export const copyCommand: MakeCommand = (edge, done) =>
  withCommonOptions(new Command("copy"))
    .summary("copy an archive elsewhere, and prove that it arrived whole")
    .description(
      "Copies an archive with its sidecar and signature to a folder, or through rclone to rclone:REMOTE:PATH, sftp://USER@HOST/PATH or s3:BUCKET/PATH. Size and hash are compared there; nothing is overwritten, and only ciphertext goes.",
    )
    .argument("<archive>", "the archive")
    .argument("<place>", "where to")
    .action(async (archive: string, place: string, options: CommonOptions) => {
      const host = await edge.makeHost(wishesOf(options));
      const to = placeOf(place);
      destinationOf(to);
      if (options.dryRun === true) {
        host.terminal.err(`would be copied to ${destinationOf(to).shown}\n`);
        done(exits.ok);
        return;
      }
      const copy = await copyArchive(host, resolve(archive), to);
      const dataDir = await resolveDataDir(host, options.dataDir, [], { make: false });
      if ((await host.fs.stat(dataDir)) !== undefined)
        await noteCopied(host, dataDir, copy.sha256, { to: copy.to, at: copy.at });
      if (options.json === true)
        host.terminal.out(`${JSON.stringify({ archive: resolve(archive), ...copy })}\n`);
      else
        host.terminal.out(
          `${copy.already ? "there already, and the same" : "copied, and verified there"}: ${copy.to} (${bytesText(copy.bytes)})\n`,
        );
      done(exits.ok);
    });
