import { read } from "../../model/outcome.ts";
import { ask } from "../ask.ts";
import type { CollectContext, CollectResult, Collector } from "../collector.ts";

const limits = { timeoutMs: 5000, maxBytes: 4 << 20 } as const;
const programs = [["nft", "list", "ruleset"], ["iptables-save"], ["ip6tables-save"]] as const;

/** The rules line by line, as the programs print them. */
async function collect({ host }: CollectContext): Promise<CollectResult> {
  if (host.facts.uid !== 0)
    return { outcome: "denied", reason: "firewall rules are told to root only", records: [] };
  const records: unknown[] = [];
  const reasons: string[] = [];
  let answered = 0;
  for (const argv of programs) {
    const told = await ask(host, argv, limits);
    if (!told.ok) {
      if (told.outcome !== "missing") reasons.push(told.reason);
      continue;
    }
    answered += 1;
    if (told.cut)
      reasons.push(`of the rules of ${argv[0]} only the first ${limits.maxBytes >> 20} MiB were kept`);
    for (const text of told.stdout.split("\n"))
      if (text.trim() !== "") records.push({ program: argv[0], text });
  }
  if (answered === 0 && reasons.length === 0)
    return { outcome: "missing", reason: "neither nft nor iptables is installed", records };
  return read(records, reasons);
}

export const firewall: Collector = {
  id: "firewall",
  title: "Firewall rules",
  stage: "collect",
  attack: ["T1562.004", "T1016"],
  liveOnly: true,
  timeoutMs: 30_000,
  rootAdds: "the rules",
  collect,
};
