import { InvalidArgumentError, Option, type Command } from "commander";
import type { Compression, SealKind } from "../../archive/index.ts";
import type { AfterOptions } from "./after-options.ts";

export interface CreateOptions extends AfterOptions {
  readonly output?: string;
  readonly kind: SealKind;
  readonly compression: Compression;
  readonly level?: number;
  readonly plaintext?: true;
  readonly verify: "contents" | "ciphertext";
}

export function withCreateOptions(command: Command): Command {
  return command
    .option("-o, --output <file>", "where the archive goes (default: backups/ in the data folder)")
    .addOption(
      new Option("--kind <kind>", "a backup to restore from, or everything raw as evidence")
        .choices(["backup", "evidence"])
        .default("backup"),
    )
    .addOption(
      new Option("--compression <how>", "zstd, or gzip for machines without it")
        .choices(["zstd", "gzip"])
        .default("zstd"),
    )
    .option("--level <n>", "zstd 1 to 19 (default: 3), gzip 1 to 9 (default: 5)", level)
    .addOption(
      new Option("--verify <how>", "how the finished archive is read back: its bytes, or every file in it")
        .choices(["ciphertext", "contents"])
        .default("ciphertext"),
    )
    .option("--plaintext", "not encrypted: has to be typed out");
}

function level(text: string): number {
  const value = Number(text);
  if (!/^\d{1,2}$/.test(text) || value < 1 || value > 19)
    throw new InvalidArgumentError("a number from 1 to 19 is needed");
  return value;
}
