import fc from "fast-check";
import JSON5 from "json5";
import { expect, test } from "vitest";
import { keepItems } from "../../src/openclaw/write/json-items.ts";
import { setValue } from "../../src/openclaw/write/json5-edit.ts";
import { spansOf } from "../../src/openclaw/write/json5-spans.ts";

function kept(text: string, wanted: readonly unknown[]): string | undefined {
  const span = spansOf(text);
  if (span.kind !== "array") throw new Error("no array");
  return keepItems(text, span, wanted);
}

test("what is left is what was wanted, to the byte", () => {
  const items = fc.array(fc.tuple(fc.jsonValue({ maxDepth: 2 }), fc.boolean()), { maxLength: 8 });
  fc.assert(
    fc.property(items, fc.constantFrom(0, 2, "\t"), (pairs, indent) => {
      // As JSON has it: "-0" is read as 0.
      const all = JSON.parse(JSON.stringify(pairs)) as [unknown, boolean][];
      const text = JSON.stringify(
        all.map(([value]) => value),
        null,
        indent,
      );
      // The first of equal items is what stays, so that only a run of distinct ones says which bytes are left.
      const distinct = all.filter(
        ([v], i) => all.findIndex(([w]) => JSON.stringify(w) === JSON.stringify(v)) === i,
      );
      const wanted = distinct.filter(([, isWanted]) => isWanted).map(([value]) => value);
      const left = kept(text, wanted);
      expect(JSON5.parse(left ?? "")).toEqual(wanted);
      if (distinct.length === all.length) expect(left).toBe(JSON.stringify(wanted, null, indent));
    }),
  );
});

test("a comment stays with its item, and a comma at the end is kept where it was", () => {
  const text = `[
  "111", // me
  /* a friend */ "222",
  "333", // mallory
]`;
  expect(kept(text, ["111", "222"])).toBe(`[
  "111", // me
  /* a friend */ "222",
]`);
  expect(kept(text, ["222", "333"])).toBe(`[
  /* a friend */ "222",
  "333", // mallory
]`);
  expect(kept(text, [])).toBe("[]");
});

test("other items, or another order, are no removal", () => {
  expect(kept("[1, 2]", [2, 1])).toBeUndefined();
  expect(kept("[1]", [1, 2])).toBeUndefined();
  // The whole list is written anew then.
  expect(setValue("{a: [1, 2] }", ["a"], [3])).toBe("{a: [\n  3\n] }");
  expect(setValue("{a: [1, /* two */ 2, 3] }", ["a"], [1, 3])).toBe("{a: [1, 3] }");
});

test("a hundred thousand items go in one pass", () => {
  const many = JSON.stringify(Array.from({ length: 100_000 }, (_, i) => i));
  expect(kept(many, [7])).toBe("[7]");
});
