import { callFindings } from "./call-findings.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "call-fetch-and-run",
  title: "The agent fetched code and ran it",
  severity: "high",
  attack: ["T1059", "T1105"],
} as const;

/** Installers are usual on some hosts; the text says which address was used. */
export const callFetchAndRun: Mark = {
  ...base,
  needs: ["calls"],
  evaluate: (input) =>
    callFindings(
      base,
      input,
      input.calls.records.filter((call) => call.traits.includes("fetch-and-run")),
      (call) => call.says ?? "fetched and ran code",
    ),
};
