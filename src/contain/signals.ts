/** SIGTERM, a bounded wait, SIGKILL: to processes whose start time was checked, and to no others. */
import { durationText } from "../model/text.ts";
import { alive, nameOf } from "./family.ts";
import type { Ending, Stopping, Tracked } from "./types.ts";

/** Waits until all are dead or the time is over; returns who still lives. Marks how the others ended. */
export async function waitFor(
  stopping: Stopping,
  entries: readonly Tracked[],
  limitMs: number,
  endedBy: (entry: Tracked) => Ending,
): Promise<readonly Tracked[]> {
  const { clock } = stopping.host;
  const until = clock.monotonic() + limitMs;
  const saidAt = clock.monotonic() + 1500;
  let said = false;
  let pause = 10;
  let living = entries;
  for (;;) {
    const now = await alive(stopping, living);
    for (const entry of living) if (!now.includes(entry)) entry.endedBy = endedBy(entry);
    living = now;
    const left = until - clock.monotonic();
    if (living.length === 0 || left <= 0) return living;
    if (!said && clock.monotonic() >= saidAt) {
      said = true;
      stopping.request.say(`${list(living)} still at work; SIGKILL in ${durationText(left)} at the latest.`);
    }
    await clock.sleep(Math.min(pause, left));
    pause = Math.min(pause * 1.5, 100);
  }
}

/** Signals each; who is gone already is marked as ended by itself. Returns those that may not be signalled. */
export async function signalAll(
  stopping: Stopping,
  entries: readonly Tracked[],
  signal: "SIGTERM" | "SIGKILL",
): Promise<readonly Tracked[]> {
  if (entries.length === 0) return [];
  const { host, request } = stopping;
  await request.journal("signal", { signal, pids: entries.map((entry) => entry.pid) });
  const denied: Tracked[] = [];
  const sent: Tracked[] = [];
  for (const entry of entries) {
    const answer = await host.processes.signal(entry, signal);
    if (answer === "denied") denied.push(entry);
    if (answer === "sent") sent.push(entry);
  }
  if (sent.length > 0) stopping.how.push(`${signal} to ${list(sent)}`);
  return denied;
}

export function list(entries: readonly Tracked[]): string {
  const names = entries.slice(0, 5).map(nameOf);
  return entries.length > 5 ? `${names.join(", ")} and ${entries.length - 5} more` : names.join(", ");
}

/** SIGTERM, wait, SIGKILL, wait. Returns who outlived it; those that may not be signalled are marked "denied". */
export async function endAll(
  stopping: Stopping,
  entries: readonly Tracked[],
  termMs: number,
): Promise<readonly Tracked[]> {
  let living = await alive(stopping, entries);
  const untouched = entries.filter((entry) => !living.includes(entry) && entry.endedBy === "alive");
  for (const entry of untouched) entry.endedBy = "itself";
  const denied = await signalAll(stopping, living, "SIGTERM");
  const told = living.filter((entry) => !denied.includes(entry));
  const stubborn = await waitFor(stopping, told, termMs, () => "SIGTERM");
  living = await killAll(stopping, stubborn);
  for (const entry of denied) entry.endedBy = "denied";
  return [...living, ...denied];
}

/** SIGKILL and a bounded wait. Returns who outlived it. */
export async function killAll(stopping: Stopping, entries: readonly Tracked[]): Promise<readonly Tracked[]> {
  const denied = await signalAll(stopping, entries, "SIGKILL");
  const struck = entries.filter((entry) => !denied.includes(entry));
  const living = await waitFor(stopping, struck, stopping.limits.killMs, () => "SIGKILL");
  for (const entry of denied) entry.endedBy = "denied";
  return [...living, ...denied];
}
