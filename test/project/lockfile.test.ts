/** What `npm ci` does on a fresh machine is decided by the lockfile. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

interface Entry {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly gypfile?: boolean;
}

const text = readFileSync(fileURLToPath(new URL("../../package-lock.json", import.meta.url)), "utf8");
const { packages } = JSON.parse(text) as { packages: Readonly<Record<string, Entry>> };
const entries = Object.entries(packages).filter(([path]) => path !== "");

describe("the lockfile", () => {
  it("names no download address, and a hash for each package", () => {
    expect(entries.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
    expect(entries.filter(([, { integrity }]) => integrity === undefined)).toEqual([]);
  });

  it("lets no package run a script of its own but the one that brings Node", () => {
    const running = entries.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(running.map(([path]) => path)).toEqual(["node_modules/node"]);
  });

  it("says that better-sqlite3 is not compiled: npm reads that from here alone, and would look for a compiler", () => {
    expect(packages["node_modules/better-sqlite3"]?.gypfile).toBe(false);
  });
});
