/** Rows for people: columns where they fit, blocks where not, and no cell that poses as a row. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Column } from "../../src/commands/present/listing-widths.ts";
import { listing, type ListRow } from "../../src/commands/present/listing.ts";
import { columnsOf, fitEnd } from "../../src/model/columns.ts";

const plain = (width: number) => ({ width, paint: (_style: string, text: string) => text });
const columns: readonly Column[] = [
  { head: "name", least: 8 },
  { head: "what", least: 10, most: 30 },
  { head: "made", least: 10, isSpare: true },
  { head: "place", least: 8, isPath: true },
];
const row = (name: string, more: Partial<ListRow> = {}): ListRow => ({
  cells: [name, "does a thing", "2026-11-20", "/home/claw/x/y/z"],
  notes: [],
  ...more,
});
const high = { text: "HIGH", style: "red" } as const;

describe("rows", () => {
  it("stand in columns, with their mark before and their notes below", () => {
    const text = listing(plain(80), columns, [
      row("one", { mark: high, notes: [{ text: "bad" }] }),
      row("two"),
    ]);
    expect(text).toBe(
      [
        "      name  what          made        place",
        "HIGH  one   does a thing  2026-11-20  /home/claw/x/y/z",
        "      · bad",
        "      two   does a thing  2026-11-20  /home/claw/x/y/z",
        "",
      ].join("\n"),
    );
  });

  it("give up spare columns first, and say so; then they are blocks", () => {
    expect(listing(plain(37), columns, [row("one")])).toBe(
      ["name  what          place", "one   does a thing  /home/claw/x/y/z", "no room for: made", ""].join(
        "\n",
      ),
    );
    expect(listing(plain(26), columns, [row("one", { mark: high }), row("two")])).toBe(
      [
        "HIGH  one",
        "        what   does a",
        "               thing",
        "        made   2026-11-20",
        "        place  /home/claw",
        "               /x/y/z",
        "",
        "      two",
        "        what   does a",
        "               thing",
        "        made   2026-11-20",
        "        place  /home/claw",
        "               /x/y/z",
        "",
      ].join("\n"),
    );
  });

  it("cut a path at its beginning, and leave empty columns out", () => {
    const text = listing(plain(60), columns, [
      { cells: ["one", "", "", `/home/claw/${"long/".repeat(20)}end`], notes: [] },
    ]);
    expect(text).toMatch(/^name +place\none +….*long\/end\n$/);
  });

  it("say the same note once for those that follow one another", () => {
    const noted = (name: string) => row(name, { mark: high, notes: [{ text: "bad" }] });
    const lines = listing(plain(80), columns, [noted("a"), noted("b"), row("c")]).split("\n");
    expect(lines.filter((line) => line.includes("bad"))).toEqual(["      · bad (these 2)"]);
    expect(lines[3]).toBe("      · bad (these 2)");
  });

  it("may be very many", () => {
    const rows = Array.from({ length: 150_000 }, () => row("one", { mark: high }));
    expect(listing(plain(80), columns, rows).split("\n")).toHaveLength(150_002);
  });

  it("are nothing where there are none", () => {
    expect(listing(plain(80), columns, [])).toBe("name\n");
  });

  it.each([
    ["a new line", "x\nHIGH  forged"],
    ["a carriage return", "x\rHIGH  forged"],
    ["cursor movements", "x\u001b[2K\u001b[1GHIGH  forged"],
    ["spaces up to the next line", `x${" ".repeat(120)}HIGH  forged`],
    ["wide spaces", `x${"\u3000".repeat(60)}HIGH  forged`],
    ["another direction", "\u202eHGIH"],
  ])("cannot be forged by %s", (_how, name) => {
    for (const width of [30, 60, 120]) {
      const text = listing(plain(width), columns, [
        row(name, { notes: [{ text: name }] }),
        row("calm", { cells: [name, name, name, name], mark: high }),
      ]);
      const marked = text.split("\n").filter((line) => /^\S/.test(line) && !line.startsWith("no room"));
      expect(marked).toHaveLength(1);
      expect(marked[0]).toMatch(/^HIGH {2}/);
    }
  });

  it("stay inside the width, in lines of their own, whatever they hold", () => {
    const hostile = fc.string({ unit: "binary", maxLength: 300 });
    const cells = fc.array(hostile, { minLength: 4, maxLength: 4 });
    const rows = fc.array(fc.record({ cells, note: hostile, isMarked: fc.boolean() }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(rows, fc.integer({ min: 40, max: 160 }), (given, width) => {
        const text = listing(
          plain(width),
          columns,
          given.map((one) => ({
            cells: one.cells,
            notes: one.note === "" ? [] : [{ text: one.note }],
            ...(one.isMarked ? { mark: high } : {}),
          })),
        );
        const lines = text.split("\n");
        expect(lines.pop()).toBe("");
        for (const line of lines) {
          expect(columnsOf(line)).toBeLessThan(width);
          expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
        }
        const isMarked = given.some((one) => one.isMarked);
        if (!isMarked) return;
        const forged = lines.filter((line) => /^\S/.test(line) && !line.startsWith("no room for: "));
        expect(forged.filter((line) => !/^HIGH(?: {2}|$)/.test(line))).toEqual([]);
        expect(forged).toHaveLength(given.filter((one) => one.isMarked).length);
      }),
    );
  });

  it("are cut at the beginning to so many columns, and not more than needed", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 80 }),
        fc.integer({ min: 2, max: 60 }),
        (text, width) => {
          const cut = fitEnd(text, width);
          expect(columnsOf(cut)).toBeLessThanOrEqual(width);
          if (columnsOf(text) <= width) expect(cut).toBe(text);
          else expect(text.endsWith(cut.slice(1))).toBe(true);
        },
      ),
    );
  });
});
