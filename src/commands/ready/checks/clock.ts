import { type Check, fail, ok, warn } from "../check.ts";

/** claw-ir was not there before: a clock that says so is wrong. */
const earliest = Date.parse("2026-01-01T00:00:00Z");
const latest = Date.parse("2100-01-01T00:00:00Z");
const slackMs = 5 * 60_000;

/** Every time in a case, every expiry of a key and every retention rule hangs on it. */
export const clock: Check = {
  id: "clock",
  title: "the clock is right",
  run: async ({ host, target, status }) => {
    const now = host.clock.now().getTime();
    const text = new Date(now).toISOString().slice(0, 19);
    const fix = "set it: timedatectl set-ntp true, and look with date -u";
    if (now < earliest || now > latest) return fail(`it says ${text}Z`, fix);
    const runs = [status.backup, status.drill, status.prune].flatMap(({ last }) => last ?? []);
    const ahead = runs.find(({ endedAt }) => Date.parse(endedAt) > now + slackMs);
    if (ahead !== undefined)
      return fail(`it says ${text}Z, and an earlier run ended at ${ahead.endedAt}: it went back`, fix);
    if (!target.live) return ok(`${text}Z on this machine`);
    const argv = ["timedatectl", "show", "--property=NTPSynchronized", "--value"] as const;
    const { code, stdout } = await host.run(argv, { timeoutMs: 3000 });
    if (code === 0 && stdout.trim() === "no") return warn(`${text}Z, not synchronised`, fix);
    return ok(`${text}Z${code === 0 && stdout.trim() === "yes" ? ", synchronised" : ""}`);
  },
};
