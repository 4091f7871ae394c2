import type { Reading } from "../../../model/outcome.ts";
import type { GatewayBoot } from "../../../model/records.ts";
import { present } from "../../present.ts";
import { number, text, time } from "../rows.ts";
import { query } from "../source.ts";
import type { Source } from "../source.ts";

/** Starts of the gateway. A row without an outcome is the running gateway, a crash or a SIGKILL. */
export function boots(source: Source): Reading<GatewayBoot> {
  return query<GatewayBoot>(source, {
    kind: "state",
    tables: ["gateway_boot_lifecycle"],
    sql: "SELECT * FROM gateway_boot_lifecycle ORDER BY started_at_ms, boot_id",
    map: (row, open) => {
      const startedAt = time(row, "started_at_ms");
      if (startedAt === undefined) return undefined;
      return {
        startedAt,
        ...present({
          endedAt: time(row, "completed_at_ms"),
          pid: number(row, "pid"),
          outcome: text(row, "outcome"),
          reason: text(row, "reason") ?? text(row, "startup_reason"),
        }),
        place: { path: open.shown, locator: `gateway_boot_lifecycle/${text(row, "boot_id") ?? ""}` },
      };
    },
  });
}
