/** Lists on a narrow terminal, and lines that are to be copied. */
import { describe, expect, it } from "vitest";
import { page } from "../../src/commands/present/page.ts";
import { namedTable } from "../../src/commands/present/table.ts";
import { terminalOn } from "../../src/host/real/terminal.ts";

const head = ["made", "size", "archive"];
const rows = [
  ["2026-11-25", "1.0 KiB", "openclaw-backup-a-host-20261125T171541Z"],
  ["2026-11-24", "2 B", "short"],
];

describe("a list of names", () => {
  it("has one line each where there is room, or nobody looks", () => {
    const lines = [
      "made        size     archive",
      "2026-11-25  1.0 KiB  openclaw-backup-a-host-20261125T171541Z",
      "2026-11-24  2 B      short",
      "",
    ].join("\n");
    expect(namedTable({ stdoutIsTty: true, width: 60 }, head, rows)).toBe(lines);
    expect(namedTable({ stdoutIsTty: false, width: 30 }, head, rows)).toBe(lines);
  });

  it("has each name whole on a line of its own where there is none", () => {
    expect(namedTable({ stdoutIsTty: true, width: 50 }, head, rows)).toBe(
      [
        "made        size",
        "  archive",
        "2026-11-25  1.0 KiB",
        "  openclaw-backup-a-host-20261125T171541Z",
        "2026-11-24  2 B",
        "  short",
        "",
      ].join("\n"),
    );
  });

  it("moves columns that have no room behind the name", () => {
    const [, row = []] = namedTable(
      { stdoutIsTty: true, width: 24 },
      ["one", "two", "name"],
      [["1".repeat(12), "2".repeat(12), "name"]],
    )
      .split("\n")
      .reduce<string[][]>((all, line, index) => {
        (all[Math.floor(index / 2)] ??= []).push(line);
        return all;
      }, []);
    expect(row).toEqual(["1".repeat(12), `  name  ${"2".repeat(12)}`]);
  });

  it("lets no name begin a line of its own", () => {
    const text = namedTable(
      { stdoutIsTty: true, width: 40 },
      ["made", "name"],
      [["today", `${"x".repeat(60)}\n\u001b[31mtoday`]],
    );
    const lines = text.split("\n").slice(3, -1);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.filter((line) => !line.startsWith("  "))).toEqual([]);
    expect(text).not.toContain("\u001b");
  });
});

describe("a path to copy", () => {
  const line = { lead: "  to    ", text: "/a/folder/with/a/long/name", whole: true };
  it.each([
    ["stays behind its name where there is room", 40, "  to    /a/folder/with/a/long/name\n"],
    ["has a line of its own where there is none", 30, "  to\n    /a/folder/with/a/long/name\n"],
    ["is not cut even there", 20, "  to\n    /a/folder/with/a/long/name\n"],
  ])("%s", (_what, width, text) => {
    const screen = { isTTY: true, columns: width, write: () => true };
    expect(page(terminalOn(screen, screen, { color: false, env: {} }), true, line)).toBe(text);
  });
});
