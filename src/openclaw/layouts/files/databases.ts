import { join } from "node:path";
import type { Installation } from "../../types.ts";
import type { FileView } from "../../view.ts";

/** A database that 2026.3 to 2026.7 had beside its files, or what a migration left of it. */
export interface OlderDatabase {
  readonly kind: "tasks" | "memory";
  readonly agent?: string;
  /** Real path. */
  readonly path: string;
  readonly wal?: string;
  readonly leftover?: true;
}

const maxDatabases = 100;
const named = /^([\w.-]{1,100}?)\.sqlite(\.migrated[\w.:-]{0,120})?$/;

/**
 * `tasks/runs.sqlite`, `flows/registry.sqlite` and `memory/<agent>.sqlite`. A migration puts ".migrated" behind the name of the
 * database as of its -wal, which after a clean stop may hold all that there is.
 */
export async function findOlderDatabases(
  view: FileView,
  { target }: Installation,
): Promise<readonly OlderDatabase[]> {
  const found: OlderDatabase[] = [];
  for (const folder of ["tasks", "flows", "memory"]) {
    const dir = join(target.stateDir, folder);
    for (const { name, kind } of await view.list(dir).catch(() => [])) {
      const match = kind === "dir" ? null : named.exec(name);
      if (match === null || /\.(?:lock|reindex-lock)$/.test(match[1] ?? "")) continue;
      if (found.length >= maxDatabases) return found;
      const [, base = "", ending] = match;
      found.push({
        ...(folder === "memory" ? { kind: "memory", agent: base } : { kind: "tasks" }),
        path: join(dir, name),
        ...(ending === undefined
          ? {}
          : { wal: join(dir, `${base}.sqlite-wal${ending}`), leftover: true as const }),
      });
    }
  }
  return found;
}
