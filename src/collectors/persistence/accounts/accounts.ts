import { accountTimeText, adminGroups, groupsText, rootTwin } from "../../../model/account-facts.ts";
import { textOf } from "../../files.ts";
import { type SourceFile } from "../item.ts";
import { type Scribe, sourceOf, wholeText } from "../scribe.ts";
import {
  type GroupLine,
  maxAccounts,
  parseAccounts,
  parseGroups,
  parseShadow,
  parseSubIds,
  type PasswdLine,
  type ShadowLine,
} from "./passwd.ts";

const maxBytes = 2 << 20;
const maxTwins = 5;
const maxGroups = 50;
const noLogin = /\/(?:nologin|false|sync|shutdown|halt|true)$/;
/** Debian gives these service accounts a shell on purpose: their administrators change to them. */
const withShell = /^(?:postgres|git|gitea|forgejo|gitlab-psql|nobody\d*|_postgres)$/;

interface Facts {
  readonly passwd: SourceFile;
  readonly accounts: readonly PasswdLine[];
  /** Names by user number. */
  readonly byUid: ReadonlyMap<number, readonly string[]>;
  readonly shadow: ReadonlyMap<string, ShadowLine>;
  readonly groups: readonly GroupLine[];
  /** Names of groups by their number and by their members. */
  readonly byGid: ReadonlyMap<number, readonly string[]>;
  readonly byMember: ReadonlyMap<string, readonly string[]>;
  readonly subIds: ReadonlyMap<string, string>;
}

export const accounts = sourceOf(
  {
    id: "accounts",
    title: "Users and groups",
    attack: ["T1136.001", "T1078.003", "T1098.007"],
    timeoutMs: 30_000,
    rootAdds: "which accounts have a password, and when it was changed last",
    platform: "linux",
  },
  async (scribe) => {
    const passwd = await scribe.file("/etc/passwd", maxBytes);
    if (passwd === undefined) {
      scribe.absent("there is no /etc/passwd");
      return;
    }
    const { accounts: found, bad } = parseAccounts(wholeText(scribe, passwd));
    if (found.length >= maxAccounts)
      scribe.miss(`only the first ${maxAccounts} accounts of /etc/passwd were read`);
    const groups = await lines(scribe, "/etc/group", parseGroups);
    const facts: Facts = {
      passwd,
      accounts: found,
      byUid: namesBy(found),
      shadow: new Map((await lines(scribe, "/etc/shadow", parseShadow)).map((one) => [one.user, one])),
      groups,
      byGid: new Map(
        [...Map.groupBy(groups, ({ gid }) => gid)].map(([gid, of]) => [gid, of.map(({ group }) => group)]),
      ),
      byMember: groupsByMember(groups),
      subIds: new Map([
        ...(await lines(scribe, "/etc/subuid", (text) => [...parseSubIds(text)])),
        ...(await lines(scribe, "/etc/subgid", (text) => [...parseSubIds(text)])),
      ]),
    };
    for (const account of found) await addAccount(scribe, facts, account);
    for (const { text, line } of bad) {
      const directory = text.startsWith("+") || text.startsWith("-");
      scribe.add({
        kind: directory ? "item" : "unreadable",
        name: directory ? text : "a line that is no account",
        file: passwd,
        locator: `line ${line}`,
        sets: directory ? [] : [text],
        odd: directory ? ["takes accounts from a directory service (NIS)"] : [],
      });
    }
    addGroups(scribe, facts);
  },
);

function groupsByMember(groups: readonly GroupLine[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { group, members } of groups) {
    for (const member of members) {
      const list = found.get(member) ?? [];
      found.set(member, list);
      if (list.length < maxGroups) list.push(group);
    }
  }
  return found;
}

function namesBy(all: readonly PasswdLine[]): ReadonlyMap<number, readonly string[]> {
  return new Map(
    [...Map.groupBy(all, ({ uid }) => uid)].map(([uid, of]) => [uid, of.map(({ user }) => user)]),
  );
}

async function lines<T>(
  scribe: Scribe,
  path: string,
  parse: (text: string) => readonly T[],
): Promise<readonly T[]> {
  const file = await scribe.file(path, maxBytes);
  return file === undefined ? [] : parse(textOf(file.bytes));
}

/** When the home folder of an account of a person was made. */
async function homeMade(scribe: Scribe, { uid, home }: PasswdLine): Promise<string | undefined> {
  const stat = uid >= 1000 && uid < 60_000 && home.startsWith("/") ? await scribe.stat(home) : undefined;
  return stat !== undefined && stat.birthtimeMs > 0 ? new Date(stat.birthtimeMs).toISOString() : undefined;
}

async function addAccount(scribe: Scribe, facts: Facts, account: PasswdLine): Promise<void> {
  const { user, uid, home, shell } = account;
  const shadow = facts.shadow.get(user);
  const primary = facts.byGid.get(account.gid) ?? [];
  const groups = [...new Set([...(facts.byMember.get(user) ?? []), ...primary])].slice(0, maxGroups);
  const made = await homeMade(scribe, account);
  const subIds = facts.subIds.get(user);
  scribe.add({
    name: user,
    user,
    file: facts.passwd,
    locator: `line ${account.line}`,
    trigger: "login",
    enabled: !noLogin.test(shell),
    runs: shell === "" ? [] : [shell],
    sets: [
      `uid=${uid}`,
      `home=${home}`,
      ...(groups.length === 0 ? [] : [groupsText(groups)]),
      ...(subIds === undefined ? [] : [`subordinate ids ${subIds}`]),
      ...(shadow === undefined ? [] : [`password ${shadow.password}`]),
      ...(shadow?.changedAt === undefined ? [] : [accountTimeText("passwordChanged", shadow.changedAt)]),
      ...(made === undefined ? [] : [accountTimeText("homeMade", made)]),
    ],
    odd: oddOf(facts, account, shadow),
  });
}

function oddOf({ byUid }: Facts, account: PasswdLine, shadow: ShadowLine | undefined): readonly string[] {
  const { user, uid, password } = account;
  const twins = (byUid.get(uid) ?? []).filter((other) => other !== user).slice(0, maxTwins);
  return [
    ...(uid === 0 && user !== "root" ? [rootTwin] : []),
    ...(uid !== 0 && twins.length > 0 ? [`shares its user number with ${twins.join(", ")}`] : []),
    ...(isService(account) ? ["a service account with a login shell"] : []),
    ...(password === "none" || shadow?.password === "none" ? ["no password is asked for"] : []),
    ...(password === "here" ? ["its password's hash stands in /etc/passwd, where everybody reads it"] : []),
  ];
}

/** A service account that somebody can log in to, other than those that are meant to be used so. */
function isService({ user, uid, shell }: PasswdLine): boolean {
  return uid > 0 && uid < 1000 && !noLogin.test(shell) && !withShell.test(user);
}

/** The groups that make an administrator, with who is in them, also by primary group. */
function addGroups(scribe: Scribe, { groups, accounts: all }: Facts): void {
  for (const { group, gid, members, line } of groups) {
    if (!adminGroups.has(group) && gid !== 0) continue;
    const primary = all.filter((account) => account.gid === gid).map(({ user }) => user);
    scribe.add({
      name: `group ${group}`,
      path: "/etc/group",
      locator: `line ${line}`,
      attack: ["T1098.007"],
      sets: [...new Set([...members, ...primary])].map((user) => `member ${user}`),
      odd: gid === 0 && group !== "root" && group !== "wheel" ? ["has the group number of root"] : [],
    });
  }
}
