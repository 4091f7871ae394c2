/** What a person sees of a restore: what came back and where, what was ended again, what is off, what to do next. */
import type { HostTerminal } from "../../host/host.ts";
import { bytesText, shellWord, shown, visible } from "../../model/text.ts";
import type { Finished, RestoreResult, Revocation } from "../../recover/index.ts";
import { page, type Line } from "../present/page.ts";

const nameWidth = 12;

export function resultText(terminal: HostTerminal, result: RestoreResult, asIs: boolean): string {
  const lines: readonly Line[] = [
    headline(result),
    { text: "" },
    ...rows(result),
    ...section(revokedTitle(result), result.revocations.map(revoked)),
    ...off(result, asIs),
    ...section("To be linked again", result.relink),
    ...section("Not done, or not known", result.gaps, "yellow"),
    ...section("Good to know", result.notes),
    ...next(result, asIs),
  ];
  return lines.map((line) => page(terminal, terminal.stdoutIsTty, line)).join("");
}

export function finishedText(terminal: HostTerminal, { finished }: Finished): string {
  const { archive, at, keptAside } = finished;
  const lines: readonly Line[] = [
    {
      text: `The restore of ${at.slice(0, 16).replace("T", " ")} UTC, which was interrupted, is finished now.`,
      style: "green",
    },
    { text: "" },
    row("archive", visible(archive)),
    ...keptAside.map((path) => row("kept aside", visible(path))),
    { text: "" },
    { text: "Nothing else was done. Run the command again to restore another archive." },
  ];
  return lines.map((line) => page(terminal, terminal.stdoutIsTty, line)).join("");
}

function headline({ dryRun, inPlace, gaps }: RestoreResult): Line {
  if (dryRun) return { text: "Verified; nothing was written: --dry-run.", style: "green" };
  const what = inPlace ? "Restored in place." : "Restored.";
  return gaps.length === 0
    ? { text: what, style: "green" }
    : { text: `${what} Not everything could be done: see below.`, style: "yellow" };
}

function row(name: string, text: string): Line {
  return { lead: `  ${name.padEnd(nameWidth)}`, leadStyle: "dim", text, whole: true };
}

function rows(result: RestoreResult): readonly Line[] {
  const { archive, kind, createdAt, target, files, bytes, keptAside = [], openclaw } = result;
  const made = createdAt === undefined ? [] : [`of ${createdAt.slice(0, 16).replace("T", " ")} UTC`];
  return [
    row("archive", visible(archive)),
    row("", [kind ?? "not made by claw-ir", ...made].join(" ")),
    row("to", visible(target)),
    row("files", `${files}, ${bytesText(bytes)}${openclaw ? "" : "; no OpenClaw state in it"}`),
    ...keptAside.map((path) => row("kept aside", visible(path))),
  ];
}

function section(title: string, texts: readonly string[], style?: Line["style"]): readonly Line[] {
  if (texts.length === 0) return [];
  return [
    { text: "" },
    { text: `${title}:` },
    ...texts.map((text) => ({ lead: "  · ", text: visible(text), style })),
  ];
}

function revokedTitle({ dryRun, inPlace, target }: RestoreResult): string {
  if (dryRun) return "Would be revoked again";
  const from = inPlace ? "" : ` (paths count from ${visible(target)})`;
  return `Revoked again, because a later case revoked it${from}`;
}

const words: Readonly<Record<Revocation["state"], string>> = {
  removed: "removed",
  off: "switched off; to switch it on again:",
  replaced: "replaced:",
  dead: "dead:",
  failed: "NOT revoked:",
};

function revoked({ what, case: of, state, detail }: Revocation): string {
  const word = state === "removed" ? `${words.removed};` : words[state];
  return `${shown(what, 80)}: ${word} ${shown(detail, 300)} (case ${shown(of, 60)})`;
}

function off({ switchedOff, openclaw, dryRun }: RestoreResult, asIs: boolean): readonly Line[] {
  if (asIs && openclaw && !dryRun) {
    const text =
      "Cron, hooks and channels were left as they were (--as-is): at its first start the gateway runs jobs and answers messages.";
    return [{ text: "" }, { text, style: "yellow" }];
  }
  const texts = switchedOff.map(
    ({ what, inverse }) => `${shown(what, 80)}; to switch it on again: ${shown(inverse, 200)}`,
  );
  return section("Came back switched off", texts);
}

function next(
  { inPlace, openclaw, dryRun, keptAside = [], target }: RestoreResult,
  asIs: boolean,
): readonly Line[] {
  if (dryRun || !openclaw) return [];
  const switchOn = asIs ? "" : ", then switch on one by one what is off";
  const steps = inPlace
    ? [
        `Start it by hand (openclaw gateway start), or with claw-ir resume where a case stopped it${switchOn}.`,
        ...keptAside.map((path) => `When it runs well: rm -r -- ${shellWord(path)}`),
      ]
    : [
        `Look at it with --root ${shellWord(target)}; to make it the live state, run claw-ir restore again with --in-place.`,
      ];
  return section("Next", steps);
}
