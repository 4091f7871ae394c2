import { num, str, strings } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { ConfigWrite } from "../../../model/records.ts";
import { present } from "../../present.ts";
import { jsonColumn, number, text, time, timeOf } from "../rows.ts";
import { query } from "../source.ts";
import type { Source } from "../source.ts";

/** Every write of the config that OpenClaw made or noticed, without the values. */
export function configWrites(source: Source): Reading<ConfigWrite> {
  return query<ConfigWrite>(source, {
    kind: "state",
    tables: ["diagnostic_events"],
    sql: "SELECT * FROM diagnostic_events WHERE scope = 'config-audit' ORDER BY sequence, event_key",
    map: (row, open) => {
      const payload = jsonColumn(row, "payload_json");
      const at = timeOf(payload["ts"]) ?? time(row, "created_at");
      if (at === undefined) return undefined;
      const argv = strings(payload["argv"]);
      return {
        at,
        event: str(payload["event"]) ?? "unknown",
        changedPaths: strings(payload["changedPaths"]),
        suspicious: strings(payload["suspicious"]),
        ...present({
          origin: str(payload["origin"]),
          argv: argv.length === 0 ? undefined : argv,
          pid: num(payload["pid"]),
          nextHash: str(payload["nextHash"]),
        }),
        place: {
          path: open.shown,
          locator: `diagnostic_events/${text(row, "event_key") ?? String(number(row, "sequence") ?? 0)}`,
        },
      };
    },
  });
}
