import type { Redactor } from "../../../case/types.ts";
import type { AuthorizedKey, KeyOption } from "../../../model/host-records.ts";
import { hidesText } from "../../../model/persistence.ts";
import type { Reading } from "../../../model/outcome.ts";
import { read } from "../../../model/outcome.ts";
import { modifiedAt, readFile, textOf } from "../../files.ts";
import type { Sources } from "../../sources.ts";
import { type Account, accounts } from "../../users.ts";
import { assignmentsIn, shownAssignment } from "../assignment.ts";
import { expandGlob } from "../glob.ts";
import { factsOf } from "../item.ts";
import { scribeOf, sourceOf } from "../scribe.ts";
import type { Scribe } from "../scribe.ts";
import { maxKeyLines, parseAuthorizedKeys, parseOptions } from "./authorized-keys-file.ts";
import { readSshTree } from "./config-tree.ts";
import type { SshSetting } from "./config-tree.ts";

const maxBytes = 4 << 20;
const maxFiles = 5000;
/** What sshd reads unless it is told otherwise, and a place that many administrators use. */
const usual = [".ssh/authorized_keys", ".ssh/authorized_keys2", "/etc/ssh/authorized_keys/%u"];
/** Whoever holds a key of this account's list may become any account that a certificate names. */
const everyAccount = "*";

const about = {
  id: "authorized-keys",
  title: "Authorized ssh keys",
  attack: ["T1098.004"],
  timeoutMs: 30_000,
  rootAdds: "the keys of root and of other users",
  platform: "any",
} as const;

interface KeyPlaces {
  /** Patterns with %h, %u, %U and %%, as in sshd_config(5). */
  readonly keys: readonly string[];
  readonly authorities: readonly string[];
  readonly principals: readonly string[];
  /** Programs that give further keys or names; they are never run. */
  readonly commands: readonly string[];
}

/** Where sshd looks for keys, also in Match blocks: each of them may let someone in. */
export function keyPlaces(settings: readonly Pick<SshSetting, "keyword" | "args" | "rest">[]): KeyPlaces {
  const values = (keyword: string): readonly string[] =>
    settings
      .filter((setting) => setting.keyword === keyword)
      .flatMap(({ args }) => args)
      .filter((value) => value.toLowerCase() !== "none");
  const commands = settings
    .filter(
      ({ keyword, rest }) => /^authorized(?:keys|principals)command$/.test(keyword) && !/^none$/i.test(rest),
    )
    .map(({ rest }) => rest);
  return {
    keys: values("authorizedkeysfile"),
    authorities: values("trustedusercakeys"),
    principals: values("authorizedprincipalsfile"),
    commands,
  };
}

/** Every authorized key of every account whose file may be read: who could come back without a password. */
export async function readAuthorizedKeys(sources: Sources): Promise<Reading<AuthorizedKey>> {
  const scribe = await scribeOf(about, sources);
  const places = await placesOf(scribe);
  for (const command of places.commands)
    scribe.miss(`sshd also asks a program for keys (AuthorizedKeysCommand ${command}), which was not run`);
  const found: AuthorizedKey[] = [];
  for (const [path, user] of await keyFiles(scribe, [...usual, ...places.keys]))
    found.push(...(await keysIn(scribe, path, user)));
  for (const pattern of new Set(places.authorities))
    found.push(...(await keysIn(scribe, pattern, everyAccount)).map(asAuthority));
  const { outcome, reason } = scribe.reading();
  return reason === undefined || outcome === "ok" ? read(found) : read(found, [reason]);
}

async function placesOf(scribe: Scribe): Promise<KeyPlaces> {
  const tree = { start: "/etc/ssh/sshd_config", base: "/etc/ssh", home: "/root" };
  const settings = [...(await readSshTree(scribe, tree))];
  // Not included on every system, and a line that includes it is quickly written.
  for (const path of await expandGlob(scribe.sources, "/etc/ssh/sshd_config.d/*"))
    settings.push(...(await readSshTree(scribe, { ...tree, start: path })));
  return keyPlaces(settings);
}

/** Paths with the account they let in, account by account; also files in a folder that are named after nobody known. */
async function keyFiles(scribe: Scribe, patterns: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const paths = new Map<string, string>();
  const add = (path: string, user: string): void => {
    if (paths.size >= maxFiles) scribe.miss(`only ${maxFiles} files of authorized keys were looked for`);
    else if (!paths.has(path)) paths.set(path, user);
  };
  for (const account of await accounts(scribe.sources))
    for (const pattern of new Set(patterns)) add(expand(pattern, account), account.user);
  for (const pattern of new Set(patterns)) {
    const folder = /^(\/[^%]*)\/%u$/.exec(pattern)?.[1];
    if (folder === undefined) continue;
    for (const name of await scribe.names(folder)) add(`${folder}/${name}`, name);
  }
  return paths;
}

