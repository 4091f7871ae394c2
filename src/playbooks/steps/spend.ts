import { openState } from "../../openclaw/index.ts";
import { spendingLines, spendingOf } from "./spending.ts";
import { step } from "./step.ts";

/** Money spent this recently means that it still goes on. */
const recentMs = 15 * 60_000;

export const spend = step({
  id: "volatile/spend",
  stage: "volatile",
  title: "See what was spent lately, and whether it still goes on",
  mutates: "case",
  needsState: true,
  plan: () => "copy the databases and add up what the transcripts record for the last 24 hours",
  run: async (context) => {
    const { case: subject, host, installation } = context;
    const now = host.clock.now().getTime();
    const state = await openState(host, installation, await subject.scratch());
    try {
      const spending = await spendingOf(context, state, new Date(now - 86_400_000).toISOString());
      const recent = (await spendingOf(context, state, new Date(now - recentMs).toISOString())).report(
        "hour",
      );
      const climbing = recent.total > 0 || recent.unpriced.messages > 0;
      subject.facts.set("spend", {
        climbing,
        lastMinutes: recent.total,
        lastDay: spending.report("hour").total,
      });
      context.say("In the last 24 hours:");
      for (const line of spendingLines(spending)) context.say(`  - ${line}`);
      context.say(
        climbing
          ? `It still goes on: ${recent.total.toFixed(2)} USD in the last 15 minutes.`
          : "Nothing was spent in the last 15 minutes, as far as the transcripts tell.",
      );
      return { state: "done", receipt: { climbing, lastDay: spending.report("hour").total } };
    } finally {
      await state.close();
    }
  },
});
