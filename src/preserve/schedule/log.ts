/** DATA-DIR/logs/backup.log: one line per event, turned over at 1 MiB, five old ones kept. */
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { visible } from "../../model/text.ts";

const maxBytes = 1024 * 1024;
const kept = 5;
const maxLine = 4000;

export function logFile(dataDir: string, kind: string): string {
  return join(dataDir, "logs", `${kind}.log`);
}

/** Appends one line with the time before it. `text` must be redacted; it is made visible here. */
export async function appendLog(host: Pick<Host, "fs" | "clock">, file: string, text: string): Promise<void> {
  const line = `${host.clock.now().toISOString()} ${visible(text).slice(0, maxLine)}\n`;
  await host.fs.mkdir(join(file, ".."), { mode: 0o700 });
  const size = (await host.fs.stat(file))?.size ?? 0;
  if (size > 0 && size + Buffer.byteLength(line) > maxBytes) await rotate(host, file);
  await host.fs.append(file, line);
}

/** backup.log → backup.log.1 → … → backup.log.5; the oldest is dropped. */
async function rotate(host: Pick<Host, "fs">, file: string): Promise<void> {
  for (let number = kept - 1; number >= 0; number -= 1) {
    const from = number === 0 ? file : `${file}.${number}`;
    if ((await host.fs.stat(from)) !== undefined) await host.fs.rename(from, `${file}.${number + 1}`);
  }
}
