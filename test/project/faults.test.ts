/** docs/faults.md names the test that proves each of its lines. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const text = readFileSync(`${root}/docs/faults.md`, "utf8");
const named = [...text.matchAll(/`(test\/[^`]+\.test\.ts)`/g)].map(([, file = ""]) => file);

test("every test that the table of faults names exists", () => {
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((file) => !existsSync(`${root}/${file}`))).toEqual([]);
});

test("every line of its tables names one", () => {
  const lines = text.split("\n");
  const isRule = (line: string | undefined): boolean => line?.startsWith("| --") === true;
  const rows = lines.filter((line, at) => line.startsWith("| ") && !isRule(line) && !isRule(lines[at + 1]));
  expect(rows.length).toBeGreaterThan(35);
  expect(rows.filter((row) => !row.includes(".test.ts`"))).toEqual([]);
});

test("every test of faults stands in it", () => {
  const files = readdirSync(`${root}/test/faults`).filter((name) => name.endsWith(".test.ts"));
  expect(files.filter((name) => !named.includes(`test/faults/${name}`))).toEqual([]);
});
