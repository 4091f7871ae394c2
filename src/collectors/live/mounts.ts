import type { HostFact, HostTrait } from "../../model/live-records.ts";
import { read, unread } from "../../model/outcome.ts";
import type { Reading } from "../../model/outcome.ts";
import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";
import { type Mount, parseMountinfo } from "../mountinfo.ts";
import type { Sources } from "../sources.ts";
import { small } from "./proc-text.ts";

const path = "/proc/self/mountinfo";
const maxMounts = 20_000;

/** What systemd and container engines mount below /proc, and nobody else. */
const usualBelowProc =
  /^\/proc\/(?:sys\/fs\/binfmt_misc|fs\/nfsd|bus\/usb|xen|scsi|acpi|kcore|keys|timer_list)$/;
/** Single files that an engine hands into its containers. */
const usualFiles = /^\/etc\/(?:resolv\.conf|hostname|hosts|localtime|timezone|machine-id)$/;
const systemFiles = /^\/(?:etc|usr|bin|sbin|lib|lib64)\//;

/** Facts about one mount. A mount on /proc/PID, or on a part of it, makes a process disappear from every listing. */
export function traitsOfMount(mount: Mount): readonly HostTrait[] {
  const { point, root, type, options } = mount;
  const coversFile = root !== "/" && systemFiles.test(point) && !usualFiles.test(point) && !isSubvolume(type);
  const hides = type === "proc" && options.some((option) => /^hidepid=(?!0$|off$)/.test(option));
  return [
    ...(coversProc(mount) ? (["over-proc"] as const) : []),
    ...(coversFile ? (["over-system-file"] as const) : []),
    ...(hides ? (["hides-processes"] as const) : []),
  ];
}

/** Engines mount parts of /proc on themselves to make them read-only in a container; a foreign thing there hides something. */
function coversProc({ point, root, type }: Mount): boolean {
  if (point === "/proc") return type !== "proc" || root !== "/";
  const itself = type === "proc" && `/proc${root}` === point;
  return point.startsWith("/proc/") && !itself && !usualBelowProc.test(point);
}

/** Subvolumes and overlays show a root of their own without any bind. */
function isSubvolume(type: string): boolean {
  return /^(?:btrfs|bcachefs|overlay|zfs)$/.test(type);
}

/** The mounts of the running host, as claw-ir itself sees them. */
export async function readMounts(sources: Sources): Promise<Reading<HostFact>> {
  if (!sources.target.live) return unread("missing", "only a live host has mounts");
  const text = await small(sources, path, 16 << 20);
  if (text === undefined) return unread("missing", `${path} is not there`);
  const mounts = parseMountinfo(text);
  const records = mounts.slice(0, maxMounts).map((mount, i): HostFact => ({
    kind: "mount",
    name: mount.point,
    detail: `${mount.type} ${mount.source}${mount.root === "/" ? "" : ` (its ${mount.root})`}`,
    traits: traitsOfMount(mount),
    data: { type: mount.type, source: mount.source, root: mount.root, options: [...mount.options] },
    place: { path, locator: `line ${i + 1}` },
  }));
  const more = mounts.length - records.length;
  return read(records, more > 0 ? [`${more} further mounts were not read`] : []);
}

export const mounts: Collector = {
  id: "mounts",
  title: "Mounts, and what they cover",
  stage: "volatile",
  attack: ["T1564", "T1564.013"],
  liveOnly: true,
  timeoutMs: 30_000,
  collect: fromReading("mounts"),
};
