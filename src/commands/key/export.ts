import { Command } from "commander";
import { ClawError, exits } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import { fingerprintOf, storedKeys, type StoredKey } from "../../preserve/index.ts";
import { deliver } from "../deliver.ts";
import type { Edge } from "../edge.ts";
import { withCommonOptions, type CommonOptions } from "../options.ts";
import { say } from "../present/page.ts";
import { withKeys, type Done } from "./place.ts";

interface ExportOptions extends CommonOptions {
  readonly output?: string;
}

export function exportKey(edge: Edge, done: Done): Command {
  return withCommonOptions(
    new Command("export")
      .summary("the public part of a key, to give to others")
      .argument("<fingerprint>", "its 40 hex digits, as key list shows them")
      .option("-o, --output <file>", "where to write it (default: stdout)"),
  ).action(async (given: string, options: ExportOptions) => {
    await withKeys(edge, options, { make: false }, async ({ host, dataDir }) => {
      const keys = (await storedKeys(host, dataDir)).filter((one): one is StoredKey => "key" in one);
      const fingerprint = fingerprintOf(given);
      const found = keys.find(({ key }) => key.getFingerprint().toUpperCase() === fingerprint);
      if (fingerprint === undefined || found === undefined) throw noSuchKey(given);
      const armored = found.key.toPublic().armor();
      const text = options.json === true ? `${JSON.stringify({ fingerprint, armored })}\n` : armored;
      if (options.dryRun === true && options.output !== undefined) {
        say(host.terminal, `would write ${shown(options.output)}`);
        return;
      }
      await deliver(host, options.output, text);
      if (options.output !== undefined) say(host.terminal, `written: ${shown(options.output)}`);
    });
    done(exits.ok);
  });
}

function noSuchKey(given: string): ClawError {
  return new ClawError(`there is no public key ${shown(given, 80)} here`, {
    exit: "failed",
    code: "no-such-key",
    hint: "claw-ir key list shows the fingerprints of what there is",
  });
}
