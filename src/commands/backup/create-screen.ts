import type { SealResult } from "../../archive/index.ts";
import type { Host } from "../../host/host.ts";
import { bytesText, counted, durationText, shellWord, shown } from "../../model/text.ts";
import type { Expected } from "../../preserve/index.ts";
import { page, type Line } from "../present/page.ts";

type Terminal = Host["terminal"];

/** As the contract has it. */
export function jsonOf(result: SealResult): object {
  const { archive, bytes, sha256, createdAt, files, plainBytes, durationMs, recipients, signedBy, kind } =
    result;
  const { partial, verified, passphrase, sidecar, root } = result;
  return {
    ...{ archive, bytes, sha256, createdAt, files, plainBytes, durationMs, recipients },
    ...(signedBy === undefined ? {} : { signedBy }),
    ...{ kind, partial, verified, passphrase, sidecar, root },
  };
}

function draw(terminal: Terminal, lines: readonly Line[]): string {
  return lines.map((line) => page(terminal, terminal.stdoutIsTty, line)).join("");
}

const shownPartial = 10;

export interface Whereabouts {
  /** It lies where `drill` looks for the newest backup. */
  readonly isUsual: boolean;
  /** A copy of it lies elsewhere. */
  readonly isCopied: boolean;
}

export function resultText(
  terminal: Terminal,
  result: SealResult,
  { isUsual, isCopied }: Whereabouts,
): string {
  const { archive, kind, files, plainBytes, bytes, durationMs, partial, recipients, passphrase, signedBy } =
    result;
  const whole = partial.length === 0;
  const size = `${counted(files, "file")}, ${bytesText(plainBytes)} in ${bytesText(bytes)}`;
  return draw(terminal, [
    {
      lead: whole ? "✓ " : "◐ ",
      leadStyle: whole ? "green" : "yellow",
      text: `${kind} sealed and read back in ${durationText(durationMs)}: ${size}`,
    },
    { lead: "  ", text: shown(archive, 1000), style: "bold", whole: true },
    { lead: "  ", hang: "    ", text: openedBy(recipients, passphrase) },
    {
      lead: "  ",
      hang: "    ",
      text:
        signedBy === undefined
          ? "not signed: claw-ir key generate --signing makes a key for it"
          : `signed by ${signedBy}`,
      style: "dim",
    },
    ...partialLines(partial),
    { text: "" },
    {
      lead: "  ",
      hang: "  ",
      text: isCopied
        ? "Prove once that it can be restored:"
        : `Copy it off this host, with ${beside(signedBy)} beside it, and prove once that it can be restored:`,
    },
    { lead: "    ", text: drillCommand(result, isUsual), whole: true },
  ]);
}

/** Where the signature is left behind, it counts as removed. */
function beside(signedBy: string | undefined): string {
  return signedBy === undefined ? "the .seal.json" : "the .seal.json and the .seal.json.sig";
}

function drillCommand({ archive, kind, recipients }: SealResult, isUsual: boolean): string {
  return [
    "claw-ir drill",
    ...(isUsual && kind === "backup" ? [] : [shellWord(archive)]),
    ...(recipients.length === 0 ? [] : ["--private-key FILE"]),
  ].join(" ");
}

function openedBy(recipients: readonly string[], passphrase: boolean): string {
  const keys = recipients.map((fingerprint) => `key ${fingerprint}`);
  const ways = [...keys, ...(passphrase ? ["the passphrase"] : [])];
  if (ways.length === 0) return "not encrypted: whoever has it reads every credential in it";
  return `opened by ${ways.join(", or by ")}`;
}

function partialLines(partial: SealResult["partial"]): readonly Line[] {
  if (partial.length === 0) return [];
  const more = partial.length - shownPartial;
  return [
    {
      lead: "  ",
      text: `in part: ${partial.length} ${partial.length === 1 ? "entry is" : "entries are"} not as a complete backup would hold them`,
      style: "yellow",
    },
    ...partial.slice(0, shownPartial).map(({ path, reason }): Line => ({
      lead: "    ",
      hang: "      ",
      text: `${shown(path, 200)}: ${shown(reason, 200)}`,
    })),
    ...(more > 0 ? [{ lead: "    ", text: `and ${more} more: claw-ir backup list --json` }] : []),
  ];
}

export interface Foreseen {
  readonly archive: string;
  readonly kind: string;
  readonly roots: string | readonly string[];
  readonly expected: Expected & {
    readonly files: number;
    readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
  };
}

export function dryRunText(terminal: Terminal, { archive, kind, roots, expected }: Foreseen): string {
  const { files, plainBytes, leftOut } = expected;
  return draw(terminal, [
    { text: `dry run: a ${kind} of ${counted(files, "file")}, ${bytesText(plainBytes)}, would go to` },
    { lead: "  ", text: shown(archive, 1000), style: "bold", whole: true },
    { text: "with everything in" },
    ...[roots].flat().map((root): Line => ({ lead: "  ", hang: "    ", text: `/${shown(root, 300)}` })),
    ...(leftOut.length === 0 ? [] : [{ text: "listed and not kept:" }]),
    ...leftOut.slice(0, 20).map(({ path, reason }): Line => ({
      lead: "  ",
      hang: "    ",
      text: `/${shown(path, 300)}: ${shown(reason, 200)}`,
      style: "dim",
    })),
    ...(leftOut.length > 20 ? [{ lead: "  ", text: `and ${leftOut.length - 20} more` }] : []),
  ]);
}
