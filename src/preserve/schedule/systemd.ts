/** A systemd user timer with its service: systemd.service(5), systemd.exec(5), systemd.timer(5). */
import { join } from "node:path";
import type { Host, RunResult } from "../../host/host.ts";
import { ClawError, codeOf } from "../../model/errors.ts";
import { shellWord, shown } from "../../model/text.ts";
import { onCalendar, spreadOf } from "./calendar.ts";
import { fillTemplate } from "./fill.ts";
import { type Job, markerOf, type ScheduleFile, type Scheduler, schedulerFailed } from "./job.ts";

const timeoutMs = 20_000;
const kinds = ["service", "timer"] as const;

export const systemd: Scheduler = {
  id: "systemd",
  title: "a systemd user timer",
  available: async (host) =>
    host.facts.platform === "linux" && (await systemctl(host, "show", "--property=Version")).code === 0,
  plan: async (host, job) => ({
    files: await filesOf(host, job),
    commands: [
      "systemctl --user daemon-reload",
      `systemctl --user enable --now ${job.name}.timer`,
      `systemctl --user list-timers ${job.name}.timer`,
    ],
    notes: await lingerNotes(host),
  }),
  install,
  uninstall,
  installed: async (host, name) => {
    const text = await readOwn(host, unitPath(host, name, "timer"), name);
    if (text === undefined) return undefined;
    const calendar = /^OnCalendar=(.*)$/m.exec(text)?.[1] ?? "?";
    const { stdout } = await systemctl(host, "is-active", `${name}.timer`);
    const isActive = stdout.trim() === "active";
    return `systemd timer ${name}.timer, ${shown(calendar, 60)}${isActive ? "" : ", not active"}`;
  },
};

async function install(host: Host, job: Job): Promise<void> {
  const files = await filesOf(host, job);
  for (const { path } of files) await readOwn(host, path, job.name);
  await host.fs.mkdir(unitFolder(host), { mode: 0o755 });
  for (const { path, text } of files) await host.fs.writeAtomic(path, text, { mode: 0o644 });
  await must(host, "daemon-reload");
  await must(host, "enable", "--now", `${job.name}.timer`);
  // A timer that was there before keeps its old times until it is started again.
  await must(host, "restart", `${job.name}.timer`);
  const { stdout } = await systemctl(host, "is-active", `${job.name}.timer`);
  if (stdout.trim() !== "active") throw schedulerFailed("the timer does not run", shown(stdout.trim(), 80));
}

async function uninstall(host: Host, name: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const kind of kinds) {
    const path = unitPath(host, name, kind);
    if ((await readOwn(host, path, name)) !== undefined) paths.push(path);
  }
  if (paths.length === 0) return [];
  // Without a manager that answers there is no timer to stop; the files go all the same.
  await systemctl(host, "disable", "--now", `${name}.timer`);
  for (const path of paths) await host.fs.remove(path);
  await systemctl(host, "daemon-reload");
  return paths;
}

function unitFolder({ facts }: Pick<Host, "facts">): string {
  const config = facts.env["XDG_CONFIG_HOME"] ?? "";
  return join(config.startsWith("/") ? config : join(facts.home, ".config"), "systemd", "user");
}

function unitPath(host: Pick<Host, "facts">, name: string, kind: (typeof kinds)[number]): string {
  return join(unitFolder(host), `${name}.${kind}`);
}

/** The file's text if it is there and ours; one of somebody else in its place is an error. */
async function readOwn(host: Pick<Host, "fs">, path: string, name: string): Promise<string | undefined> {
  try {
    const text = await host.fs.readText(path, { maxBytes: 100_000 });
    if (text.split("\n").includes(`# ${markerOf(name)}`)) return text;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw schedulerFailed(`${shown(path)} cannot be read`, codeOf(error) ?? "unknown");
  }
  throw new ClawError(`${shown(path)} is there and was not made by claw-ir`, {
    exit: "failed",
    code: "not-ours",
    hint: "look at it, and move it away if it is to be replaced",
  });
}

async function filesOf(host: Host, job: Job): Promise<readonly ScheduleFile[]> {
  const [program, ...args] = job.argv;
  const shared = {
    marker: markerOf(job.name),
    undo: job.undo,
    description: percent(job.description),
  };
  const service = await fillTemplate(host, "claw-ir.service", {
    ...shared,
    // Variables are not expanded in the program's own path.
    command: [quoted(program), ...args.map((arg) => quoted(arg).replaceAll("$", "$$$$"))].join(" "),
    environment: Object.entries(job.env)
      .map(([key, value]) => `Environment=${quoted(`${key}=${value}`)}`)
      .join("\n"),
    // "-": a folder that is not there yet is no reason to fail.
    writable: job.writable.map((path) => quoted(`-${path}`)).join(" "),
  });
  const timer = await fillTemplate(host, "claw-ir.timer", {
    ...shared,
    calendar: onCalendar(job.when),
    delay: spreadOf(job.when),
  });
  return [
    { path: unitPath(host, job.name, "service"), text: service },
    { path: unitPath(host, job.name, "timer"), text: timer },
  ];
}

function percent(text: string): string {
  return text.replaceAll("%", "%%");
}

/** One word of a unit file: quotes, backslashes and specifiers mean themselves. */
function quoted(word: string): string {
  const safe = percent(word).replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return /^[\w@%+=:,./-]+$/.test(safe) ? safe : `"${safe}"`;
}

/** User services end with the last session, unless the user lingers. */
async function lingerNotes(host: Host): Promise<readonly string[]> {
  const { user } = host.facts;
  const argv = ["loginctl", "show-user", user, "--property=Linger", "--value"] as const;
  const { stdout } = await host.run(argv, { timeoutMs });
  return stdout.trim() === "yes"
    ? []
    : [`so that it also runs while nobody is logged in: loginctl enable-linger ${shellWord(user)}`];
}

function systemctl(host: Host, ...args: readonly string[]): Promise<RunResult> {
  const { env, uid } = host.facts;
  // Without a session (su, cron) the manager is still there, at its usual place.
  const runtime = env["XDG_RUNTIME_DIR"] ?? `/run/user/${uid}`;
  return host.run(["systemctl", "--user", ...args], { timeoutMs, env: { XDG_RUNTIME_DIR: runtime } });
}

async function must(host: Host, ...args: readonly string[]): Promise<void> {
  const { code, missing, stderr, timedOut } = await systemctl(host, ...args);
  if (code === 0) return;
  const why = missing
    ? "systemctl is not installed"
    : timedOut
      ? "no answer in time"
      : shown(stderr.trim(), 300);
  throw schedulerFailed(`systemctl --user ${args.join(" ")} failed`, why);
}