async function keysIn(scribe: Scribe, path: string, user: string): Promise<readonly AuthorizedKey[]> {
  const file = await readFile(scribe.sources, path, maxBytes);
  if (!file.ok) {
    if (file.outcome !== "missing") scribe.miss(file.reason);
    return [];
  }
  if (!file.whole) scribe.miss(`${file.path}: only the first ${maxBytes} bytes were read`);
  const changed = modifiedAt(file.stat);
  const origin = { path: file.path, user, modifiedAt: changed, file: factsOf(file.stat) };
  const text = textOf(file.bytes);
  if (text.split("\n", maxKeyLines + 1).length > maxKeyLines)
    scribe.miss(`${file.path}: only the first ${maxKeyLines} lines were read`);
  const { redactor } = scribe.sources;
  return parseAuthorizedKeys(text, origin).map((key) => ({
    ...key,
    comment: key.kind === "key" ? key.comment : key.comment.replaceAll(setsVariable, withMark),
    options: key.options.map((option) => withoutValue(redactor, option)),
  }));

  function withMark(_: string, lead: string, name: string, value: string): string {
    return `${lead}${shownAssignment(redactor, name, value)}`;
  }
}

/** In a line that is no key, and stands there as it is. */
const setsVariable = /(environment="?)([A-Za-z_]\w{0,100})=([^"]*)/gi;

/** What `environment="NAME=value"` sets is kept as every other variable. */
function withoutValue(redactor: Redactor, option: KeyOption): KeyOption {
  const { name, value } = option;
  if (name.toLowerCase() !== "environment" || value === undefined) return option;
  const [one] = assignmentsIn(`"${value}"`);
  return one === undefined ? { name } : { name, value: shownAssignment(redactor, one.name, one.value) };
}

function asAuthority(key: AuthorizedKey): AuthorizedKey {
  return { ...key, options: [...key.options, { name: "cert-authority" }] };
}

/** A path on the examined host: relative patterns count from the account's home. */
function expand(pattern: string, account: Account): string {
  const path = pattern.replaceAll(/%([%huU])/g, (_, letter: string) =>
    letter === "%" ? "%" : letter === "h" ? account.home : letter === "U" ? `${account.uid}` : account.user,
  );
  return path.startsWith("/") ? path : `${account.home}/${path}`;
}

export const authorizedKeys = sourceOf(about, async (scribe) => {
  const { sources } = scribe;
  const { records, reason } = await sources.readings.get("authorizedKeys", sources);
  if (reason !== undefined) scribe.miss(reason);
  for (const key of records) addKey(scribe, key);
  const { principals } = await placesOf(scribe);
  for (const [path, user] of await keyFiles(scribe, principals)) await addPrincipals(scribe, path, user);
});

function addKey(scribe: Scribe, key: AuthorizedKey): void {
  const forced = key.options.filter(({ name }) => name === "command");
  scribe.add({
    kind: key.kind === "key" ? "item" : "unreadable",
    user: key.user,
    name: key.kind === "key" ? key.fingerprint : key.comment,
    trigger: "login",
    runs: forced.map(({ value }) => value ?? ""),
    sets: [
      ...key.options
        .filter(({ name }) => name !== "command")
        .map(({ name, value }) => (value === undefined ? name : `${name}="${value}"`)),
      ...(key.kind === "key" ? [`${key.type} ${key.comment}`.trimEnd()] : []),
    ],
    odd: [
      ...(key.hiding ? [hidesText] : []),
      ...(key.user === everyAccount ? ["signs certificates for every account"] : []),
    ],
    path: key.place.path,
    locator: key.place.locator,
    facts: key.file,
  });
}

/** Names that a certificate may carry to log in as the account, one a line, with options as in authorized_keys. */
async function addPrincipals(scribe: Scribe, path: string, user: string): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  for (const [i, raw] of textOf(file.bytes).split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const { options, rest } = parseOptions(line);
    const command = options.find(({ name }) => name === "command")?.value;
    scribe.add({
      user,
      name: `principal ${rest ?? line}`,
      trigger: "login with a certificate",
      runs: rest === undefined || command === undefined ? [] : [command],
      sets: rest === undefined ? [] : options.map(({ name }) => name),
      file,
      locator: `line ${i + 1}`,
    });
  }
}
