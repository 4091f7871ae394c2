import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { at, num, str } from "../../src/model/json.ts";
import { stepOf } from "./demonstration.ts";
import { describeDemonstration } from "./promises.ts";

describeDemonstration(
  "cost-spike",
  { exit: 0, rotations: { proven: 0, done: 0, pending: 0, failed: 0 } },
  (shown) => {
    it("names who spent, and writes to the provider what was spent elsewhere", async () => {
      const { lines, summary, caseFolder } = shown();
      expect(stepOf(lines, "volatile/spend")["receipt"]).toMatchObject({ climbing: true });
      const check = stepOf(lines, "recover/provider-check")["receipt"];
      expect(check).toMatchObject({ provider: 180, elsewhere: true });
      const local = num(at(check, "local")) ?? 0;
      // Sixty polls at 0.40 and more, as the transcripts tell.
      expect(local).toBeGreaterThan(59);
      expect(local).toBeLessThan(61);
      const report = await readFile(str(summary["report"]) ?? "", "utf8");
      expect(report).toContain("trigger heartbeat: 59.40 USD in 60 messages");
      const letter = await readFile(join(caseFolder, "reports/message-to-provider.md"), "utf8");
      expect(letter).toContain("180.00 USD");
    });

    it("keeps off what spent, with the way back", async () => {
      const { lines, summary, root } = shown();
      expect(stepOf(lines, "recover/switch-off")["state"]).toBe("done");
      const config: unknown = JSON.parse(
        await readFile(join(root, "home/claw/.openclaw/openclaw.json"), "utf8"),
      );
      expect(at(config, "agents", "defaults", "heartbeat", "every")).toBe("0m");
      expect(at(config, "cron", "enabled")).toBe(false);
      const report = await readFile(str(summary["report"]) ?? "", "utf8");
      expect(report).toContain("openclaw cron enable 0badc0de-0000-4000-8000-00000000cafe");
    });
  },
);
