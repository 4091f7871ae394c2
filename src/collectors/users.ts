/** The accounts of the examined host, from its /etc/passwd. */
import { type Ground, readFile, textOf } from "./files.ts";

export interface Account {
  readonly user: string;
  readonly uid: number;
  /** Path on the examined host. */
  readonly home: string;
}

const maxAccounts = 500;

/** Accounts with a home folder, the examined home's own first. Without a readable /etc/passwd it is the only one. */
export async function accounts(ground: Ground): Promise<readonly Account[]> {
  const own = ground.target.toHost(ground.target.home);
  const file = await readFile(ground, "/etc/passwd", 1 << 20);
  const listed = file.ok ? parsePasswd(textOf(file.bytes)) : [];
  const named = listed.find((account) => account.home === own);
  const first = named ?? { user: own.slice(own.lastIndexOf("/") + 1) || "root", uid: -1, home: own };
  const others = listed.filter((account) => account.home !== own && account.home !== "/");
  const distinct = [...new Map([first, ...others].map((account) => [account.home, account])).values()];
  return distinct.slice(0, maxAccounts);
}

/** Lines of passwd(5); what is none is left out. */
export function parsePasswd(text: string): readonly Account[] {
  const found: Account[] = [];
  for (const line of text.split("\n")) {
    const [user, , uid, , , home] = line.split(":");
    if (user === undefined || uid === undefined || home === undefined) continue;
    if (user === "" || !/^\d{1,10}$/.test(uid) || !home.startsWith("/")) continue;
    found.push({ user, uid: Number(uid), home });
  }
  return found;
}
