import type { ArchiveEvent } from "../../archive/index.ts";
import { ClawError } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import { admission, type Limits } from "./admission.ts";
import { selectionOf } from "./selection.ts";

/** What the verifying pass learns for the one that writes. */
export interface Survey {
  readonly entries: number;
  /** What is wanted of it, with the blocks of zeros that become holes left out. */
  readonly bytes: number;
  /** See `ExtractRequest.stead`. */
  readonly stead: ReadonlyMap<string, string>;
}

export interface Surveyor {
  /** Throws what `extract` would throw for the same entry. */
  readonly see: (event: ArchiveEvent) => void;
  /** Throws "not-in-archive" (exit 10) for a name of `only` that is not in it. */
  readonly finish: () => Survey;
}

const block = 4096;
const zeros = Buffer.alloc(block);
const maxNear = 5;

/** Looks at every entry without writing any. Remembers all names only where some are asked for. */
export function surveyor(only: readonly string[] | undefined, limits?: Limits): Surveyor {
  const admit = admission(limits);
  const selected = selectionOf(only);
  /** Every name with its size, where some are asked for. */
  const sizes = new Map<string, number>();
  const stead = new Map<string, string>();
  let entries = 0;
  let bytes = 0;
  let isWanted = false;
  return {
    see: (event) => {
      if (event.kind === "data") {
        if (isWanted) bytes += denseBytes(event.bytes);
        return;
      }
      if (event.kind === "end") return;
      const { name, existing } = admit(event.entry);
      if (only !== undefined) sizes.set(name, event.entry.size);
      isWanted = selected.takes(name);
      if (isWanted) entries += 1;
      if (existing === undefined || !isWanted || selected.takes(existing) || stead.has(existing)) return;
      stead.set(existing, name);
      // Its content stands under a name that is not wanted, and has gone by.
      bytes += sizes.get(existing) ?? 0;
    },
    finish: () => {
      for (const name of only ?? []) if (name !== "") checkThere(name, [...sizes.keys()]);
      // Every entry takes a block of its own, and a folder or an inode beside it.
      return { entries, bytes: bytes + entries * block, stead };
    },
  };
}

function denseBytes(bytes: Uint8Array): number {
  let dense = 0;
  for (let at = 0; at < bytes.length; at += block) {
    const part = bytes.subarray(at, at + block);
    if (part.length < block || !zeros.equals(part)) dense += part.length;
  }
  return dense;
}

function checkThere(name: string, names: readonly string[]): void {
  if (names.some((one) => one === name || one.startsWith(`${name}/`))) return;
  const near = nearOf(name, names).map((one) => shown(`/${one}`, 120));
  throw new ClawError(`the archive holds no ${shown(`/${name}`)}`, {
    exit: "notFound",
    code: "not-in-archive",
    hint:
      near.length > 0
        ? `there is: ${near.join(", ")}`
        : "give paths as on the host it was made on, such as /home/claw/.openclaw/openclaw.json",
  });
}

/** The same last part somewhere else; else what ends alike; else what lies in the same folder. */
function nearOf(name: string, names: readonly string[]): readonly string[] {
  const last = name.split("/").at(-1)?.toLowerCase() ?? "";
  const folder = name.slice(0, name.lastIndexOf("/") + 1);
  const tests: readonly ((one: string) => boolean)[] = [
    (one) => one.split("/").at(-1)?.toLowerCase() === last,
    (one) => last.length > 2 && (one.split("/").at(-1)?.toLowerCase().includes(last) ?? false),
    (one) => folder !== "" && one.startsWith(folder) && !one.slice(folder.length).includes("/"),
  ];
  for (const test of tests) {
    const found = names.filter(test);
    if (found.length > 0) return found.slice(0, maxNear);
  }
  return [];
}
