/** rpm's database is not read in-process: on the live host rpm itself prints every file with its digest. */
import type { Host } from "../../../host/host.ts";
import { noDatabase, outcomeFields, type PackageDatabase, type PackageFile, type Sum } from "./index-of.ts";

const maxBytes = 64 << 20;
const maxFiles = 500_000;
const format = "[%{=NAME}\\t%{FILEDIGESTS}\\t%{FILEFLAGS:fflags}\\t%{FILENAMES}\\n]";
const algorithms: Readonly<Record<number, Sum["algorithm"]>> = { 32: "md5", 40: "sha1", 64: "sha256" };

/** Package, digest, flags ("c": configuration) and path, separated by tabs; the path comes last, as it may hold one. */
export function parseRpmFiles(text: string): readonly PackageFile[] {
  const found: PackageFile[] = [];
  for (const line of text.split("\n")) {
    const [name = "", hex = "", flags = "", ...rest] = line.split("\t");
    const path = rest.join("\t");
    if (name === "" || !path.startsWith("/")) continue;
    const algorithm = /^[0-9a-f]+$/.test(hex) ? algorithms[hex.length] : undefined;
    const sum = algorithm === undefined ? {} : { sum: { algorithm, hex } };
    found.push({ path, package: name, config: flags.includes("c"), ...sum });
    if (found.length >= maxFiles) break;
  }
  return found;
}

export async function readRpm(host: Host): Promise<PackageDatabase> {
  const result = await host.run(["rpm", "-qa", "--qf", format], { timeoutMs: 60_000, maxBytes });
  if (result.missing) return noDatabase("there is a database of rpm, and no rpm to read it with");
  if (result.code !== 0 && result.stdout === "") return noDatabase("rpm could not read its database");
  const files = new Map(parseRpmFiles(result.stdout).map((file) => [file.path, file]));
  const cut = result.truncated || result.timedOut || result.code !== 0;
  return {
    manager: "rpm",
    ...outcomeFields(cut ? ["rpm did not list all files"] : []),
    owner: (path) => files.get(path)?.package,
    file: (path) => files.get(path),
    *files() {
      for (const file of files.values()) if (file.sum !== undefined) yield file;
    },
  };
}
