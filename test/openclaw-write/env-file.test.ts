import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { envLines, quoteEnv, replaceEnv } from "../../src/openclaw/write/env-file.ts";

const text = [
  "# keys of the workshop",
  "OPENAI_API_KEY=FAKE-one # from the dashboard",
  'export QUOTED="FAKE two"',
  "SINGLE='FAKE#three'",
  "  SPACED = FAKE-four  ",
  "EMPTY=",
  "no assignment here",
  "",
].join("\n");

describe("environment files", () => {
  test("every assignment is found with its value", () => {
    expect(envLines(text).map(({ name, value, line }) => [line, name, value])).toEqual([
      [2, "OPENAI_API_KEY", "FAKE-one"],
      [3, "QUOTED", "FAKE two"],
      [4, "SINGLE", "FAKE#three"],
      [5, "SPACED", "FAKE-four"],
      [6, "EMPTY", ""],
    ]);
  });

  test("one value is replaced and nothing else", () => {
    const lines = envLines(text);
    expect(replaceEnv(text, lines.slice(0, 1), "FAKE-new")).toBe(text.replace("FAKE-one", "FAKE-new"));
    expect(replaceEnv(text, lines.slice(1, 2), "FAKE new")).toBe(text.replace("FAKE two", "FAKE new"));
    expect(replaceEnv(text, lines.slice(0, 1), "a b#c")).toBe(text.replace("FAKE-one", "'a b#c'"));
  });

  test("line ends of Windows stay", () => {
    const crlf = "A=1\r\nB=2\r\n";
    expect(replaceEnv(crlf, envLines(crlf).slice(0, 1), "9")).toBe("A=9\r\nB=2\r\n");
  });

  test("a value that no quoting carries is refused", () => {
    expect(quoteEnv("line\nbreak")).toBeUndefined();
    expect(quoteEnv(`both ' and "`)).toBeUndefined();
    expect(quoteEnv("x'\\")).toBeUndefined();
  });

  test("what is written is read back by dotenv's rules", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii", minLength: 1 }), (value) => {
        const quoted = quoteEnv(value);
        if (quoted === undefined) return;
        const written = `KEY=${quoted}\n`;
        expect(parseEnv(written)["KEY"]).toBe(value);
        expect(envLines(written)[0]?.value).toBe(value);
      }),
      { numRuns: 1000 },
    );
  });

  test("and by a shell, which reads quotes as systemd does", () => {
    const dir = mkdtempSync(join(tmpdir(), "claw-ir-env-"));
    try {
      for (const value of [
        "FAKE-plain_1",
        "with space",
        "a#b",
        "$HOME",
        "back\\slash",
        "`id`",
        'say "hi"',
        "it's",
      ]) {
        const written = `KEY=${quoteEnv(value) ?? ""}\n`;
        writeFileSync(join(dir, "env"), written);
        const seen = execFileSync("/bin/sh", ["-c", `. "${join(dir, "env")}"; printf %s "$KEY"`], {
          encoding: "utf8",
        });
        expect(seen).toBe(value);
      }
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
