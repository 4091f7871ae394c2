import { join } from "node:path";
import type { Row } from "../../../host/sqlite.ts";
import type { MemoryEntry } from "../../../model/activity-records.ts";
import { num } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import { read } from "../../../model/outcome.ts";
import { present } from "../../present.ts";
import { text, time } from "../rows.ts";
import { query } from "../source.ts";
import type { OpenDatabase, Source } from "../source.ts";

/** `memory/<agent>.sqlite` (2026.1 to 2026.5): the index of the memory files, without who wrote what. */
export function memory(source: Source): Reading<MemoryEntry> {
  if (![...source.open, ...source.closed].some(({ kind }) => kind === "memory")) return read([]);
  return query<MemoryEntry>(source, {
    kind: "memory",
    tables: ["chunks"],
    sql: `SELECT id, path, source, start_line, end_line, hash, length(CAST(text AS BLOB)) AS bytes,
            substr(text, 1, 4096) AS head, updated_at FROM chunks ORDER BY path, start_line, id`,
    map: (row, open) => chunkOf(source, row, open),
  });
}

function chunkOf(source: Source, row: Row, open: OpenDatabase): MemoryEntry | undefined {
  const id = text(row, "id");
  const path = text(row, "path");
  if (id === undefined || path === undefined) return undefined;
  const hash = text(row, "hash");
  const { agents, target } = source.installation;
  const workspace = agents.find((agent) => agent.id === open.agent)?.workspace;
  const file =
    path.startsWith("/") || workspace === undefined ? path : target.toHost(join(workspace, join("/", path)));
  return {
    agent: open.agent,
    subject: `${file}:${num(row["start_line"]) ?? 0}-${num(row["end_line"]) ?? 0}`,
    origin: "unknown",
    ...present({
      observedAt: time(row, "updated_at"),
      bytes: num(row["bytes"]),
      sha256: hash !== undefined && /^[0-9a-f]{64}$/.test(hash) ? hash : undefined,
      text: text(row, "head"),
    }),
    ...(open.leftover === true ? { leftover: true as const } : {}),
    place: { path: open.shown, locator: `chunks/${id}` },
  };
}
