import type { Collector } from "../collector.ts";

export const logins: Collector = {
  id: "logins",
  title: "Users logged in now",
  stage: "volatile",
  attack: ["T1078", "T1021.004"],
  liveOnly: true,
  timeoutMs: 3000,
  collect: async ({ host }) => ({ outcome: "ok", records: await host.processes.logins() }),
};
