import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parsePriceTable, type PriceTable } from "../analyse/index.ts";
import { parseJson } from "../model/json.ts";
import type { Host } from "../host/host.ts";

/** A template's text: the user's own copy in the data folder where there is one, else the one that came along. */
export async function templateText(host: Host, dataDir: string, name: string): Promise<string> {
  const own = join(dataDir, "templates", name);
  if ((await host.fs.stat(own)) !== undefined) return host.fs.readText(own, { maxBytes: 1_000_000 });
  return host.fs.readText(bundled(name), { maxBytes: 1_000_000 });
}

/** Dated list prices for models that the config names no price for; undefined if the user's own table is broken. */
export async function priceTable(host: Host, dataDir: string): Promise<PriceTable | undefined> {
  return parsePriceTable(parseJson(await templateText(host, dataDir, "prices.json")));
}

/** Path of a file in the package's templates folder, from src and from dist alike. */
export function bundled(name: string): string {
  return fileURLToPath(new URL(`../../templates/${name}`, import.meta.url));
}
