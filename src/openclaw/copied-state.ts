/** What in a copied state still points at the host it was copied from. */
import { join } from "node:path";
import type { Db, Host } from "../host/host.ts";
import { isDict, str } from "../model/json.ts";
import { parseEnvFile } from "./credentials/env-file.ts";
import { type SecretRef, secretRefOf, showRef } from "./refs.ts";
import type { Installation } from "./types.ts";
import { readLocks } from "./lock.ts";
import { viewOf } from "./view.ts";
import type { ConfigPath } from "./write/config-path.ts";

export interface ConfigPlace {
  readonly path: ConfigPath;
  /** What stands there, without any secret: "exec:op:vault/item". */
  readonly shown: string;
}

export interface ConfigRefs {
  /** Paths of the old host, and where they lead in the copy. */
  readonly moved: readonly { readonly path: ConfigPath; readonly to: string }[];
  /** Secrets that a program or the environment would have to tell. */
  readonly outside: readonly ConfigPlace[];
  /** Names of `${NAME}` inside texts. */
  readonly variables: readonly string[];
}

const maxDepth = 60;

/**
 * `move` gives the place of an absolute path in the copy, or undefined where it stays as it is; `known` are the variables
 * that the copy itself holds.
 */
export function configRefs(
  config: unknown,
  move: (path: string) => string | undefined,
  known: ReadonlySet<string>,
): ConfigRefs {
  const moved: { path: ConfigPath; to: string }[] = [];
  const outside: ConfigPlace[] = [];
  const variables = new Set<string>();
  for (const { path, value } of leavesOf(config, [])) {
    if (typeof value === "string") {
      const to = value.startsWith("/") ? move(value) : undefined;
      if (to !== undefined) moved.push({ path, to });
      for (const name of variablesIn(value)) if (!known.has(name)) variables.add(name);
      continue;
    }
    const ref = secretRefOf(value);
    if (ref !== undefined && isOutside(ref, known)) outside.push({ path, shown: showRef(ref) });
  }
  return { moved, outside, variables: [...variables].sort() };
}

function isOutside({ source, id }: SecretRef, known: ReadonlySet<string>): boolean {
  return source === "exec" || (source === "env" && !known.has(id));
}

/** Texts and SecretRefs. */
function* leavesOf(
  value: unknown,
  path: ConfigPath,
): Generator<{ readonly path: ConfigPath; readonly value: unknown }> {
  if (path.length > maxDepth) return;
  if (typeof value === "string" || secretRefOf(value) !== undefined) yield { path, value };
  else if (Array.isArray(value) || isDict(value))
    for (const [key, item] of Object.entries(value)) yield* leavesOf(item, [...path, key]);
}

/** `${NAME}` stands for a variable, `$${NAME}` for itself. */
function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(/(?<!\$)\$\{([A-Z_][A-Z0-9_]{0,127})\}/g)].map(([, name = ""]) => name);
}

/** Variables that OpenClaw reads from files of the state. */
export async function namesInEnvFiles(
  host: Host,
  { target }: Pick<Installation, "target">,
): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (const file of [".env", "gateway.systemd.env"]) {
    const text = await viewOf(host, target)
      .readText(join(target.stateDir, file), 1024 * 1024)
      .catch(() => "");
    for (const { name } of parseEnvFile(text)) names.add(name);
  }
  return names;
}

/**
 * Makes the copy its own: locks and leases of the gateway that ran when it was taken go (that one may still run), and agents'
 * databases outside the state dir are looked for where `move` says. `agent_databases.path` is absolute for those alone.
 */
export async function ownCopy(
  host: Host,
  { databases, target }: Pick<Installation, "databases" | "target">,
  move: (path: string) => string | undefined,
): Promise<void> {
  const { locks, unreadable } = await readLocks(viewOf(host, target), target.stateDir);
  for (const file of [...locks.map((lock) => lock.file), ...unreadable]) await host.fs.remove(file);
  const place = databases.find(({ kind }) => kind === "state");
  if (place === undefined) return;
  const db = await host.sqlite.open(place.path);
  try {
    const tables = new Set(
      db.all("SELECT name FROM sqlite_schema WHERE type = 'table'").map(({ name }) => name),
    );
    for (const table of ["state_leases", "agent_database_leases"])
      if (tables.has(table)) db.run(`DELETE FROM ${table}`);
    if (tables.has("agent_databases")) moveAgents(db, move);
  } finally {
    db.close();
  }
}

function moveAgents(db: Db, move: (path: string) => string | undefined): void {
  for (const { path } of db.all("SELECT DISTINCT path FROM agent_databases WHERE path LIKE '/%'")) {
    const from = str(path) ?? "";
    const to = move(from);
    if (to !== undefined) db.run("UPDATE agent_databases SET path = ? WHERE path = ?", to, from);
  }
}
