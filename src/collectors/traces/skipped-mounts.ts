import { textOf } from "../files.ts";
import type { Ground } from "../files.ts";
import { type Mount, parseMountinfo } from "../mountinfo.ts";

/**
 * File systems that a walk does not enter: what the kernel makes up, and what another machine or a program answers for. The
 * first are no files, the second can hang for ever and hold somebody else's.
 */
const pseudo =
  /^(?:proc|sysfs|cgroup2?|debugfs|tracefs|securityfs|configfs|pstore|bpf|devpts|mqueue|hugetlbfs|binfmt_misc|efivarfs|selinuxfs|fusectl|nsfs|rpc_pipefs)$/;
const remote =
  /^(?:9p|afs|autofs|ceph|cifs|coda|davfs2?|fuse(?:\..*)?|glusterfs|gpfs|lustre|ncpfs|nfs4?|ocfs2|orangefs|prl_fs|smb3|smbfs|sshfs|vboxsf|vmhgfs)$/;

export interface MountTable {
  /** Mount points that are not entered, with the type of their file system. Real paths. */
  readonly skipped: ReadonlyMap<string, string>;
  /** The type of the file system that `path` lies on, if it is one that is not walked. */
  readonly skippedAbove: (path: string) => string | undefined;
}

export function isPseudo(type: string): boolean {
  return pseudo.test(type);
}

function isSkipped(type: string): boolean {
  return isPseudo(type) || remote.test(type);
}

/** Undefined where the mounts cannot be read: then a walk must not leave the file system it began on. */
export async function mountTable({ host, target }: Ground): Promise<MountTable | undefined> {
  // A mounted disk is mounted on this machine, among its other mounts.
  const path = target.live ? target.toReal("/proc/self/mountinfo") : "/proc/self/mountinfo";
  try {
    return tableOf(parseMountinfo(textOf(await host.fs.read(path, { maxBytes: 16 << 20 }))));
  } catch {
    return undefined;
  }
}

export function tableOf(mounts: readonly Mount[]): MountTable | undefined {
  if (mounts.length === 0) return undefined;
  const top = new Map(mounts.map(({ point, type }) => [point, type]));
  return {
    skipped: new Map([...top].filter(([, type]) => isSkipped(type))),
    skippedAbove: (path) => {
      const points = [...top].filter(
        ([point]) => path === point || path.startsWith(point === "/" ? "/" : `${point}/`),
      );
      const nearest = points.reduce<readonly [string, string] | undefined>(
        (best, one) => (best !== undefined && best[0].length >= one[0].length ? best : one),
        undefined,
      );
      return nearest !== undefined && isSkipped(nearest[1]) ? nearest[1] : undefined;
    },
  };
}
