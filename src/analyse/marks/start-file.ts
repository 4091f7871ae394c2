import type { StartFile } from "../../model/host-records.ts";
import { findReverseShell } from "../text/commands.ts";
import { findFetchAndRun } from "../text/fetch-and-run.ts";
import { evidenceAt, finding, inWindow, quoted, startUnknown } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";
import { inTemporaryFolder } from "./temporary.ts";

const base = {
  id: "start-file",
  title: "Unit or start-up file that is new or runs something unusual",
  severity: "medium",
  attack: ["T1543.002", "T1546.004"],
} as const;

function saysOf(
  file: StartFile,
  input: MarkInput,
): { readonly says: string; readonly bad: boolean } | undefined {
  for (const line of file.runs) {
    const says = findReverseShell(line)?.says ?? findFetchAndRun(line)[0]?.says;
    if (says !== undefined) return { says, bad: true };
    if (inTemporaryFolder(line)) return { says: "runs something from a temporary folder", bad: true };
  }
  return inWindow(input.window, file.modifiedAt)
    ? { says: "was changed during the incident", bad: false }
    : undefined;
}

/** Without a start of the incident only what units run can be judged, and that is said. */
export const startFile: Mark = {
  ...base,
  needs: ["systemdUser", "shellStartup"],
  evaluate: (input) => {
    const files = [...input.readings.systemdUser.records, ...input.readings.shellStartup.records];
    return files.flatMap((file) => {
      const reason = saysOf(file, input);
      if (reason === undefined) return [];
      const artifact = file.kind === "shell" ? "shell-startup" : "systemd-user";
      const excerpt = [...file.runs, ...file.loads].join(" ");
      return [
        finding(base, {
          key: file.place.path,
          severity: reason.bad ? "high" : "medium",
          why: reason.says,
          firstSeen: file.modifiedAt,
          summary: `${quoted(input, file.place.path, 160)} ${reason.says}`,
          evidence: [
            {
              ...evidenceAt(artifact, file.place, excerpt === "" ? undefined : { input, excerpt }),
              ...(file.sha256 === undefined ? {} : { sha256: file.sha256 }),
            },
          ],
          next: ["compare it with a backup or the package it came with"],
        }),
      ];
    });
  },
  unless: (input) =>
    input.window.since === undefined &&
    input.readings.systemdUser.records.every((file) => saysOf(file, input) === undefined)
      ? startUnknown
      : undefined,
};
