import { callFindings } from "./call-findings.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "call-reverse-shell",
  title: "The agent opened a shell for somebody else",
  severity: "critical",
  attack: ["T1059.004", "T1095"],
} as const;

export const callReverseShell: Mark = {
  ...base,
  needs: ["calls"],
  evaluate: (input) =>
    callFindings(
      base,
      input,
      input.calls.records.filter((call) => call.traits.includes("reverse-shell")),
      (call) => call.says ?? "opened a shell towards another machine",
    ),
};
