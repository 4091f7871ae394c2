import { runCollectors } from "./run-collectors.ts";
import { step } from "./step.ts";

export const capture = step({
  id: "volatile/capture",
  stage: "volatile",
  title: "Record processes, sockets, logins and logs before anything is stopped",
  mutates: "case",
  plan: () => "read /proc, sockets, logins and the gateway's logs; nothing is started and nothing is changed",
  run: (context) => runCollectors(context, "volatile"),
});
