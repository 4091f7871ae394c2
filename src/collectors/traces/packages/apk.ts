/** apk's database of installed packages (`lib/apk/db/installed`): one letter, a colon, a value a line; a blank line ends a package. */
import type { Host } from "../../../host/host.ts";
import { boundedText, linesOf } from "./bounded-text.ts";
import { type PackageDatabase, type PackageFile, type Sum, outcomeFields } from "./index-of.ts";

const maxBytes = 24 << 20;
const maxFiles = 1_000_000;

/** "Q1" and base64 of a SHA-1; "Q2" of a SHA-256. Undefined for anything else. */
function sumOf(text: string): Sum | undefined {
  const hex = Buffer.from(text.slice(2), "base64").toString("hex");
  if (text.startsWith("Q1") && hex.length === 40) return { algorithm: "sha1", hex };
  return text.startsWith("Q2") && hex.length === 64 ? { algorithm: "sha256", hex } : undefined;
}

/** P: package, F: folder, R: file in it, Z: its sum. Files below etc/ are treated as configuration, as apk protects them. */
export function parseInstalled(text: string): readonly PackageFile[] {
  const found: PackageFile[] = [];
  let name = "";
  let folder = "";
  for (const line of linesOf(text)) {
    const value = line.slice(2);
    if (line.startsWith("P:")) name = value;
    else if (line.startsWith("F:")) folder = value;
    else if (line.startsWith("R:") && found.length < maxFiles) {
      const path = folder === "" ? `/${value}` : `/${folder}/${value}`;
      found.push({ path, package: name, config: path.startsWith("/etc/") });
    } else if (line.startsWith("Z:")) {
      const last = found.pop();
      const sum = sumOf(value);
      if (last !== undefined) found.push(sum === undefined ? last : { ...last, sum });
    }
  }
  return found;
}

export function readApk(host: Host, real: string): PackageDatabase {
  const { text, problem } = boundedText(host, real, maxBytes);
  const files = new Map(parseInstalled(text).map((file) => [file.path, file]));
  return {
    manager: "apk",
    ...outcomeFields(problem === undefined ? [] : [`apk's list of installed files: ${problem}`]),
    owner: (path) => files.get(path)?.package,
    file: (path) => files.get(path),
    *files() {
      for (const file of files.values()) if (file.sum !== undefined) yield file;
    },
  };
}
