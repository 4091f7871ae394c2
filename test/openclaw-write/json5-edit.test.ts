import fc from "fast-check";
import JSON5 from "json5";
import { describe, expect, test } from "vitest";
import { parsePath, showPath } from "../../src/openclaw/write/config-path.ts";
import {
  follow,
  removeValue,
  replaceStrings,
  setValue,
  stringsOf,
} from "../../src/openclaw/write/json5-edit.ts";
import { spansOf } from "../../src/openclaw/write/json5-spans.ts";
import type { Json } from "../../src/model/json.ts";

const config = `// the gateway of the workshop
{
  gateway: { mode: 'local', /* never "lan" */ auth: { mode: "token", token: 'gt-FAKE-old' } },
  // channels we use
  "channels": {
    telegram: {
      enabled: false, // off since May
      botToken: "1:FAKE", // from BotFather
    },
  },
  plus: +1, hex: 0xFF, inf: -Infinity, half: .5,
}
`;

/** Everything but the edited span, so that a test sees any other byte that moved. */
function commentsOf(text: string): readonly string[] {
  return text.match(/\/\/[^\n]*|\/\*.*?\*\//gs) ?? [];
}

describe("setting a value in JSON5", () => {
  test("replaces the value alone", () => {
    const text = setValue(config, ["gateway", "auth", "token"], "gt-FAKE-new");
    expect(text).toBe(config.replace("'gt-FAKE-old'", '"gt-FAKE-new"'));
  });

  test("adds a member in the manner of its neighbours", () => {
    const text = setValue(config, ["channels", "telegram", "dmPolicy"], "pairing");
    expect(text).toBe(
      config.replace("// from BotFather\n", '// from BotFather\n      dmPolicy: "pairing",\n'),
    );
  });

  test("adds missing parents, in one line where the object is in one line", () => {
    const text = setValue(config, ["gateway", "auth", "remote", "token"], "x");
    expect(JSON5.parse(text ?? "")).toMatchObject({ gateway: { auth: { remote: { token: "x" } } } });
    expect(commentsOf(text ?? "")).toEqual(commentsOf(config));
  });

  test("puts the comma before a trailing comment, and keeps strict JSON strict", () => {
    expect(setValue("{\n  a: 1 // last\n}", ["b"], 2)).toBe("{\n  a: 1, // last\n  b: 2\n}");
    expect(setValue('{\n  "a": 1\n}\n', ["b"], 2)).toBe('{\n  "a": 1,\n  "b": 2\n}\n');
    expect(setValue("{}", ["a", "b"], true)).toBe('{\n  "a": {\n    "b": true\n  }\n}');
    expect(setValue("{ a: 1 }", ["b"], 2)).toBe("{ a: 1, b: 2 }");
  });

  test("of a key written twice the one that counts is set", () => {
    expect(JSON5.parse(setValue("{a: 1, b: 0, a: 2}", ["a"], 3) ?? "")).toEqual({ a: 3, b: 0 });
  });

  test("does not write through a scalar or past an array", () => {
    expect(setValue("{a: 1}", ["a", "b"], 1)).toBeUndefined();
    expect(setValue("{a: [1]}", ["a", "1"], 1)).toBeUndefined();
    expect(setValue("{a: [1]}", ["a", "0"], 2)).toBe("{a: [2]}");
  });

  test("refuses hostile nesting instead of exhausting the stack", () => {
    expect(() => spansOf("[".repeat(100_000) + "]".repeat(100_000))).toThrow("nested too deeply");
  });

  test.each(["{", "{a", "{a:", "{a:1", "[1", '{"a', "{a:'x", "{a 1}", "", "{a:1 b:2}"])(
    "broken text %j throws, it never hangs",
    (text) => {
      expect(() => spansOf(text)).toThrow();
    },
  );
});

// JSON5 with everything a hand-written config has: comments, single quotes, bare keys, trailing commas, odd numbers.
const filler = fc.constantFrom(
  "",
  " ",
  "\n",
  "\r\n  ",
  "\t",
  " // note: {,}\n",
  '/* ["*/',
  "/**/ ",
  "\u00a0",
  "\u2028",
);
const bareKey = fc.constantFrom("a", "b", "token", "$x", "_y", "plugins");
const scalar = fc.oneof(
  fc.constantFrom("true", "false", "null", "+1", "-.5", "0xdecaf", "1e3", "Infinity", "5."),
  fc.string({ maxLength: 12 }).map((s) => JSON.stringify(s)),
  fc.constantFrom("'it\\'s'", "'a\\\nb'", "'//no'", '"/*"', "'\\x41'"),
);
const { value: json5 } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc
      .tuple(fc.array(fc.tuple(filler, tie("value"), filler), { maxLength: 3 }), fc.boolean())
      .map(
        ([items, comma]) =>
          `[${items.map((i) => i.join("")).join(",")}${comma && items.length > 0 ? "," : ""}]`,
      ),
    fc
      .tuple(
        fc.array(fc.tuple(filler, bareKey, fc.boolean(), filler, tie("value"), filler), { maxLength: 4 }),
        fc.boolean(),
        filler,
      )
      .map(([members, comma, tail]) => {
        const parts = members.map(
          ([a, key, quoted, b, v, c]) => `${a}${quoted ? `'${key}'` : key}${b}:${b}${v}${c}`,
        );
        return `{${parts.join(",")}${comma && parts.length > 0 ? "," : ""}${tail}}`;
      }),
  ),
}));
const text = fc.tuple(filler, json5, filler).map((parts) => parts.join(""));
const path = fc.array(fc.oneof(bareKey, fc.constantFrom("0", "1", "new key")), {
  minLength: 1,
  maxLength: 3,
});
const value: fc.Arbitrary<Json> = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;

