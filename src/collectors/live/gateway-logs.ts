import { messageOf } from "../../model/errors.ts";
import type { LogLine } from "../../model/host-records.ts";
import { at, parseJson, str } from "../../model/json.ts";
import { read } from "../../model/outcome.ts";
import type { Reading } from "../../model/outcome.ts";
import { findLogs, type LogPlace } from "../../openclaw/logs.ts";
import type { CollectContext, CollectResult, Collector } from "../collector.ts";
import { hashOf, modifiedAt, textOf, troubleOf } from "../files.ts";
import type { Sources } from "../sources.ts";

const tailBytes = 8 << 20;
const totalBytes = 32 << 20;
const hashBytes = 512 << 20;
const lineChars = 16_384;
interface LogFile extends Pick<LogPlace, "real" | "stat" | "gateway"> {
  /** Path on the examined host. */
  readonly path: string;
}

/** The gateway's own first, newest first: what lies in /tmp is outside every backup, and lost with the next boot. */
async function logsOf(
  { host, target, installation }: Sources,
  reasons: string[],
): Promise<readonly LogFile[]> {
  const { files, problems } = await findLogs(host, installation);
  reasons.push(...problems);
  return files
    .map((file) => ({ ...file, path: target.toHost(file.path) }))
    .sort(
      (a, b) =>
        Number(b.gateway) - Number(a.gateway) ||
        b.stat.mtimeMs - a.stat.mtimeMs ||
        (a.path < b.path ? -1 : 1),
    );
}

interface Tail {
  readonly lines: readonly string[];
  readonly cut: boolean;
}

async function tailOf({ host }: Sources, file: LogFile, bytes: number): Promise<Tail> {
  const tail = await host.fs.readTail(file.real, bytes);
  const lines = textOf(tail).split("\n");
  const cut = file.stat.size > tail.length;
  // The first line of a tail is a fragment: half a secret in it could not be recognised.
  const whole = cut ? lines.slice(1) : lines;
  return { lines: whole.filter((line) => line.trim() !== ""), cut };
}

/** One file at a time, so that no more than one tail is in memory. */
async function eachLog(
  sources: Sources,
  reasons: string[],
  visit: (file: LogFile, tail: Tail) => void,
): Promise<void> {
  let left = totalBytes;
  for (const file of await logsOf(sources, reasons)) {
    const bytes = Math.min(tailBytes, left);
    if (bytes < Math.min(file.stat.size, 4096)) {
      reasons.push(`${file.path} was not read: older than the newest ${totalBytes >> 20} MiB of logs`);
      visit(file, { lines: [], cut: true });
      continue;
    }
    try {
      const tail = await tailOf(sources, file, bytes);
      left -= Math.min(bytes, file.stat.size);
      if (tail.cut) reasons.push(`of ${file.path} only the last ${tailBytes >> 20} MiB were kept`);
      visit(file, tail);
    } catch (error) {
      reasons.push(troubleOf(file.path, error).reason);
    }
  }
}

const telling =
  /\[ws\]|unauthor|token_mismatch|scope_mismatch|\[reload\]|\[shutdown\]|shutting down|received SIG|pairing|approv/i;
const maxTelling = 20_000;

/** The lines of the gateway's logs that tell of connections, refused tokens, reloads and stops. */
export async function readGatewayLogs(sources: Sources): Promise<Reading<LogLine>> {
  const reasons: string[] = [];
  const found: LogLine[] = [];
  await eachLog(sources, reasons, (file, { lines }) => {
    if (!file.gateway) return;
    lines.forEach((line, i) => {
      if (found.length >= maxTelling || !telling.test(line.slice(0, 4096))) return;
      found.push(parseLogLine(line, { path: file.path, locator: `tail line ${i + 1}` }));
    });
  });
  if (found.length >= maxTelling)
    reasons.push(`only the first ${maxTelling} telling log lines were looked at`);
  return read(found, reasons);
}

/** What a line of a service's output begins with. */
const leadingTime = /^\[?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d))\b/;

/** A line of OpenClaw's JSON log (tslog), or plain text. */
export function parseLogLine(line: string, place: LogLine["place"]): LogLine {
  const value = line.length <= 262_144 ? parseJson(line) : undefined;
  const text = str(at(value, "message")) ?? str(at(value, "1")) ?? line;
  const time = str(at(value, "time")) ?? str(at(value, "_meta", "date")) ?? leadingTime.exec(line)?.[1];
  const level = str(at(value, "_meta", "logLevelName"));
  const ms = time === undefined ? Number.NaN : Date.parse(time);
  return {
    text: text.slice(0, lineChars),
    ...(Number.isNaN(ms) ? {} : { at: new Date(ms).toISOString() }),
    ...(level === undefined ? {} : { level }),
    place,
  };
}

async function collect(context: CollectContext): Promise<CollectResult> {
  const reasons: string[] = [];
  const records: unknown[] = [];
  await eachLog(context, reasons, (file, tail) => {
    records.push({ kind: "file", path: file.path, ...measures(context, file, reasons) });
    for (const line of tail.lines) {
      const text = line.length > lineChars ? context.redactor.text(line).slice(0, lineChars) : line;
      records.push({ kind: "line", path: file.path, text });
    }
  });
  if (records.length === 0 && reasons.length === 0) {
    return {
      outcome: "missing",
      reason: "no log of the gateway: none was written, or a reboot removed it",
      records,
    };
  }
  return { ...read(records, reasons) };
}

function measures(context: CollectContext, file: LogFile, reasons: string[]): object {
  const size = { bytes: file.stat.size, modifiedAt: modifiedAt(file.stat) };
  try {
    const sha256 = hashOf(context.host, file.real, hashBytes);
    return sha256 === undefined ? size : { ...size, sha256 };
  } catch (error) {
    reasons.push(`${file.path} could not be hashed: ${messageOf(error)}`);
    return size;
  }
}

export const gatewayLogs: Collector = {
  id: "gateway-logs",
  title: "Gateway logs",
  stage: "volatile",
  attack: ["T1070.002", "T1078"],
  liveOnly: false,
  timeoutMs: 30_000,
  collect,
};
