import type { OpenLimits } from "../../archive/index.ts";
import type { Host } from "../../host/host.ts";
import { ClawError } from "../../model/errors.ts";
import { bytesText, shown } from "../../model/text.ts";
import { mostOf } from "../restore/check.ts";
import { readSidecarOf } from "./sidecar-facts.ts";

/** What a gateway writes into its state when it starts (its web pages, 54 MB), and some air. */
const spareBytes = 160 * 1024 * 1024;

/**
 * How much may come out of the archive: what is free, and, where no sidecar tells how much it is, no more than a restore would
 * take. Throws "no-space" (exit 1) before anything is restored where it cannot fit.
 */
export async function checkSpace(
  host: Pick<Host, "fs">,
  archive: string,
  parent: string,
): Promise<Required<Pick<OpenLimits, "maxPlainBytes">>> {
  const free = await host.fs.free(parent);
  const { plainBytes } = await readSidecarOf(host, archive);
  // Without a sidecar nothing tells beforehand; text such as transcripts shrinks to a quarter.
  const sealed = (await host.fs.stat(archive).catch(() => undefined))?.size ?? 0;
  const needed = (plainBytes ?? sealed) + spareBytes;
  if (free >= needed)
    return { maxPlainBytes: plainBytes === undefined ? Math.min(free, mostOf(sealed)) : free };
  throw new ClawError(
    `the drill needs about ${bytesText(needed)} in ${shown(parent)}, and ${bytesText(free)} are free`,
    { exit: "failed", code: "no-space", hint: "name a folder on another disk with --scratch DIR" },
  );
}
