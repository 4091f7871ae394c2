import type { HistoryFile, HistoryLine } from "../../model/trace-records.ts";
import { evidenceAt, finding, inWindow, quoted } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";

const base = {
  id: "history-off",
  title: "History of a shell that was switched off or wiped",
  severity: "medium",
  attack: ["T1070.003"],
} as const;

const off =
  /\bHISTFILE\b|HIST(?:FILE)?SIZE=0|SAVEHIST=0|\+o[ \t]+history|\bhistory[ \t]+-[a-z]*[cd]|_history\b|fc[ \t]+-p|fish[ \t]+--private/;

export const historyOffMark: Mark = {
  ...base,
  needs: ["histories"],
  evaluate: (input) => input.readings.histories.records.flatMap((record) => judge(record, input)),
};

function judge(record: HistoryFile | HistoryLine, input: MarkInput): ReturnType<Mark["evaluate"]> {
  const says =
    record.kind === "file"
      ? fileSays(record, input)
      : off.test(record.text)
        ? "switches a history off or clears it"
        : undefined;
  if (says === undefined) return [];
  const excerpt = record.kind === "line" ? { input, excerpt: record.text } : undefined;
  const at = record.kind === "line" ? record.at : record.modifiedAt;
  return [
    finding(base, {
      key: `${record.place.path}\0${record.kind === "line" ? record.text : ""}`,
      why: says,
      firstSeen: at,
      summary: `${quoted(input, record.place.path, 160)} of ${quoted(input, record.user, 40)} ${says}`,
      evidence: [evidenceAt("histories", record.place, excerpt)],
      next: [
        "do not take the missing commands for none: look at the journal, the audit log and the agent's own tool calls",
      ],
    }),
  ];
}

/** An empty history is ordinary where nobody works by hand, and telling where it was emptied during the incident. */
function fileSays({ odd, bytes, modifiedAt }: HistoryFile, { window }: MarkInput): string | undefined {
  if (odd.some((fact) => fact.startsWith("a link to /dev/null")))
    return "is a link to /dev/null and keeps nothing";
  return bytes === 0 && inWindow(window, modifiedAt) ? "was emptied during the incident" : undefined;
}
