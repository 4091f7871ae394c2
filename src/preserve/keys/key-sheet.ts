/** The sheet to print and to keep in a safe: plain text, 70 columns, without a secret. */
import { wrap } from "../../model/columns.ts";
import { visible } from "../../model/text.ts";
import type { KeyRole } from "./key-records.ts";

export interface SheetFacts {
  readonly role: KeyRole;
  readonly fingerprint: string;
  readonly userId: string;
  readonly algorithm: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
  /** The host that the key was made on. */
  readonly host: string;
  /** Where the private part was written. */
  readonly privateFile: string;
  readonly tool: string;
}

const columns = 70;
const rule = "=".repeat(columns);

/** "0123 4567 89AB CDEF 0123  4567 89AB CDEF 0123 4567", as gpg writes it. */
export function groups(fingerprint: string): string {
  const fours = fingerprint.match(/.{1,4}/g) ?? [];
  return `${fours.slice(0, 5).join(" ")}  ${fours.slice(5).join(" ")}`;
}

export function keySheet(facts: SheetFacts): string {
  const { role, fingerprint, expiresAt } = facts;
  const title = role === "recipient" ? "KEY THAT OPENS SEALED ARCHIVES" : "KEY THAT SIGNS SEALED ARCHIVES";
  const lines = [
    rule,
    `${title.padEnd(columns - facts.tool.length)}${facts.tool}`,
    rule,
    "",
    "Fingerprint",
    `    ${groups(fingerprint)}`,
    "",
    ...field("Key id", fingerprint.slice(-16)),
    ...field("User id", facts.userId),
    ...field("Algorithm", facts.algorithm),
    ...field("Created", dayOf(facts.createdAt)),
    ...field("Expires", expiresAt === undefined ? "never" : dayOf(expiresAt)),
    ...field("Made on", facts.host),
    ...field("Private part", facts.privateFile),
    "",
    ...(role === "recipient" ? recipientText : signingText),
    "",
    "I have compared the fingerprint above with the key in use.",
    "",
    "Date ________________   Name and signature ___________________________",
    rule,
  ];
  return `${lines.join("\n")}\n`;
}

/** A long value goes on below itself. */
function field(name: string, value: string): readonly string[] {
  const lead = name.padEnd(14);
  return wrap(visible(value), { width: columns + 1, first: lead, indent: " ".repeat(14) });
}

function dayOf(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

const recipientText = [
  "What it opens",
  "  Every archive that claw-ir sealed to this key: evidence of incidents",
  "  and backups, and with them every credential that OpenClaw held.",
  "",
  "How to open one, with gpg and tar alone, on a machine you trust",
  "  gpg --import PRIVATE-PART",
  "  set -o pipefail",
  "  gpg --decrypt NAME.tar.zst.gpg | tar -x --zstd -C EMPTY-FOLDER",
  "  (or, for NAME.tar.gz.gpg:        tar -x -z -C EMPTY-FOLDER)",
  "  If gpg ends with an error, trust nothing of what was unpacked.",
  "",
  "Where the private part has to be kept",
  "  Off the host: on two media in two places, such as a stick in a safe",
  "  and an encrypted disk elsewhere; its passphrase apart from both. The",
  "  file that ends in .revocation belongs beside it. Prove twice a year",
  "  that it opens: claw-ir key test --private-key FILE",
] as const;

const signingText = [
  "What it proves",
  "  That an archive was sealed on this host and not changed since, as",
  "  long as nobody else had the host. It opens nothing.",
  "",
  "How to check a signature, with gpg alone, on another machine",
  "  gpg --import PUBLIC-PART",
  "  gpg --verify NAME.seal.json.sig NAME.seal.json",
  "  sha256sum NAME.tar.zst.gpg   (must be the sha256 in NAME.seal.json)",
  "",
  "Where its parts are kept",
  "  The private part stays on the host, without a passphrase, because",
  "  scheduled runs sign with it: whoever takes the host can sign, too.",
  "  Take the public part and this sheet away, to compare with them.",
] as const;
