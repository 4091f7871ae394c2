import { dict, list, num, parseJson, str } from "../../model/json.ts";
import { read } from "../../model/outcome.ts";
import { ask } from "../ask.ts";
import type { CollectContext, CollectResult, Collector } from "../collector.ts";

const limits = { timeoutMs: 5000, maxBytes: 8 << 20 } as const;
const maxPrograms = 5000;

/** Kinds that can see or change what programs, calls and packets do; the rest filter a socket or a service's own access. */
const hooks = /^(?:kprobe|tracepoint|raw_tracepoint|tracing|lsm|xdp|sched_cls|perf_event|ext|struct_ops)$/;

/** `bpftool -j prog`: one record per program in the kernel. Never throws because of the text. */
export function parseBpfPrograms(text: string): readonly object[] {
  return list(parseJson(text))
    .slice(0, maxPrograms)
    .map((value) => {
      const program = dict(value);
      const type = str(program["type"]) ?? "?";
      const loaded = num(program["loaded_at"]);
      return {
        kind: "bpf-program",
        id: num(program["id"]),
        type,
        name: str(program["name"]),
        uid: num(program["uid"]),
        hook: hooks.test(type),
        pids: list(program["pids"]).map((one) => ({
          pid: num(dict(one)["pid"]),
          comm: str(dict(one)["comm"]),
        })),
        ...(loaded !== undefined && loaded > 0 && loaded < 8.64e12
          ? { at: new Date(loaded * 1000).toISOString() }
          : {}),
      };
    });
}

async function collect({ host }: CollectContext): Promise<CollectResult> {
  if (host.facts.uid !== 0)
    return { outcome: "denied", reason: "programs in the kernel (BPF) are told to root only", records: [] };
  const told = await ask(host, ["bpftool", "-j", "prog"], limits);
  if (!told.ok) return { outcome: told.outcome, reason: told.reason, records: [] };
  const reasons = told.cut ? ["bpftool said more than is kept: nothing of it can be read"] : [];
  return read<unknown>(parseBpfPrograms(told.stdout), reasons);
}

export const bpf: Collector = {
  id: "bpf",
  title: "Programs in the kernel (BPF)",
  stage: "collect",
  attack: ["T1014", "T1205.002", "T1056"],
  liveOnly: true,
  timeoutMs: 30_000,
  rootAdds: "the list of BPF programs",
  collect,
};
