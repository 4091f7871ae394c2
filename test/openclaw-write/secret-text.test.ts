import { describe, expect, test } from "vitest";
import { swapSecret } from "../../src/openclaw/write/secret-text.ts";

const old = "sk-FAKE-0123456789abcdef";

describe("a secret inside other text", () => {
  test.each([
    [old, "NEW"],
    [`Bearer ${old}`, "Bearer NEW"],
    [`https://user:${old}@host/${old}?k=${old}`, "https://user:NEW@host/NEW?k=NEW"],
    [`${old}x`, undefined],
    [`x${old}`, undefined],
    [`${old}-more`, undefined],
    [`${old}x ${old}`, `${old}x NEW`],
    ["nothing of it", undefined],
  ])("%s → %s", (text, wanted) => {
    expect(swapSecret(text, old, "NEW")).toBe(wanted);
  });

  test("a short one counts only as the whole value, and $ in the new one means nothing", () => {
    expect(swapSecret("a word of FAKE text", "FAKE", "NEW")).toBeUndefined();
    expect(swapSecret("FAKE", "FAKE", "NEW")).toBe("NEW");
    expect(swapSecret(`Bearer ${old}`, old, "$& $1 $$")).toBe("Bearer $& $1 $$");
  });
});
