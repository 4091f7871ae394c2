import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { at, list } from "../../src/model/json.ts";
import { stepOf } from "./demonstration.ts";
import { describeDemonstration } from "./promises.ts";
import { itProvesDevices, itProvesToken } from "./proofs.ts";

// One key has a new value; the others were left for later, and without a probe nothing is proven about the one.
describeDemonstration("key-compromised", { exit: 3, rotations: { proven: 2, failed: 0 } }, (shown) => {
  itProvesToken(shown);
  itProvesDevices(shown);

  it("puts the new key in place of the leaked one, and says what is still open", async () => {
    const { lines, summary, root } = shown();
    const { state, receipt } = stepOf(lines, "rotate/credentials");
    expect(state).toBe("partial");
    const anthropic = list(receipt).find((one) => at(one, "credential") === "anthropic/anthropic:manual");
    expect(list(at(anthropic, "steps")).map((one) => [at(one, "step"), at(one, "outcome")])).toEqual(
      expect.arrayContaining([
        ["create", "by-user"],
        ["deploy", "done"],
        ["revoke", "by-user"],
      ]),
    );
    expect(at(summary["rotations"], "pending")).toBeGreaterThan(0);
    const database = await readFile(join(root, "home/claw/.openclaw/state/openclaw.sqlite"), "latin1");
    expect(database).toContain((await readFile(join(root, "new-key"), "utf8")).trim());
    expect(database).not.toContain("sk-ant-api03-FAKEFAKEFAKE");
  });
});
