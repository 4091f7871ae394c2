import { isAbsolute, join } from "node:path";
import type { Db, Host } from "../host/host.ts";
import { codeOf, messageOf } from "../model/errors.ts";
import { str } from "../model/json.ts";
import { openCopy } from "./database.ts";
import { findOlderDatabases } from "./layouts/files/databases.ts";
import type { ClosedDatabase, DatabaseKind, OpenDatabase } from "./layouts/source.ts";
import { isKnownVersion, knownVersions } from "./layouts/versions.ts";
import { present } from "./present.ts";
import type { DatabasePlace, Installation } from "./types.ts";
import { isInside } from "./view.ts";
import type { FileView } from "./view.ts";

type Kind = "state" | "agent";

export interface Copies {
  readonly open: readonly OpenDatabase[];
  readonly closed: readonly ClosedDatabase[];
}

/** Copies the wanted databases into `folder`, one sub-folder each, and opens the copies. */
export async function openCopies(
  host: Host,
  view: FileView,
  installation: Installation,
  folder: string,
  only: readonly Kind[],
): Promise<Copies> {
  const open: OpenDatabase[] = [];
  const closed: ClosedDatabase[] = unwanted(only);
  const places = installation.databases.filter((place) => isWanted(place, only));
  const older = await findOlderDatabases(view, installation);
  const wanted = [
    ...places.map((place) => ({
      ...place,
      kind: place.kind === "agent" ? ("agent" as const) : ("state" as const),
    })),
    // The ledger of tasks went into the state database, the index of memory into each agent's.
    ...older.filter(({ kind }) => only.includes(kind === "tasks" ? "state" : "agent")),
  ];
  for (const place of wanted) await openOne(host, view, installation, folder, place, { open, closed });
  if (only.includes("agent")) {
    for (const place of registered(installation, open))
      await openOne(host, view, installation, folder, place, { open, closed });
  }
  return { open, closed };
}

function isWanted(place: DatabasePlace, only: readonly Kind[]): boolean {
  return place.kind !== "other" && only.includes(place.kind);
}

function unwanted(only: readonly Kind[]): ClosedDatabase[] {
  return (["state", "agent"] as const)
    .filter((kind) => !only.includes(kind))
    .map((kind) => ({
      kind,
      agent: "",
      shown: "",
      outcome: "missing",
      reason: `the ${kind} databases were not opened in this run`,
    }));
}

interface ToOpen {
  readonly kind: DatabaseKind;
  readonly agent?: string;
  readonly path: string;
  readonly wal?: string;
  readonly leftover?: true;
}

interface Sink {
  readonly open: OpenDatabase[];
  readonly closed: ClosedDatabase[];
}

async function openOne(
  host: Host,
  view: FileView,
  installation: Installation,
  folder: string,
  place: ToOpen,
  into: Sink,
): Promise<void> {
  const { kind } = place;
  const shown = installation.target.toHost(place.path);
  const base = { kind, agent: place.agent ?? "", shown };
  const own = join(folder, `db-${into.open.length + into.closed.length}`);
  try {
    await host.fs.mkdir(own);
    const opened = await openCopy(host, view, { path: place.path, wal: place.wal, shown, folder: own });
    if (!opened.ok) {
      into.closed.push({ ...base, outcome: opened.outcome, reason: opened.reason });
      return;
    }
    const tables = new Set(
      opened.db
        .all("SELECT name FROM sqlite_master WHERE type = 'table'")
        .flatMap((row) => str(row["name"]) ?? []),
    );
    const { db, version } = opened;
    const notes = [...opened.notes, ...versionNotes(kind, shown, version)];
    const left = place.leftover === true ? { leftover: true as const } : {};
    into.open.push({ ...base, db, tables, version, ...writerOf(installation, db, tables), ...left, notes });
  } catch (error) {
    if (codeOf(error) === "cancelled") throw error;
    into.closed.push({
      ...base,
      outcome: "error",
      reason: `${shown} could not be copied: ${messageOf(error)}`,
    });
  }
}

/** 2026.6 and 2026.7 leave the column empty: what the config says stands in for it. */
function writerOf(
  { version }: Installation,
  db: Db,
  tables: ReadonlySet<string>,
): { readonly writer?: string } {
  if (!tables.has("schema_meta")) return present({ writer: version });
  try {
    const rows = db.all("SELECT app_version AS v FROM schema_meta WHERE meta_key = 'primary'");
    return present({ writer: str(rows[0]?.["v"]) ?? version });
  } catch {
    return {};
  }
}

function versionNotes(kind: DatabaseKind, shown: string, version: number): readonly string[] {
  const known = knownVersions[kind];
  if (isKnownVersion(kind, version)) return [];
  const age = version > known ? "newer" : "older";
  return [`${shown} has schema version ${version}, ${age} than the ${known} its readers were made for`];
}

/** Agent databases that the state database names and the folders do not show, such as those of a removed agent. */
function registered(installation: Installation, open: readonly OpenDatabase[]): readonly ToOpen[] {
  const { target } = installation;
  const known = new Set(installation.databases.map((place) => place.path));
  const state = open.find((one) => one.kind === "state" && one.tables.has("agent_databases"));
  if (state === undefined) return [];
  try {
    return state.db.all("SELECT agent_id, path FROM agent_databases LIMIT 200").flatMap((row) => {
      const named = str(row["path"]);
      if (named === undefined) return [];
      const path = isAbsolute(named) ? target.toReal(named) : join(target.stateDir, join("/", named));
      const followed = target.live || target.root !== "/" || isInside(path, target.stateDir);
      if (known.has(path) || !followed) return [];
      return [{ kind: "agent" as const, agent: str(row["agent_id"]) ?? "unknown", path }];
    });
  } catch {
    return [];
  }
}
