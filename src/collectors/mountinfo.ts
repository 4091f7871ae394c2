/** Mount points from /proc/PID/mountinfo (proc_pid_mountinfo(5)). */

export interface Mount {
  /** As the reading process sees it, unescaped. */
  readonly point: string;
  /** Such as "ext4", "nfs4" or "fuse.sshfs". */
  readonly type: string;
  readonly source: string;
  /** The folder of the file system that is mounted here: not "/" for a bind mount. */
  readonly root: string;
  /** Of the mount and of the file system, such as "ro", "noexec" or "hidepid=2". */
  readonly options: readonly string[];
}

/** Lines in the order of the file, so that of two mounts on one point the later one is on top. Lines that are none are left out. */
export function parseMountinfo(text: string): readonly Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split("\n")) {
    const [before, after] = line.split(" - ", 2);
    const [, , , root, point, own] = (before ?? "").split(" ");
    const [type, source, common] = (after ?? "").split(" ");
    if (root === undefined || point === undefined || type === undefined || type === "") continue;
    if (!point.startsWith("/")) continue;
    mounts.push({
      point: unescaped(point),
      type,
      source: unescaped(source ?? ""),
      root: unescaped(root),
      options: [...new Set([own, common].flatMap((text) => text?.split(",") ?? []))],
    });
  }
  return mounts;
}

/** The kernel writes blank, tab, newline and backslash as three octal digits. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-3][0-7]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
