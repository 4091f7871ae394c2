/** A line in the user's crontab, between two marker lines: crontab(1), crontab(5). */
import type { Host } from "../../host/host.ts";
import { ClawError } from "../../model/errors.ts";
import { shellWord, shown } from "../../model/text.ts";
import { cronFields } from "./calendar.ts";
import { fillTemplate } from "./fill.ts";
import { type Job, markerOf, type Scheduler, schedulerFailed } from "./job.ts";

const timeoutMs = 20_000;
const maxBytes = 1024 * 1024;
/** Vixie cron cuts a command off at 1,000 characters (MAX_COMMAND). */
const maxCommand = 990;

export const cron: Scheduler = {
  id: "cron",
  title: "a line in your crontab",
  available: async (host) => (await read(host).catch(() => undefined)) !== undefined,
  plan: async (host, job) => ({
    files: [{ path: "crontab", text: await blockOf(host, job) }],
    commands: ["crontab -e"],
    notes: [
      "cron does not catch up with a run that was missed while the host was off",
      "what goes wrong is mailed to you where the host can send mail; claw-ir's log and status say it in any case",
    ],
  }),
  install: async (host, job) => {
    const block = await blockOf(host, job);
    const rest = without(await read(host), job.name);
    const gap = rest === "" || rest.endsWith("\n") ? "" : "\n";
    await write(host, `${rest}${gap}${block}`);
  },
  uninstall: async (host, name) => {
    const before = await read(host);
    const after = without(before, name);
    if (after === before) return [];
    await write(host, after);
    return [`the lines of ${markerOf(name)} in your crontab`];
  },
  installed: async (host, name) => {
    const found = rangeOf(await read(host), name);
    if (found === undefined) return undefined;
    const line = found.lines.find((one) => !one.startsWith("#") && one.trim() !== "");
    return `crontab line, ${shown(line?.split(/\s+/).slice(0, 5).join(" ") ?? "without a command", 60)}`;
  },
};

/** The user's crontab; empty if there is none. */
async function read(host: Host): Promise<string> {
  const { code, stdout, stderr, missing, truncated } = await host.run(["crontab", "-l"], {
    timeoutMs,
    maxBytes,
    env: { LC_ALL: "C" },
  });
  if (missing) throw schedulerFailed("the crontab cannot be read", "crontab is not installed");
  if (code !== 0 && /^(?:crontab: )?no crontab for /m.test(stderr)) return "";
  if (code !== 0) throw schedulerFailed("the crontab cannot be read", shown(stderr.trim(), 300));
  if (truncated || stdout.includes("\uFFFD")) {
    throw schedulerFailed(
      "your crontab is left alone",
      truncated ? "it is larger than 1 MiB" : "it holds bytes that are no UTF-8 text, which would be lost",
    );
  }
  return stdout;
}

/** Puts the text in place and reads it back: some crontabs refuse a line and say so only in passing. */
async function write(host: Host, text: string): Promise<void> {
  const argv = text === "" ? (["crontab", "-r"] as const) : (["crontab", "-"] as const);
  const result = await host.run(argv, { timeoutMs, ...(text === "" ? {} : { input: text }) });
  if (result.code !== 0)
    throw schedulerFailed("crontab did not take the new lines", shown(result.stderr.trim(), 300));
  if ((await read(host)) !== text)
    throw schedulerFailed("the crontab is not as it was written", "look at it with crontab -l");
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/** Where our block lies in the text, ends of lines included. A beginning without an end is not guessed at. */
function rangeOf(text: string, name: string): Range | undefined {
  const lines = text.split(/(?<=\n)/);
  const bare = lines.map((line) => line.replace(/\r?\n$/, ""));
  const [first, last] = [bare.indexOf(`# BEGIN ${markerOf(name)}`), bare.indexOf(`# END ${markerOf(name)}`)];
  if (first < 0 && last < 0) return undefined;
  if (first < 0 || last < first || bare.lastIndexOf(`# BEGIN ${markerOf(name)}`) !== first) {
    throw new ClawError(`the marker lines of ${markerOf(name)} in your crontab do not pair`, {
      exit: "failed",
      code: "not-ours",
      hint: "put it in order with crontab -e; claw-ir removes only what lies between its own lines",
    });
  }
  const before = (count: number): number => lines.slice(0, count).join("").length;
  return { start: before(first), end: before(last + 1), lines: bare.slice(first, last + 1) };
}

function without(text: string, name: string): string {
  const found = rangeOf(text, name);
  return found === undefined ? text : text.slice(0, found.start) + text.slice(found.end);
}

async function blockOf(host: Host, job: Job): Promise<string> {
  const env = Object.entries(job.env).map(([key, value]) => `${key}=${word(value)}`);
  const command = `umask 077; ${[...env, ...job.argv.map(word)].join(" ")} >/dev/null`;
  if (command.length > maxCommand) {
    throw new ClawError("the command is longer than cron takes (1,000 characters)", {
      exit: "usage",
      code: "cannot-be-scheduled",
      hint: "give fewer options or shorter paths, or use --with systemd",
    });
  }
  return fillTemplate(host, "crontab.txt", {
    marker: markerOf(job.name),
    description: job.description,
    undo: job.undo,
    calendar: cronFields(job.when),
    command,
  });
}

/** For the shell first, then for cron, to which a bare % ends the command. */
function word(text: string): string {
  return shellWord(text).replaceAll("%", "\\%");
}
