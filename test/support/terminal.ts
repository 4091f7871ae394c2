/** Programs on a real terminal, by way of tmux: what stands on the screen is read, keys are pressed. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

export const hasTmux = spawnSync("tmux", ["-V"]).status === 0;

export interface TerminalOptions {
  /** The whole environment of the program, besides TERM and a UTF-8 locale. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly columns?: number;
  readonly rows?: number;
}

export interface Terminal {
  /** Everything that was ever shown, with lines that the terminal broke put together again. */
  readonly screen: () => string;
  /** What is visible now, line for line as the terminal shows it. */
  readonly visible: () => string;
  /** Waits until the text was shown, as often as given. Returns the screen. */
  readonly shows: (text: string, times?: number) => Promise<string>;
  /** Presses keys by tmux's names: "Enter", "Down", "Space", "C-c"; anything else is typed. */
  readonly keys: (...keys: readonly string[]) => void;
  /**
   * Waits until nothing has moved on the screen for a moment. A prompt takes keys only once it has drawn itself, and the same
   * question put again cannot be told from the first one by its text.
   */
  readonly settles: () => Promise<void>;
  /** The exit code, once the program has ended. */
  readonly exit: () => Promise<number>;
  /** The question that waits now, its lines put together; undefined while there is none. */
  readonly question: () => string | undefined;
}

export interface Terminals {
  readonly open: (argv: readonly string[], options: TerminalOptions) => Terminal;
  /** Ends every program of these terminals. */
  readonly close: () => void;
}

/** Only ends what hangs: between two questions a whole host may be read. */
const patienceMs = 1_200_000;
const stillMs = 400;
const left = "[left ";
const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Terminals of a tmux server of their own, whose socket lies in `folder`. */
export function terminalsIn(folder: string): Terminals {
  const server = join(folder, "tmux");
  const tmux = (...args: readonly string[]): string =>
    execFileSync("tmux", ["-u", "-S", server, "-f", "/dev/null", ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      env: { PATH: process.env["PATH"], HOME: folder, LANG: "C.UTF-8", TERM: "xterm-256color" },
    });
  let count = 0;
  return {
    open: (argv, { env, columns = 100, rows = 40 }) => {
      count += 1;
      const name = `t${count}`;
      const all: TerminalOptions["env"] = { TERM: "screen", LANG: "C.UTF-8", ...env };
      const given = Object.entries(all).flatMap(([key, value]) =>
        value === undefined ? [] : [`${key}=${value}`],
      );
      const command = ["env", "-i", ...given, ...argv].map(quoted).join(" ");
      const size = ["-x", String(columns), "-y", String(rows)];
      // The screen must not go away with the program.
      tmux("new-session", "-d", "-s", name, ...size, `${command}; echo "${left}$?]"; exec cat`);
      return terminal(name, tmux);
    },
    close: () => {
      if (existsSync(server)) spawnSync("tmux", ["-S", server, "kill-server"]);
    },
  };
}

function terminal(name: string, tmux: (...args: readonly string[]) => string): Terminal {
  const screen = (): string => tmux("capture-pane", "-p", "-J", "-S", "-", "-t", name);
  const visible = (): string => tmux("capture-pane", "-p", "-t", name);
  const shows = async (text: string, times = 1): Promise<string> => {
    const until = Date.now() + patienceMs;
    while (Date.now() < until) {
      const shown = screen();
      if (shown.split(text).length > times) return shown;
      await pause(50);
    }
    throw new Error(`the terminal never showed ${JSON.stringify(text)} ${times} times:\n${screen()}`);
  };
  const settles = async (): Promise<void> => {
    const until = Date.now() + patienceMs;
    let last = "";
    let since = Date.now();
    while (Date.now() - since < stillMs) {
      await pause(50);
      const shown = visible();
      if (shown === last) continue;
      if (Date.now() > until) throw new Error(`the terminal never comes to rest:\n${shown}`);
      [last, since] = [shown, Date.now()];
    }
  };
  return {
    screen,
    visible,
    shows,
    settles,
    keys: (...keys) => void tmux("send-keys", "-t", name, ...keys),
    exit: async () => Number(/\[left (\d+)\]/.exec(await shows(left))?.[1]),
    question: () => questionOn(visible()),
  };
}

/** A question stands at the left edge behind a "?"; the lines that belong to it are indented by two. */
function questionOn(screen: string): string | undefined {
  const lines = screen.trimEnd().split("\n");
  const at = lines.findLastIndex((line) => line.startsWith("? "));
  if (at === -1) return undefined;
  const after = lines.slice(at + 1);
  // What was answered or said after it stands below: then it is no longer the one that waits.
  if (after.some((line) => /^(?:✔|\[left|\d\/\d| {2}[✓▸✗–○◐│])/u.test(line))) return undefined;
  const end = after.findIndex((line) => !/^ {2}\S/.test(line));
  const message = [lines[at] ?? "", ...after.slice(0, end === -1 ? after.length : end)];
  return message.map((line) => line.trim()).join(" ");
}

export type Reply = readonly [question: string, ...keys: readonly string[]];

/** Answers whatever is asked by the first reply whose text the question holds, until `end` is shown. */
export async function answerUntil(on: Terminal, end: string, replies: readonly Reply[]): Promise<void> {
  const until = Date.now() + patienceMs * 2;
  while (!on.screen().includes(end)) {
    if (Date.now() > until) throw new Error(`${end} was never shown:\n${on.screen()}`);
    const asked = on.question();
    const reply = asked === undefined ? undefined : replies.find(([text]) => asked.includes(text));
    if (asked !== undefined && reply === undefined && (await isStill(on, asked)))
      throw new Error(`nobody said how to answer ${asked}:\n${on.screen()}`);
    if (reply === undefined) {
      await pause(50);
      continue;
    }
    const answered = on.screen().split("✔ ").length;
    await on.settles();
    on.keys(...reply.slice(1));
    while (on.screen().split("✔ ").length === answered && !on.screen().includes(left)) {
      if (Date.now() > until) throw new Error(`${asked ?? ""} does not take its answer:\n${on.screen()}`);
      await pause(50);
    }
  }
}

async function isStill(on: Terminal, asked: string): Promise<boolean> {
  await pause(300);
  return on.question() === asked;
}
