/**
 * Capabilities are an extended attribute (security.capability), which Node cannot read: on the live host getcap(8) lists them, of
 * a mounted disk they are a blind spot.
 */
import { packagesOf } from "../../traces/packages.ts";
import { unownedText } from "../script.ts";
import type { Scribe } from "../scribe.ts";

export interface Capable {
  readonly path: string;
  /** Such as "cap_net_raw=ep". */
  readonly capabilities: string;
}

/** `/usr/bin/ping cap_net_raw=ep`, and with " = " between the two in older versions. */
export function parseGetcap(text: string): readonly Capable[] {
  return text.split("\n").flatMap((line) => {
    const match = /^(\/.{0,4000}?)(?: =)? ((?:cap_[a-z_]{1,30},?)+[=+][eip]+(?: .*)?)$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) return [];
    return [{ path: match[1], capabilities: match[2] }];
  });
}

const folders = [
  "/usr/bin",
  "/usr/sbin",
  "/usr/local",
  "/usr/lib",
  "/bin",
  "/sbin",
  "/opt",
  "/home",
  "/root",
  "/tmp",
  "/var/tmp",
];

export async function capabilities(scribe: Scribe): Promise<void> {
  const { host, target } = scribe.sources;
  if (host.facts.platform !== "linux") return;
  if (!target.live) {
    scribe.miss("capabilities of programs are read on the live host only");
    return;
  }
  const result = await host.run(["getcap", "-r", ...folders], { timeoutMs: 60_000, maxBytes: 4 << 20 });
  if (result.missing) {
    scribe.miss("capabilities of programs were not read: there is no getcap");
    return;
  }
  if (result.timedOut || result.truncated)
    scribe.miss("getcap did not list all capabilities within its limits");
  const packages = await packagesOf(scribe.sources);
  for (const { path, capabilities: sets } of parseGetcap(result.stdout)) {
    const owner = packages.ownerOf(path);
    const odd = owner === undefined && packages.manager !== "none" ? [unownedText] : [];
    const name = path.slice(path.lastIndexOf("/") + 1);
    scribe.add({
      name,
      path,
      trigger: "whoever starts it",
      sets: [sets],
      odd,
      ...(owner === undefined ? {} : { package: owner }),
    });
  }
}
