/** Whether a list of users in sudoers means a certain account. */
import type { SudoEntry } from "./sudoers-file.ts";

export interface SudoAccount {
  readonly user: string;
  readonly uid: number;
  readonly groups: ReadonlySet<string>;
}

const maxDepth = 16;

/** The last entry that fits decides; "!" takes an account out again. Aliases are followed, loops end. */
export function coversAccount(
  members: readonly string[],
  account: SudoAccount,
  aliases: ReadonlyMap<string, readonly string[]>,
  depth = 0,
): boolean {
  let covered = false;
  for (const written of members) {
    const bare = written.replace(/^[! \t]+/, "");
    const negated = (written.match(/^[! \t]+/)?.[0].replaceAll(/[^!]/g, "").length ?? 0) % 2 === 1;
    const named = aliases.get(bare);
    const fits =
      named !== undefined && depth < maxDepth
        ? coversAccount(named, account, aliases, depth + 1)
        : isMember(bare, account);
    if (fits) covered = !negated;
  }
  return covered;
}

function isMember(member: string, { user, uid, groups }: SudoAccount): boolean {
  const bare = member.replaceAll('"', "").replaceAll(/\\(.)/g, "$1");
  if (bare === "ALL" || bare === user || bare === `#${uid}`) return true;
  return bare.startsWith("%") && groups.has(bare.slice(1));
}

export function userAliases(entries: readonly SudoEntry[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    entries.flatMap((entry) =>
      entry.kind === "alias" && entry.of === "user" ? [[entry.name, entry.members]] : [],
    ),
  );
}
