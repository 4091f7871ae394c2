import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";

export const credentials: Collector = {
  id: "credentials",
  title: "Credentials that OpenClaw holds, as fingerprints",
  stage: "collect",
  attack: ["T1552.001", "T1528"],
  liveOnly: false,
  timeoutMs: 30_000,
  collect: fromReading("credentials", ({ secret, mark, ...credential }, { redactor }) => {
    const shown = mark ?? (secret === undefined ? undefined : redactor.mark(secret));
    return shown === undefined ? credential : { ...credential, mark: shown };
  }),
};
