import type { Operation } from "../../../model/activity-records.ts";
import { num } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import { read } from "../../../model/outcome.ts";
import { text, time } from "../rows.ts";
import { combine, query } from "../source.ts";
import type { Source } from "../source.ts";

/** A session's watermark is first set a few seconds after the session began; later ones are rewrites. */
const settlingMs = 60_000;

/**
 * Transcripts that were written anew (forks, rewinds and repairs do that, and so does somebody who removes events), and those
 * with holes in their numbering, which OpenClaw itself does not make.
 */
export function rewrites(source: Source): Reading<Operation> {
  return combine([watermarks(source), holes(source)]);
}

function watermarks(source: Source): Reading<Operation> {
  return query<Operation>(source, {
    kind: "agent",
    tables: ["transcript_rewrite_watermarks", "session_windows"],
    sql: `SELECT r.session_id, r.generation, r.updated_at, w.created_at FROM transcript_rewrite_watermarks r
            LEFT JOIN session_windows w ON w.session_id = r.session_id ORDER BY r.updated_at, r.session_id`,
    map: (row, open) => {
      const id = text(row, "session_id");
      const at = time(row, "updated_at");
      if (id === undefined || at === undefined) return undefined;
      const began = num(row["created_at"]);
      const rewritten = began === undefined || (num(row["updated_at"]) ?? 0) - began > settlingMs;
      if (!rewritten) return [];
      return {
        kind: "transcript-rewrite",
        at,
        status: "rewritten",
        detail: `the transcript of session ${id} was written anew`,
        place: { path: open.shown, locator: `transcript_rewrite_watermarks/${id}` },
      };
    },
  });
}

function holes(source: Source): Reading<Operation> {
  const found = query<Operation>(source, {
    kind: "agent",
    tables: ["transcript_events"],
    sql: `SELECT session_id, min(seq) AS first, max(seq) AS last, count(*) AS n, max(created_at) AS at FROM transcript_events
           GROUP BY session_id HAVING max(seq) - min(seq) + 1 <> count(*) ORDER BY session_id`,
    map: (row, open) => {
      const id = text(row, "session_id");
      const at = time(row, "at");
      if (id === undefined || at === undefined) return undefined;
      const missing = (num(row["last"]) ?? 0) - (num(row["first"]) ?? 0) + 1 - (num(row["n"]) ?? 0);
      return {
        kind: "transcript-rewrite",
        at,
        status: "events missing",
        detail: `${missing} events are missing inside the transcript of session ${id}`,
        place: { path: open.shown, locator: `transcript_events/${id}` },
      };
    },
  });
  return found.outcome === "missing" ? read(found.records) : found;
}
