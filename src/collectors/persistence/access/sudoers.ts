import { noPasswordText } from "../../../model/persistence.ts";
import { textOf } from "../../files.ts";
import { accounts } from "../../users.ts";
import { sourceOf } from "../scribe.ts";
import type { SourceFile } from "../item.ts";
import type { Scribe } from "../scribe.ts";
import { groupsOf } from "./groups.ts";
import { oddDefaults } from "./sudo-defaults.ts";
import { coversAccount, userAliases } from "./sudo-covers.ts";
import type { SudoAccount } from "./sudo-covers.ts";
import { parseSudoers } from "./sudoers-file.ts";
import type { SudoEntry } from "./sudoers-file.ts";

const starts = ["/etc/sudoers", "/usr/local/etc/sudoers"];
const maxFiles = 256;
/** As sudo's own limit. */
const maxDepth = 128;

interface Placed {
  readonly entry: SudoEntry;
  readonly file: SourceFile;
  readonly enabled: boolean;
}

/** Who may become whom, and what sudo keeps of their environment. */
export const sudoers = sourceOf(
  {
    id: "sudoers",
    title: "Rules of sudo",
    attack: ["T1548.003"],
    timeoutMs: 30_000,
    rootAdds: "/etc/sudoers, which only root may read",
    platform: "any",
  },
  async (scribe) => {
    const placed: Placed[] = [];
    const seen = new Set<string>();
    for (const path of starts) await readStart(scribe, path, placed, seen);
    const [account] = await accounts(scribe.sources);
    const known: SudoAccount | undefined =
      account === undefined ? undefined : { ...account, groups: await groupsOf(scribe, account.user) };
    const aliases = userAliases(placed.map(({ entry }) => entry));
    for (const one of placed) add(scribe, one, known, aliases);
    await addConf(scribe);
  },
);

/** Where the file itself may not be read, as a rule without root, some of the folder that it includes still may. */
async function readStart(scribe: Scribe, path: string, placed: Placed[], seen: Set<string>): Promise<void> {
  if (await readInto(scribe, path, true, 0, placed, seen)) return;
  const isThere = (await scribe.names(folderOf(path))).includes("sudoers");
  for (const [inner, counts] of await included(scribe, `${path}.d`, true))
    await readInto(scribe, inner, isThere && counts, 1, placed, seen);
}

/** Whether the file could be read. */
async function readInto(
  scribe: Scribe,
  path: string,
  enabled: boolean,
  depth: number,
  placed: Placed[],
  seen: Set<string>,
): Promise<boolean> {
  if (seen.has(path)) return true;
  if (seen.size >= maxFiles || depth > maxDepth) {
    scribe.miss(`sudoers includes more than is read: ${maxFiles} files`);
    return false;
  }
  seen.add(path);
  const file = await scribe.file(path);
  if (file === undefined) return false;
  for (const entry of parseSudoers(textOf(file.bytes))) {
    placed.push({ entry, file, enabled });
    if (entry.kind !== "include") continue;
    const target = entry.path.startsWith("/") ? entry.path : `${folderOf(path)}/${entry.path}`;
    for (const [inner, counts] of await included(scribe, target, entry.folder))
      await readInto(scribe, inner, enabled && counts, depth + 1, placed, seen);
  }
  return true;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** Files, and whether sudo reads them: of a folder it passes over names with a dot and backup copies. */
async function included(
  scribe: Scribe,
  target: string,
  folder: boolean,
): Promise<readonly (readonly [path: string, counts: boolean])[]> {
  if (!folder) return [[target, true]];
  const names = await scribe.names(target);
  return names.map((name) => [`${target}/${name}`, !name.includes(".") && !name.endsWith("~")] as const);
}

function add(
  scribe: Scribe,
  { entry, file, enabled }: Placed,
  account: SudoAccount | undefined,
  aliases: ReadonlyMap<string, readonly string[]>,
): void {
  const draft = { file, locator: `line ${entry.line}`, enabled, trigger: "sudo" };
  if (entry.kind === "unreadable") scribe.add({ ...draft, kind: "unreadable", name: entry.text });
  else if (entry.kind === "alias")
    scribe.add({ ...draft, name: `${entry.of} alias ${entry.name}`, sets: [entry.members.join(", ")] });
  else if (entry.kind === "defaults")
    scribe.add({
      ...draft,
      name: `Defaults${entry.scope}`,
      sets: entry.settings,
      odd: [...entry.settings.flatMap(oddDefaults), ...unasked(entry, account, aliases)],
    });
  else if (entry.kind === "rule") {
    const open = entry.grants.some(({ tags }) => tags.includes("NOPASSWD"));
    const covers = account !== undefined && coversAccount(entry.users, account, aliases);
    scribe.add({
      ...draft,
      name: entry.users.join(", "),
      ...(entry.users.length === 1 ? { user: entry.users[0] } : {}),
      runs: entry.grants.map(({ runas, tags, command }) =>
        [
          ...(runas === "" ? [] : [`(${runas})`]),
          ...tags.map((tag) => (tag.includes("=") ? tag : `${tag}:`)),
          command,
        ].join(" "),
      ),
      odd: [...(open ? ["asks for no password"] : []), ...(open && covers ? [noPasswordText] : [])],
    });
  }
}

/** "!authenticate" for everybody, or for a list of users with the account in it. */
function unasked(
  { scope, settings }: SudoEntry & { readonly kind: "defaults" },
  account: SudoAccount | undefined,
  aliases: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  if (!settings.includes("!authenticate") || account === undefined) return [];
  const covers =
    scope === "" || (scope.startsWith(":") && coversAccount(scope.slice(1).split(","), account, aliases));
  return covers ? [noPasswordText] : [];
}

/** Plugins that sudo loads as root, and the program that asks for the password. */
async function addConf(scribe: Scribe): Promise<void> {
  const file = await scribe.file("/etc/sudo.conf");
  if (file === undefined) return;
  for (const [i, raw] of textOf(file.bytes).split("\n", 10_000).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const own = /^(?:Plugin[ \t]+\S+|Path[ \t]+\w+)[ \t]+(?:\/(?!usr\/lib)|\S*\.\.)/.test(line);
    const odd = own ? ["loads or runs a file outside of sudo's own folder"] : [];
    scribe.add({
      name: line.split(/[ \t]/)[0] ?? "",
      trigger: "sudo",
      sets: [line],
      odd,
      file,
      locator: `line ${i + 1}`,
    });
  }
}
