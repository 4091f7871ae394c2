import { type Ground, readFile, textOf } from "../files.ts";

/** The ids that the examined host has names for; absent where its tables could not be read. */
export interface Owners {
  readonly users?: ReadonlySet<number>;
  readonly groups?: ReadonlySet<number>;
}

const maxBytes = 16 << 20;

export async function ownersOf(ground: Ground): Promise<Owners> {
  const users = await idsIn(ground, "/etc/passwd");
  const groups = await idsIn(ground, "/etc/group");
  return { ...(users === undefined ? {} : { users }), ...(groups === undefined ? {} : { groups }) };
}

export function unknownOwners({ users, groups }: Owners): readonly string[] {
  if (users !== undefined && groups !== undefined) return [];
  return ["files without an owner could not be told: /etc/passwd or /etc/group could not be read"];
}

/** The numbers of passwd(5) and group(5) lines: in both the third field. */
async function idsIn(ground: Ground, path: string): Promise<ReadonlySet<number> | undefined> {
  const file = await readFile(ground, path, maxBytes);
  if (!file.ok || !file.whole) return undefined;
  const ids = new Set<number>();
  for (const line of textOf(file.bytes).split("\n")) {
    const id = line.split(":", 3)[2];
    if (id !== undefined && /^\d{1,10}$/.test(id)) ids.add(Number(id));
  }
  return ids;
}
