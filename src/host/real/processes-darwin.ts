/** Processes where there is no /proc (macOS, BSD): ps, lsof and who, each with a time limit. */
import type { Run } from "../host.ts";
import { ClawError, codeOf } from "../../model/errors.ts";
import type { HostProcesses, ProcessRecord } from "../processes.ts";
import { parseCommands, parseLsof, parsePs, parseWho, psColumns } from "./ps-format.ts";

const limit = { timeoutMs: 10_000, maxBytes: 16 * 1024 * 1024 } as const;

/** Nobody may take "could not look" for "nothing is there". */
function unreadable(program: string): ClawError {
  return new ClawError(`${program} did not answer`, {
    exit: "failed",
    code: "processes-unreadable",
    hint: `try ${program} by hand`,
  });
}

async function ps(run: Run, which: readonly string[]): Promise<readonly ProcessRecord[] | undefined> {
  const [table, commands] = await Promise.all([
    run(["ps", ...which, "-ww", "-o", psColumns], limit),
    run(["ps", ...which, "-ww", "-o", "pid=,command="], limit),
  ]);
  if (table.code === null || table.timedOut) throw unreadable("ps");
  return parsePs(table.stdout, parseCommands(commands.stdout));
}

async function get(run: Run, pid: number): Promise<ProcessRecord | undefined> {
  return (await ps(run, ["-p", String(pid)]))?.find((each) => each.pid === pid);
}

export function psProcesses(run: Run): HostProcesses {
  return {
    list: async () => ({ processes: (await ps(run, ["-ax"])) ?? [], hidden: [], denied: 0 }),
    get: (pid) => get(run, pid),
    sockets: async () => {
      const result = await run(["lsof", "-nP", "-i", "-F", "pPtunT"], limit);
      // lsof exits 1 also when it merely could not see everything.
      if (result.code === null) throw unreadable("lsof");
      return parseLsof(result.stdout);
    },
    openFiles: () => Promise.resolve(undefined),
    memory: () => Promise.resolve(undefined),
    limits: () => Promise.resolve(undefined),
    openProgram: () => {
      throw Object.assign(new Error("this system has no door to a running program"), { code: "ESRCH" });
    },
    logins: async () => parseWho((await run(["who"], limit)).stdout),
    signal: async ({ pid, startTicks }, name) => {
      if (pid <= 1 || pid === process.pid) return "denied";
      const now = await get(run, pid);
      if (now?.startTicks !== startTicks || now.state === "Z") return "gone";
      try {
        process.kill(pid, name);
        return "sent";
      } catch (error) {
        return codeOf(error) === "ESRCH" ? "gone" : "denied";
      }
    },
  };
}
