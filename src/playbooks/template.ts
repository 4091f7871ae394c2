import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Host } from "../host/host.ts";

/** A template's text: the user's own copy in the data folder where there is one, else the one that came along. */
export async function templateText(host: Host, dataDir: string, name: string): Promise<string> {
  const own = join(dataDir, "templates", name);
  if ((await host.fs.stat(own)) !== undefined) return host.fs.readText(own, { maxBytes: 1_000_000 });
  return host.fs.readText(bundled(name), { maxBytes: 1_000_000 });
}

/** Path of a file in the package's templates folder, from src and from dist alike. */
export function bundled(name: string): string {
  return fileURLToPath(new URL(`../../templates/${name}`, import.meta.url));
}
