/** Earlier drills: `DATA-DIR/drills/TIME.json`, mode 0600, one for each that came to a verdict. */
import { join } from "node:path";
import { storing } from "../../case/failure.ts";
import { removeTemporaries } from "../../case/temporaries.ts";
import type { Host } from "../../host/host.ts";
import { at, bool, type Dict, isDict, num, parseJson, str, strings } from "../../model/json.ts";
import type { DrillResult } from "./types.ts";

const folderName = "drills";
const format = "claw-ir-drill-1";
const maxListed = 1_000;

/** One line of `drill list`. */
export interface DrillListing {
  readonly file: string;
  readonly archive: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly restoreSeconds: number | null;
  readonly recoverySeconds: number | null;
  readonly verdict: "pass" | "fail";
  readonly exit: number;
  readonly gateway: "ready" | "not ready" | "skipped";
  readonly problem?: string;
  readonly nextDue: string;
}

export async function keepResult(host: Host, dataDir: string, result: DrillResult): Promise<void> {
  const name = result.startedAt.replaceAll(/[-:]/g, "").replace(/\.\d+Z$/, "Z");
  const text = `${JSON.stringify({ format, ...result }, undefined, 2)}\n`;
  await storing("keeping the result of the drill", async () => {
    const folder = join(dataDir, folderName);
    await host.fs.mkdir(folder);
    await removeTemporaries(host, folder, { of: (one) => one.endsWith(".json") });
    for (let number = 1; ; number += 1) {
      const path = join(folder, `${name}${number === 1 ? "" : `-${number}`}.json`);
      if ((await host.fs.stat(path)) !== undefined) continue;
      await host.fs.writeAtomic(path, text);
      return;
    }
  });
}

/** Newest first. What is no result of a drill is left out. */
export async function listResults(host: Pick<Host, "fs">, dataDir: string): Promise<readonly DrillListing[]> {
  const folder = join(dataDir, folderName);
  const names = (await host.fs.list(folder).catch(() => []))
    .filter(({ name, kind }) => kind === "file" && /^\d{8}T\d{6}Z(?:-\d+)?\.json$/.test(name))
    .map(({ name }) => name);
  const listings: DrillListing[] = [];
  for (const name of names.toReversed().slice(0, maxListed)) {
    const file = join(folder, name);
    const text = await host.fs.readText(file, { maxBytes: 4 * 1024 * 1024 }).catch(() => "");
    const listing = listingOf(file, parseJson(text));
    if (listing !== undefined) listings.push(listing);
  }
  return listings.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
}

function listingOf(file: string, value: unknown): DrillListing | undefined {
  if (!isDict(value) || value["format"] !== format) return undefined;
  const [archive, startedAt, endedAt, nextDue] = ["archive", "startedAt", "endedAt", "nextDue"].map((key) =>
    str(value[key]),
  );
  if (archive === undefined || startedAt === undefined || endedAt === undefined || nextDue === undefined)
    return undefined;
  return { file, archive, startedAt, endedAt, nextDue, ...verdictOf(value) };
}

type Verdict = Omit<DrillListing, "file" | "archive" | "startedAt" | "endedAt" | "nextDue">;

function verdictOf(value: Dict): Verdict {
  const [problem] = strings(value["problems"]);
  return {
    restoreSeconds: num(value["restoreSeconds"]) ?? null,
    recoverySeconds: num(value["recoverySeconds"]) ?? null,
    verdict: value["verdict"] === "pass" ? "pass" : "fail",
    exit: num(value["exit"]) ?? 1,
    gateway: gatewayOf(value["gateway"]),
    ...(problem === undefined ? {} : { problem }),
  };
}

function gatewayOf(gateway: unknown): DrillListing["gateway"] {
  if (bool(at(gateway, "skipped")) === true) return "skipped";
  return bool(at(gateway, "ready")) === true ? "ready" : "not ready";
}
