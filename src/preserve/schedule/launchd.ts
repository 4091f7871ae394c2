/** A launch agent of the user: launchd.plist(5), launchctl(1) of macOS 11 and later. */
import { join } from "node:path";
import type { Host, RunResult } from "../../host/host.ts";
import { ClawError, codeOf } from "../../model/errors.ts";
import { shellWord, shown } from "../../model/text.ts";
import { calendarInterval } from "./calendar.ts";
import { fillTemplate } from "./fill.ts";
import { type Job, markerOf, type Scheduler, schedulerFailed } from "./job.ts";

const timeoutMs = 20_000;

export const launchd: Scheduler = {
  id: "launchd",
  title: "a launch agent",
  available: ({ facts }) => Promise.resolve(facts.platform === "darwin"),
  plan: async (host, job) => {
    const path = plistPath(host, job.name);
    return {
      files: [{ path, text: await plist(host, job) }],
      commands: [
        `launchctl bootstrap ${domain(host)} ${shellWord(path)}`,
        `launchctl print ${domain(host)}/${labelOf(job.name)}`,
      ],
      notes: ["a launch agent runs while you are logged in; a run missed while asleep is caught up with"],
    };
  },
  install: async (host, job) => {
    const path = plistPath(host, job.name);
    const before = await readOwn(host, job.name);
    const text = await plist(host, job);
    if (before !== undefined) await bootout(host, job.name);
    await host.fs.mkdir(join(host.facts.home, "Library", "LaunchAgents"), { mode: 0o755 });
    await host.fs.writeAtomic(path, text, { mode: 0o644 });
    await must(host, "bootstrap", domain(host), path);
    await must(host, "print", `${domain(host)}/${labelOf(job.name)}`);
  },
  uninstall: async (host, name) => {
    if ((await readOwn(host, name)) === undefined) return [];
    await bootout(host, name);
    await host.fs.remove(plistPath(host, name));
    return [plistPath(host, name)];
  },
  installed: async (host, name) => {
    if ((await readOwn(host, name)) === undefined) return undefined;
    const { code } = await launchctl(host, "print", `${domain(host)}/${labelOf(name)}`);
    return `launch agent ${labelOf(name)}${code === 0 ? "" : ", not loaded"}`;
  },
};

export function labelOf(name: string): string {
  return `org.claw-ir.${name.replace(/^claw-ir-/, "")}`;
}

function plistPath({ facts }: Pick<Host, "facts">, name: string): string {
  return join(facts.home, "Library", "LaunchAgents", `${labelOf(name)}.plist`);
}

function domain({ facts }: Pick<Host, "facts">): string {
  return `gui/${facts.uid}`;
}

async function readOwn(host: Host, name: string): Promise<string | undefined> {
  const path = plistPath(host, name);
  try {
    const text = await host.fs.readText(path, { maxBytes: 100_000 });
    if (text.includes(`<!-- ${markerOf(name)} -->`)) return text;
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

async function plist(host: Host, job: Job): Promise<string> {
  const pairs = (entries: readonly (readonly [string, string])[]): string =>
    entries.map(([key, value]) => `    <key>${xml(key)}</key>\n    ${value}`).join("\n");
  return fillTemplate(host, "launch-agent.plist", {
    marker: markerOf(job.name),
    label: xml(labelOf(job.name)),
    arguments: job.argv.map((arg) => `    <string>${xml(arg)}</string>`).join("\n"),
    environment: pairs(
      Object.entries(job.env).map(([key, value]) => [key, `<string>${xml(value)}</string>`]),
    ),
    calendar: pairs(
      Object.entries(calendarInterval(job.when)).map(([key, value]) => [key, `<integer>${value}</integer>`]),
    ),
  });
}

function xml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function launchctl(host: Host, ...args: readonly string[]): Promise<RunResult> {
  return host.run(["launchctl", ...args], { timeoutMs });
}

/** 3 and 113: it was not loaded. */
async function bootout(host: Host, name: string): Promise<void> {
  const { code, stderr } = await launchctl(host, "bootout", `${domain(host)}/${labelOf(name)}`);
  if (code !== 0 && code !== 3 && code !== 113)
    throw schedulerFailed("the launch agent could not be unloaded", shown(stderr.trim(), 300));
}

async function must(host: Host, ...args: readonly string[]): Promise<void> {
  const { code, missing, stderr } = await launchctl(host, ...args);
  if (code === 0) return;
  throw schedulerFailed(
    `launchctl ${args.join(" ")} failed`,
    missing ? "launchctl is not there" : shown(stderr.trim(), 300),
  );
}
