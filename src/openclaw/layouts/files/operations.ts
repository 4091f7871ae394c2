import type { Operation } from "../../../model/activity-records.ts";
import { dict, isoOf, list, str } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import { read } from "../../../model/outcome.ts";
import { timeOf } from "../rows.ts";
import { combine } from "../source.ts";
import type { Source } from "../source.ts";
import { configHealth } from "./config-audit.ts";
import { filesOf, jsonFile, leftoverOf } from "./text.ts";

/** What the files tell of things done to the installation: the config's health, update checks, the move to SQLite. */
export function operations(source: Source): Reading<Operation> {
  return combine([configHealth(source), updateChecks(source), moves(source)]);
}

/** `{"lastCheckedAt","lastNotifiedVersion",…}` */
function updateChecks(source: Source): Reading<Operation> {
  const reasons: string[] = [];
  const records = filesOf(source, "update-check").flatMap((file): readonly Operation[] => {
    const content = jsonFile(source.host, file, reasons) ?? {};
    const at = timeOf(content["lastCheckedAt"]) ?? isoOf(file.modifiedMs);
    if (at === undefined) return [];
    const version = str(content["lastAvailableVersion"]) ?? str(content["lastNotifiedVersion"]);
    const detail = version === undefined ? "looked for an update" : `looked for an update, found ${version}`;
    return [{ kind: "update", at, detail, ...leftoverOf(file), place: { path: file.shown } }];
  });
  return read(records, reasons);
}

/** `session-sqlite-migration-runs/*.json` names every file that was moved, with its hash. */
function moves(source: Source): Reading<Operation> {
  const reasons: string[] = [];
  const records = filesOf(source, "migration-run").flatMap((file): readonly Operation[] => {
    const content = jsonFile(source.host, file, reasons) ?? {};
    const at = timeOf(content["startedAt"]) ?? isoOf(file.modifiedMs);
    if (at === undefined) return [];
    const moved = list(content["targets"]).flatMap((target) => list(dict(target)["completedMoves"])).length;
    const version = str(content["openClawVersion"]) ?? "an unknown version";
    const detail = `sessions moved from ${moved} files into the database by OpenClaw ${version}`;
    return [{ kind: "migration", at, detail, ...leftoverOf(file), place: { path: file.shown } }];
  });
  return read(records, reasons);
}
