import type { HostClock } from "../host.ts";
import { abortError } from "./signals.ts";

export function realClock(signal: AbortSignal): HostClock {
  return {
    now: () => new Date(),
    monotonic: () => performance.now(),
    sleep: (ms) =>
      new Promise((resolve, reject) => {
        const stop = (): void => {
          clearTimeout(timer);
          reject(abortError(signal));
        };
        const timer = setTimeout(() => {
          signal.removeEventListener("abort", stop);
          resolve();
        }, ms);
        if (signal.aborted) stop();
        else signal.addEventListener("abort", stop, { once: true });
      }),
  };
}
