import type { Reading } from "../../../model/outcome.ts";
import type { ConfigWrite } from "../../../model/records.ts";
import { configWriteOf } from "../config-write.ts";
import { jsonColumn, number, text, time } from "../rows.ts";
import { query } from "../source.ts";
import type { Source } from "../source.ts";

/** Every write of the config that OpenClaw made or noticed, without the values. */
export function configWrites(source: Source): Reading<ConfigWrite> {
  return query<ConfigWrite>(source, {
    kind: "state",
    tables: ["diagnostic_events"],
    sql: "SELECT * FROM diagnostic_events WHERE scope = 'config-audit' ORDER BY sequence, event_key",
    map: (row, open) => {
      const locator = `diagnostic_events/${text(row, "event_key") ?? String(number(row, "sequence") ?? 0)}`;
      const place = { path: open.shown, locator };
      return configWriteOf(jsonColumn(row, "payload_json"), time(row, "created_at"), place);
    },
  });
}
