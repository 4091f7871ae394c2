/** Time that passes only when somebody sleeps, or a test says so. */
import type { HostClock } from "../../src/host/host.ts";
import { cancelled } from "../../src/model/errors.ts";

export interface FakeTime {
  readonly clock: HostClock;
  /** Lets time pass; whatever `later` planned for it happens on the way, in order. */
  readonly advance: (ms: number) => Promise<void>;
  /** Plans something for `ms` from now: a supervisor that respawns its service, a lock that is given back. */
  readonly later: (ms: number, work: () => void | Promise<void>) => void;
  readonly setNow: (now: string | Date) => void;
  /** How long each sleep was asked to be. */
  readonly slept: number[];
}

export function fakeTime(start: string | Date, signal: AbortSignal): FakeTime {
  let offset = new Date(start).getTime();
  let elapsed = 0;
  const planned: { readonly at: number; readonly work: () => void | Promise<void> }[] = [];
  const slept: number[] = [];
  const advance = async (ms: number): Promise<void> => {
    const end = elapsed + ms;
    for (;;) {
      planned.sort((a, b) => a.at - b.at);
      const next = planned[0];
      if (next === undefined || next.at > end) break;
      planned.shift();
      elapsed = Math.max(elapsed, next.at);
      await next.work();
    }
    elapsed = end;
    // Real work that was started meanwhile gets its turn.
    await new Promise((resolve) => setImmediate(resolve));
  };
  const check = (): void => {
    if (signal.aborted) throw cancelled();
  };
  return {
    clock: {
      now: () => new Date(offset + elapsed),
      monotonic: () => elapsed,
      sleep: async (ms) => {
        check();
        slept.push(ms);
        await advance(ms);
        check();
      },
    },
    advance,
    later: (ms, work) => {
      planned.push({ at: elapsed + ms, work });
    },
    setNow: (now) => {
      offset = new Date(now).getTime() - elapsed;
    },
    slept,
  };
}
