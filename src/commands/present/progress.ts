import type { Host } from "../../host/host.ts";
import { durationText } from "../../model/text.ts";

/** The line that moves while something is done, so that nobody wonders whether it still lives. */
export interface Progress {
  readonly start: (title: string) => void;
  /** How far it is: "31 files, 2.1 MiB". */
  readonly detail: (text: string) => void;
  /** Takes the line away while a question is on the screen. */
  readonly pause: () => void;
  readonly goOn: () => void;
  readonly stop: () => void;
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"] as const;
const tickMs = 150;
/** A step that is done in no time needs no clock. */
const clockAfterMs = 3000;

export function progressOn(host: Host): Progress {
  const { terminal, clock } = host;
  const moves = terminal.stderrIsTty && host.facts.env["TERM"] !== "dumb";
  let now: { readonly title: string; readonly since: number; detail: string } | undefined;
  let isPaused = false;
  let isTicking = false;
  let frame = 0;
  const draw = (): void => {
    if (now === undefined || isPaused) return;
    const lasted = clock.monotonic() - now.since;
    const time = lasted < clockAfterMs ? "" : `  ${durationText(lasted)}`;
    const detail = now.detail === "" ? "" : `: ${now.detail}`;
    frame = (frame + 1) % frames.length;
    terminal.progress(`  ${frames[frame] ?? "…"} ${now.title}${detail}${time}`);
  };
  const tick = async (): Promise<void> => {
    isTicking = true;
    try {
      while (now !== undefined) {
        draw();
        await clock.sleep(tickMs);
      }
    } catch {
      // Ctrl-C ends the sleep, and with it the movement.
    }
    isTicking = false;
  };
  return {
    start: (title) => {
      now = { title, since: clock.monotonic(), detail: "" };
      if (moves && !isTicking) void tick();
    },
    detail: (text) => {
      if (now !== undefined) now.detail = text;
    },
    pause: () => {
      isPaused = true;
      terminal.progress("");
    },
    goOn: () => {
      isPaused = false;
    },
    stop: () => {
      now = undefined;
      terminal.progress("");
    },
  };
}
