import { dict, isoOf, str } from "../../../model/json.ts";
import type { Operation } from "../../../model/activity-records.ts";
import type { Reading } from "../../../model/outcome.ts";
import { read } from "../../../model/outcome.ts";
import type { ConfigWrite } from "../../../model/records.ts";
import { configWriteOf } from "../config-write.ts";
import { timeOf } from "../rows.ts";
import type { Source } from "../source.ts";
import { fromFiles } from "./missing.ts";
import { filesOf, jsonFile, jsonLines, leftoverOf } from "./text.ts";

const maxWrites = 250_000;

/** `logs/config-audit.jsonl`, since 2026.2. */
export function configWrites(source: Source): Reading<ConfigWrite> {
  const reasons: string[] = [];
  const found: ConfigWrite[] = [];
  const files = filesOf(source, "config-audit");
  for (const file of files) {
    for (const { value, locator } of jsonLines(source.host, file, reasons)) {
      const write = configWriteOf(value, undefined, { path: file.shown, locator });
      if (write === undefined) reasons.push(`${locator} of ${file.shown} says no time`);
      else if (found.length < maxWrites) found.push({ ...write, ...leftoverOf(file) });
      else reasons.push(`more than ${maxWrites} config writes; the rest was left out`);
      if (reasons.length > 20) break;
    }
  }
  const inUse = files.some((file) => !file.leftover);
  const wanted = { name: "logs/config-audit.jsonl", table: "diagnostic_events", inUse };
  return fromFiles(source, wanted, found, reasons);
}

/** When the config was last known to be good, and what looked suspicious in it then: `logs/config-health.json`. */
export function configHealth(source: Source): Reading<Operation> {
  const reasons: string[] = [];
  const records = filesOf(source, "config-health").flatMap((file) => {
    const entries = Object.entries(dict(jsonFile(source.host, file, reasons)?.["entries"]));
    return entries.slice(0, 100).flatMap(([path, value]): readonly Operation[] => {
      const good = dict(dict(value)["lastKnownGood"]);
      const at = timeOf(good["observedAt"]) ?? isoOf(file.modifiedMs);
      if (at === undefined) return [];
      const hash = str(good["hash"]);
      const suspicious = str(dict(value)["lastObservedSuspiciousSignature"]);
      const detail = [
        `config ${path} last known good`,
        ...(hash === undefined ? [] : [`sha256 ${hash}`]),
        ...(suspicious === undefined ? [] : [`suspicious: ${suspicious}`]),
      ].join(", ");
      return [
        {
          kind: "config-health",
          at,
          detail,
          ...leftoverOf(file),
          place: { path: file.shown, locator: path },
        },
      ];
    });
  });
  return read(records, reasons);
}
