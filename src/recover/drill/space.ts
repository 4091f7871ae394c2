import { readSidecarOf } from "./sidecar-facts.ts";
import type { Host } from "../../host/host.ts";
import { ClawError } from "../../model/errors.ts";
import { bytesText, shown } from "../../model/text.ts";

/** What a gateway writes into its state when it starts (its web pages, 54 MB), and some air. */
const spareBytes = 160 * 1024 * 1024;

/** Throws "no-space" (exit 1) before anything is restored where it cannot fit. */
export async function checkSpace(
  host: Pick<Host, "fs">,
  archive: string,
  parent: string,
): Promise<{ readonly free: number }> {
  const free = await host.fs.free(parent);
  const { plainBytes } = await readSidecarOf(host, archive);
  // Without a sidecar nothing tells beforehand; text such as transcripts shrinks to a quarter.
  const sealed = (await host.fs.stat(archive).catch(() => undefined))?.size ?? 0;
  const needed = (plainBytes ?? sealed) + spareBytes;
  if (free >= needed) return { free };
  throw new ClawError(
    `the drill needs about ${bytesText(needed)} in ${shown(parent)}, and ${bytesText(free)} are free`,
    { exit: "failed", code: "no-space", hint: "name a folder on another disk with --scratch DIR" },
  );
}
