import { join } from "node:path";
import type { Operation } from "../../model/activity-records.ts";
import { messageOf } from "../../model/errors.ts";
import { isoOf } from "../../model/json.ts";
import type { Reading } from "../../model/outcome.ts";
import { read } from "../../model/outcome.ts";
import { present } from "../present.ts";
import type { Installation } from "../types.ts";
import type { FileView } from "../view.ts";

const maxBytes = 16 * 1024 * 1024;
const maxLines = 50_000;

/** `logs/gateway-restart.log`: a line for each start, stop and restart that somebody asked for with OpenClaw's own CLI. */
export async function readRestartLog(view: FileView, { target }: Installation): Promise<Reading<Operation>> {
  const path = join(target.stateDir, "logs", "gateway-restart.log");
  const shown = target.toHost(path);
  try {
    if ((await view.stat(path)) === undefined) return read<Operation>([]);
    const lines = (await view.readText(path, maxBytes)).split("\n", maxLines + 1);
    const more =
      lines.length > maxLines ? [`${shown} has more than ${maxLines} lines; the rest was left out`] : [];
    return read(
      lines.slice(0, maxLines).flatMap((line, i) => restartOf(line, shown, i + 1) ?? []),
      more,
    );
  } catch (error) {
    return read<Operation>([], [`${shown} could not be read: ${messageOf(error)}`]);
  }
}

/** `[2026-11-20T10:27:17.795Z] openclaw gateway lifecycle source=cli action=stop mode=sigterm pid=30701 interactive=0` */
export function restartOf(line: string, path: string, number: number): Operation | undefined {
  const match = /^\[(\d{4}-\d\d-\d\dT[\d:.]{5,20}Z?)\] (.{1,2000})/.exec(line);
  const at = match === null ? undefined : isoOf(Date.parse(match[1] ?? ""));
  if (match === null || at === undefined) return undefined;
  const body = match[2] ?? "";
  const action = /(?:^| )action=(\S{1,60})/.exec(body)?.[1];
  return {
    kind: "restart",
    at,
    ...present({ status: action }),
    detail: body.replace(/^(?:openclaw|clawdbot) gateway lifecycle /, ""),
    place: { path, locator: `line ${number}` },
  };
}
