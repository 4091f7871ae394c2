/** passwd(5), group(5), shadow(5) and subuid(5), of which the last but one without its hashes. */
export interface PasswdLine {
  readonly user: string;
  readonly password: "shadow" | "none" | "locked" | "here";
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
  /** From 1. */
  readonly line: number;
}

export interface BadLine {
  readonly text: string;
  readonly line: number;
}

/** More than any host that an agent works on has. */
export const maxAccounts = 5000;
const maxLines = maxAccounts;
const number = /^\d{1,10}$/;

/** Every line that is an account, and those that are none and no comment. */
export function parseAccounts(text: string): {
  readonly accounts: readonly PasswdLine[];
  readonly bad: readonly BadLine[];
} {
  const accounts: PasswdLine[] = [];
  const bad: BadLine[] = [];
  for (const [i, raw] of text.split("\n").slice(0, maxLines).entries()) {
    if (raw.trim() === "" || raw.startsWith("#")) continue;
    const account = accountOf(raw, i + 1);
    if (account === undefined) bad.push({ text: raw, line: i + 1 });
    else accounts.push(account);
  }
  return { accounts, bad };
}

function accountOf(text: string, line: number): PasswdLine | undefined {
  const [user = "", password = "", uid = "", gid = "", , home, shell] = text.split(":");
  if (user === "" || home === undefined || shell === undefined) return undefined;
  if (!number.test(uid) || !number.test(gid)) return undefined;
  const ids = { uid: Number(uid), gid: Number(gid) };
  return { user, password: passwordOf(password), ...ids, home, shell: shell.trim(), line };
}

function passwordOf(field: string): PasswdLine["password"] {
  if (field === "x") return "shadow";
  if (field === "") return "none";
  return field.startsWith("*") || field.startsWith("!") ? "locked" : "here";
}

export interface ShadowLine {
  readonly user: string;
  readonly password: "set" | "none" | "locked";
  /** The day, as ISO 8601. */
  readonly changedAt?: string;
}

/** No hash leaves this function. */
export function parseShadow(text: string): readonly ShadowLine[] {
  const found: ShadowLine[] = [];
  for (const line of text.split("\n").slice(0, maxLines)) {
    const [user = "", hash, day = ""] = line.split(":");
    if (user === "" || hash === undefined || line.startsWith("#")) continue;
    const password = hash === "" ? "none" : /^[!*]/.test(hash) ? "locked" : "set";
    const days = /^\d{1,6}$/.test(day) && day !== "0" ? Number(day) : undefined;
    const changed = days === undefined ? {} : { changedAt: new Date(days * 86_400_000).toISOString() };
    found.push({ user, password, ...changed });
  }
  return found;
}

export interface GroupLine {
  readonly group: string;
  readonly gid: number;
  readonly members: readonly string[];
  readonly line: number;
}

export function parseGroups(text: string): readonly GroupLine[] {
  const found: GroupLine[] = [];
  for (const [i, line] of text.split("\n").slice(0, maxLines).entries()) {
    const [group = "", , gid = "", members = ""] = line.split(":");
    if (group === "" || !number.test(gid)) continue;
    const names = members.split(",").map((name) => name.trim());
    found.push({ group, gid: Number(gid), members: names.filter((name) => name !== ""), line: i + 1 });
  }
  return found;
}

/** User → "start:count", of subuid and subgid alike. */
export function parseSubIds(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split("\n").slice(0, maxLines)) {
    const [user = "", start = "", count = ""] = line.split(":");
    if (user !== "" && number.test(start) && number.test(count.trim()))
      found.set(user, `${start}:${count.trim()}`);
  }
  return found;
}
