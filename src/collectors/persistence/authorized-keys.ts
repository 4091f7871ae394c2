import type { AuthorizedKey } from "../../model/host-records.ts";
import { read } from "../../model/outcome.ts";
import type { Reading } from "../../model/outcome.ts";
import { parseAuthorizedKeys } from "./authorized-keys-file.ts";
import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";
import { type Ground, listFolder, modifiedAt, readFile, textOf } from "../files.ts";
import { type Account, accounts } from "../users.ts";

const maxBytes = 4 << 20;
const usual = [".ssh/authorized_keys", ".ssh/authorized_keys2"];

export interface SshdKeySettings {
  /** Patterns with %h, %u and %%, as in sshd_config(5). */
  readonly files: readonly string[];
  /** A program that gives further keys; it is never run. */
  readonly commands: readonly string[];
}

/** AuthorizedKeysFile and AuthorizedKeysCommand, also those of Match blocks: all of them may let someone in. */
export function parseSshdConfig(text: string): SshdKeySettings {
  const files: string[] = [];
  const commands: string[] = [];
  for (const line of text.split("\n")) {
    const match = /^[ \t]*([A-Za-z]{5,40})[ \t=]+(.+)$/.exec(line.slice(0, 4096));
    const name = match?.[1]?.toLowerCase();
    const value = (match?.[2] ?? "").trim();
    if (name === "authorizedkeysfile") files.push(...value.split(/[ \t]+/).map(bare));
    if (name === "authorizedkeyscommand" && value.toLowerCase() !== "none") commands.push(value);
  }
  return { files: files.filter((file) => file.toLowerCase() !== "none"), commands };
}

function bare(word: string): string {
  return word.replaceAll('"', "");
}

/** Every authorized key of every account whose file may be read: who could come back without a password. */
export async function readAuthorizedKeys(ground: Ground): Promise<Reading<AuthorizedKey>> {
  const reasons: string[] = [];
  const settings = await readSettings(ground, reasons);
  const patterns = [...new Set([...usual, ...settings.files])];
  const paths = new Map<string, string>();
  for (const account of await accounts(ground)) {
    for (const pattern of patterns) {
      const path = expand(pattern, account);
      if (!paths.has(path)) paths.set(path, account.user);
    }
  }
  const found: AuthorizedKey[] = [];
  for (const [path, user] of paths) {
    const file = await readFile(ground, path, maxBytes);
    if (file.ok) {
      const origin = { path: file.path, user, modifiedAt: modifiedAt(file.stat) };
      found.push(...parseAuthorizedKeys(textOf(file.bytes), origin));
      if (!file.whole) reasons.push(`${file.path}: only the first ${maxBytes} bytes were read`);
    } else if (file.outcome !== "missing") {
      reasons.push(file.reason);
    }
  }
  return read(found, reasons);
}

async function readSettings(ground: Ground, reasons: string[]): Promise<SshdKeySettings> {
  const parts = (await listFolder(ground, "/etc/ssh/sshd_config.d")).names;
  const names = ["/etc/ssh/sshd_config", ...parts.map((name) => `/etc/ssh/sshd_config.d/${name}`)];
  const all: SshdKeySettings[] = [];
  for (const name of names) {
    const file = await readFile(ground, name, 1 << 20);
    if (file.ok) all.push(parseSshdConfig(textOf(file.bytes)));
    else if (file.outcome !== "missing") reasons.push(file.reason);
  }
  const commands = all.flatMap((settings) => settings.commands);
  for (const command of commands) {
    reasons.push(`sshd also asks a program for keys (AuthorizedKeysCommand ${command}), which was not run`);
  }
  return { files: all.flatMap((settings) => settings.files), commands };
}

/** A path on the examined host: relative patterns count from the account's home. */
function expand(pattern: string, account: Account): string {
  const path = pattern.replaceAll(/%([%hu])/g, (_, letter: string) =>
    letter === "%" ? "%" : letter === "h" ? account.home : account.user,
  );
  return path.startsWith("/") ? path : `${account.home}/${path}`;
}

export const authorizedKeys: Collector = {
  id: "authorized-keys",
  title: "Authorized ssh keys",
  stage: "collect",
  attack: ["T1098.004"],
  liveOnly: false,
  timeoutMs: 10_000,
  rootAdds: "the keys of root and of other users",
  collect: fromReading("authorizedKeys"),
};
