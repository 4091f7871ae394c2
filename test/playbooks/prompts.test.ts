/** Scripts answer questions by id: every id in the source stands in docs/answers.md, and nothing else does. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openPrompts } from "../../src/commands/options.ts";
import { sealPrompts } from "../../src/preserve/index.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(join(root, "src", name), "utf8"));
const doc = readFileSync(join(root, "docs", "answers.md"), "utf8");

/** `id: "a.b"` and `id: \`a.${…}\``, the latter as a.ID; step ids have a slash, steps' data have no dot. */
const idsIn = (text: string): readonly string[] =>
  [...text.matchAll(/\bid: ["`]([a-z][a-z-]*\.[^"`]+)["`]/g)].map(([, id = ""]) =>
    id.replace(/\$\{.*\}/, "ID"),
  );
const inSource = new Set([...sources.flatMap(idsIn), ...Object.values(sealPrompts)]);
const rows = [...doc.matchAll(/^\| `([^`]+)` +\| (.*?) +\|/gm)].map(([, id = "", asks = ""]) => ({
  id,
  asks,
}));
const secrets = [
  "secret.ID",
  sealPrompts.passphrase,
  sealPrompts.keyPassphrase,
  ...Object.values(openPrompts),
];

describe("the ids of questions", () => {
  it("are all documented, and no others", () => {
    const told = rows.map(({ id }) => id);
    expect([...inSource].filter((id) => !secrets.includes(id)).sort()).toEqual(told.sort());
    for (const id of secrets) expect(doc).toContain(`\`${id}\``);
  });

  it("are marked explicit exactly where --yes does not answer", () => {
    // The id is the last one that stands before the mark.
    const explicit = sources.flatMap((text) =>
      text
        .split("explicit: true")
        .slice(0, -1)
        .flatMap((before) => idsIn(before).slice(-1)),
    );
    expect(
      rows
        .filter(({ asks }) => asks.startsWith("**explicit**"))
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...new Set(explicit)].sort());
  });
});
