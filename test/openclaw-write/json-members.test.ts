import fc from "fast-check";
import { expect, test } from "vitest";
import { dropMembers } from "../../src/openclaw/write/json-members.ts";

const key = fc.constantFrom<string[]>("a", "b", "c", "d", "__proto__", "constructor", 'quo"te', "ü");
const members = fc.uniqueArray(fc.tuple(key, fc.jsonValue({ maxDepth: 2 })), { selector: ([name]) => name });

test("what is left is what was not dropped, to the byte", () => {
  fc.assert(
    fc.property(members, fc.array(key), fc.constantFrom(0, 2, "\t"), (entries, dropped, indent) => {
      const text = `\n${JSON.stringify(Object.fromEntries(entries), null, indent)}\n`;
      const left = dropMembers(text, (name) => dropped.includes(name));
      const kept = Object.fromEntries(
        Object.entries(Object.fromEntries(entries)).filter(([name]) => !dropped.includes(name)),
      );
      expect(left).toBe(`\n${JSON.stringify(kept, null, indent)}\n`);
    }),
  );
});

test("a key that stands twice goes twice, and only at the path", () => {
  expect(dropMembers('{"a":1,"b":{"a":2,"c":3},"a":4}', (name) => name === "a")).toBe('{"b":{"a":2,"c":3}}');
  expect(dropMembers('{"a":1,"b":{"a":2,"c":3}}', (name) => name === "a", ["b"])).toBe('{"a":1,"b":{"c":3}}');
});

test("what is no object, or is not there, stays", () => {
  for (const text of ["[1,2]", '"x"', "{}", '{"b":[1]}'])
    expect(dropMembers(text, () => true, ["b"])).toBe(text);
});

test("a hundred thousand members go in one pass", () => {
  const many = JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i])));
  expect(dropMembers(many, (name) => name !== "k7")).toBe('{"k7":7}');
});
