import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { collectors } from "../../src/collectors/index.ts";
import { collectDisk, type Kept } from "./collected.ts";
import { coverageText, type Matrix } from "./document.ts";
import { plantDisk } from "./planted.ts";

export function matrix(): Matrix {
  const file = new URL("../../templates/attack.json", import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as Matrix;
}

/** What every collector keeps of a fresh planted disk. */
export async function keptOfPlanted(): Promise<readonly Kept[]> {
  const base = mkdtempSync(join(tmpdir(), "claw-ir-planted-"));
  try {
    return await collectDisk(await plantDisk(join(base, "disk")), join(base, "data"));
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

/** docs/coverage.md as it should be now, formatted like every other file. */
export async function currentText(kept?: readonly Kept[]): Promise<string> {
  const text = coverageText(collectors, kept ?? (await keptOfPlanted()), matrix());
  const config = await resolveConfig(new URL("../../docs/coverage.md", import.meta.url));
  return await format(text, { ...config, parser: "markdown" });
}
