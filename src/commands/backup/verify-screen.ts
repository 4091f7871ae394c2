/** What a person sees of `backup verify`. */
import { basename } from "node:path";
import type { Host } from "../../host/host.ts";
import { bytesText, counted, durationText, shown } from "../../model/text.ts";
import type { VerifiedBackup } from "../../preserve/index.ts";
import { page, type Line } from "../present/page.ts";

export interface Failed {
  readonly archive: string;
  readonly verified: false;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly hint?: string;
    readonly exit: number;
  };
}
export type Outcome = VerifiedBackup | Failed;

export function linesOf({ terminal }: Host, outcome: Outcome): string {
  const lines = "error" in outcome ? failedLines(outcome) : goodLines(outcome);
  return lines.map((line) => page(terminal, terminal.stdoutIsTty, line)).join("");
}

function failedLines({ archive, error: { message, hint } }: Failed): readonly Line[] {
  return [
    { lead: "✗ ", leadStyle: "red", text: shown(basename(archive), 200), style: "bold" },
    { lead: "  ", text: shown(message, 600), style: "red" },
    ...(hint === undefined ? [] : [{ lead: "  ", text: shown(hint, 400) }]),
  ];
}

function goodLines(outcome: VerifiedBackup): readonly Line[] {
  const { archive, verified, checked, files, bytes, durationMs, signature, signedBy, databases, partial } =
    outcome;
  const what = {
    contents: `every one of ${files ?? 0} files is as it was sealed`,
    ciphertext: "size, hash and structure are as they were sealed",
    structure: "no sidecar says what it ought to be: only its structure is right",
  }[checked];
  const seal = {
    good: `signed by ${signedBy ?? ""}`,
    "unknown-signer": `signed by ${signedBy ?? ""}, whose key is not known here`,
    none: "not signed",
  }[signature];
  const broken = (databases ?? []).filter(({ integrity }) => integrity !== "ok");
  return [
    {
      lead: verified ? "✓ " : "◐ ",
      leadStyle: verified ? "green" : "yellow",
      text: shown(basename(archive), 200),
      style: "bold",
    },
    { lead: "  ", text: `${what} (${bytesText(bytes)}, ${durationText(durationMs)})` },
    ...(checked === "contents"
      ? []
      : [
          {
            lead: "  ",
            text: "not opened: --private-key FILE or --passphrase-from FILE checks every file in it",
          },
        ]),
    ...(databases === undefined
      ? []
      : [
          {
            lead: "  ",
            text: `${databases.length - broken.length} of ${databases.length} databases pass SQLite's integrity check`,
          },
        ]),
    ...broken.map(({ path, integrity }): Line => ({
      lead: "    ",
      text: `${shown(path, 200)}: ${shown(integrity, 200)}`,
      style: "yellow",
    })),
    { lead: "  ", text: seal, style: "dim" },
    ...(partial.length === 0
      ? []
      : [
          {
            lead: "  ",
            text: `${counted(partial.length, "entry", "entries")} ${partial.length === 1 ? "was" : "were"} not whole when it was sealed`,
            style: "yellow",
          } as const,
        ]),
  ];
}
