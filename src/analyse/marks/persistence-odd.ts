import type { Severity } from "../../model/outcome.ts";
import {
  changedText,
  gatewayUnitText,
  hidesText,
  isGenuine,
  noPackageText,
} from "../../model/persistence.ts";
import type { PersistenceItem } from "../../model/persistence.ts";
import { counts, itemFindings } from "../persistence.ts";
import type { Judged } from "../persistence.ts";
import type { Mark } from "../mark.ts";
import { ownStartLines } from "./python-startup.ts";

const base = {
  id: "persistence-odd",
  title: "Something that starts or lets in by itself is not as on an ordinary host",
  severity: "medium",
  attack: ["T1543", "T1546"],
} as const;

/** Their facts are judged by marks of their own; a key without a passphrase is told where credentials are. */
const elsewhere =
  /^(?:host-cron|authorized-keys|pam|sudoers|doas|sshd-config|ssh-client|accounts|mac-profiles|udev|package-hooks|package-verification|set-id|launchd)$/;
const severities: Readonly<Record<string, Severity>> = {
  tmpfiles: "high",
  "name-service": "high",
  "at-jobs": "low",
  "cron-scripts": "low",
};
const judgedElsewhere: ReadonlySet<string> = new Set([hidesText, gatewayUnitText]);

export const persistenceOdd: Mark = {
  ...base,
  needs: ["persistence"],
  evaluate: (input) =>
    itemFindings(base, input, (item) =>
      isGenuine(item) || !counts(item) || ownStartLines(item).length > 0 ? undefined : judge(item),
    ),
};

function judge({ mechanism, odd, kind, place }: PersistenceItem): Judged | undefined {
  if (odd.includes(noPackageText)) return { says: noPackageText, severity: "high" };
  // Configuration is meant to be changed; programs and units of a package are not.
  const edited = odd.includes(changedText) && place.path.startsWith("/etc/");
  const facts = odd.filter((fact) => !judgedElsewhere.has(fact) && !(edited && fact === changedText));
  if (facts.length > 0 && !elsewhere.test(mechanism))
    return {
      says: facts.join("; "),
      severity: severities[mechanism] ?? (facts.includes(changedText) ? "high" : "medium"),
    };
  return kind === "unreadable" && !elsewhere.test(mechanism)
    ? { says: "makes no sense as it stands", severity: "low" }
    : undefined;
}
