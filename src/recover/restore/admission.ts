/** Which entries of an archive may be written: decided from their headers alone, before anything is. Pure. */
import { manifestName, type TarEntry } from "../../archive/index.ts";
import { refused, tooMuch } from "./refuse.ts";

export interface Limits {
  /** Of all files together, as their headers say. */
  readonly maxBytes: number;
  readonly maxEntries: number;
}

export const defaultLimits: Limits = { maxBytes: 100 * 1024 ** 3, maxEntries: 5_000_000 };

export interface Admitted {
  /** Relative to the target; "" is the target itself. */
  readonly name: string;
  readonly type: "file" | "dir" | "symlink" | "hardlink";
  /** Of a hard link: the name of the file that was there before. */
  readonly existing?: string;
}

/** Throws "tampered" (exit 5) for an entry that would leave the target, stand in another's way, or is no file. */
export type Admission = (entry: TarEntry) => Admitted;

/** "implied": a folder that names imply and no entry has described yet. */
type Known = "file" | "dir" | "symlink" | "implied";

/** What `tar` calls "./a" is "a". Every other part has to be a plain name. */
function nameOfPath(path: string): string {
  const plain = path === "." ? "" : path.replace(/^(?:\.\/)+/, "");
  if (path.startsWith("/")) throw refused("unsafe-path", "a path in it is absolute", path);
  if (path.includes("\0")) throw refused("unsafe-path", "a path in it holds a NUL", path);
  if (plain === "") return plain;
  for (const part of plain.split("/")) {
    if (part === "..") throw refused("unsafe-path", "a path in it leads out of the target", path);
    if (part === "" || part === ".") throw refused("unsafe-path", "a path in it is not plain", path);
  }
  if (plain === manifestName) throw refused("reserved-name", "a file takes the manifest's name", path);
  return plain;
}

/** Every folder above a name, the outermost first. */
export function parentsOf(name: string): readonly string[] {
  const parts = name.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

function kindOf({ type, path }: TarEntry): Admitted["type"] {
  if (type === "file" || type === "dir" || type === "symlink" || type === "hardlink") return type;
  const what = type === "fifo" ? "a FIFO" : type === "other" ? "an entry of an unknown kind" : "a device";
  throw refused("unsafe-kind", `it holds ${what}`, path);
}

/** A target may lead anywhere, because it is never followed; but it must be one. */
function checkTarget({ path, link = "" }: TarEntry): void {
  if (link === "" || link.includes("\0"))
    throw refused("unsafe-link", "a symbolic link in it has no target", path);
}

/** Remembers every name it has admitted. */
export function admission(limits: Limits = defaultLimits): Admission {
  const known = new Map<string, Known>();
  let bytes = 0;
  let entries = 0;
  const count = (entry: TarEntry): void => {
    entries += 1;
    bytes += entry.size;
    if (entries > limits.maxEntries)
      throw tooMuch("too-many", `it holds more than ${limits.maxEntries} entries`);
    if (bytes > limits.maxBytes)
      throw tooMuch("too-large", `its files have more than ${limits.maxBytes} bytes`);
  };
  const checkParents = (name: string): void => {
    for (const parent of parentsOf(name)) {
      const there = known.get(parent);
      if (there === "symlink")
        throw refused("unsafe-link", "a path in it leads through a symbolic link", name);
      if (there === "file") throw refused("duplicate-name", "a file in it is a folder as well", parent);
      if (there === undefined) known.set(parent, "implied");
    }
  };
  const checkFree = (name: string, type: Admitted["type"]): void => {
    const there = known.get(name);
    if (there === undefined || (there === "implied" && type === "dir")) return;
    throw refused("duplicate-name", "a name stands in it twice", name);
  };
  const target = (entry: TarEntry): string => {
    const existing = nameOfPath(entry.link ?? "");
    const there = known.get(existing);
    if (there === "file" || there === "symlink") return existing;
    throw refused("unsafe-link", "a hard link in it leads to no file that comes before it", entry.path);
  };
  return (entry) => {
    count(entry);
    const type = kindOf(entry);
    const name = nameOfPath(entry.path);
    if (name === "" && type !== "dir") throw refused("unsafe-path", "a file in it has no name", entry.path);
    if (type === "symlink") checkTarget(entry);
    checkParents(name);
    checkFree(name, type);
    if (type !== "hardlink") {
      known.set(name, type);
      return { name, type };
    }
    const existing = target(entry);
    known.set(name, known.get(existing) ?? "file");
    return { name, type, existing };
  };
}