/** What an assignment would do to the parsed value; undefined where it cannot be done. */
function assigned(root: unknown, [key, ...rest]: readonly string[], put: Json): unknown {
  if (key === undefined) return put;
  if (Array.isArray(root)) {
    if (!/^\d+$/.test(key) || Number(key) >= root.length) return undefined;
    const inner = assigned(root[Number(key)], rest, put);
    return inner === undefined ? undefined : root.with(Number(key), inner);
  }
  if (typeof root !== "object" || root === null) return undefined;
  const dict = root as Record<string, unknown>;
  const inner = assigned(key in dict ? dict[key] : {}, rest, put);
  return inner === undefined ? undefined : { ...dict, [key]: inner };
}

/** Whether nothing of `source` but white space was lost: every other character is still there, in order. */
function keeps(source: string, edited: string): boolean {
  let at = 0;
  for (const char of source.replaceAll(/\s/g, "")) {
    at = edited.indexOf(char, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function canon(parsed: unknown): unknown {
  return parsed === undefined ? undefined : JSON5.parse(JSON5.stringify(parsed));
}

describe("against json5.parse", () => {
  test("setting is the assignment, and no comment is lost", () => {
    fc.assert(
      fc.property(text, path, value, (source, at, put) => {
        const edited = setValue(source, at, put);
        const wanted = assigned(JSON5.parse(source), at, put);
        expect(edited === undefined ? undefined : canon(JSON5.parse(edited))).toEqual(canon(wanted));
        if (edited === undefined) return;
        const { span, depth } = follow(spansOf(source), at);
        if (depth < at.length) expect(keeps(source, edited)).toBe(true);
        else {
          expect(edited.startsWith(source.slice(0, span.start))).toBe(true);
          expect(edited.endsWith(source.slice(span.end))).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("what was added can be taken out again", () => {
    fc.assert(
      fc.property(text, bareKey, value, (source, key, put) => {
        const parsed: unknown = JSON5.parse(source);
        fc.pre(typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) && !(key in parsed));
        const edited = setValue(source, [key], put) ?? "";
        expect(canon(JSON5.parse(removeValue(edited, [key])))).toEqual(canon(parsed));
      }),
      { numRuns: 1000 },
    );
  });

  test("removing leaves every other value", () => {
    fc.assert(
      fc.property(text, path, (source, at) => {
        const parsed: unknown = JSON5.parse(source);
        const parent = at
          .slice(0, -1)
          .reduce<unknown>(
            (here, key) =>
              typeof here === "object" && here !== null && key in here
                ? (here as Record<string, unknown>)[key]
                : undefined,
            parsed,
          );
        const key = at.at(-1) ?? "";
        if (typeof parent === "object" && parent !== null && !Array.isArray(parent))
          Reflect.deleteProperty(parent, key);
        expect(canon(JSON5.parse(removeValue(source, at)))).toEqual(canon(parsed));
      }),
      { numRuns: 2000 },
    );
  });

  test("every string is found, and replacing by itself changes no byte", () => {
    fc.assert(
      fc.property(text, (source) => {
        expect(replaceStrings(source, (v) => v).text).toBe(source);
        const replaced = replaceStrings(source, () => "FAKE");
        expect(stringsOf(replaced.text).every((s) => s.value === "FAKE")).toBe(true);
        expect(() => JSON5.parse<unknown>(replaced.text)).not.toThrow();
      }),
      { numRuns: 1000 },
    );
  });
});

describe("config paths", () => {
  test("read back what they show", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 5 }), (keys) => {
        expect(parsePath(showPath(keys))).toEqual(keys);
      }),
    );
  });
  test("look as OpenClaw writes them", () => {
    expect(showPath(["agents", "list", "0", "id"])).toBe("agents.list[0].id");
    expect(showPath(["models", "providers", "a.b", "apiKey"])).toBe('models.providers["a.b"].apiKey');
    expect(parsePath("a..b")).toBeUndefined();
    expect(parsePath("")).toBeUndefined();
  });
});
