/** Plain records of what the running system shows besides processes and sockets. Facts; what they mean is analysis' business. */
import type { Json } from "./json.ts";
import type { Place } from "./records.ts";

/** What makes a fact stand out, as far as it can be told from the fact alone. */
export type HostTrait = MountTrait | KernelTrait | ContainerTrait | NetworkTrait | TempFileTrait;

type MountTrait = "over-proc" | "over-system-file" | "hides-processes";
type KernelTrait = "tainted" | "out-of-tree" | "unsigned" | "forced" | "interpreter";
type ContainerTrait =
  | "privileged"
  | "host-pid"
  | "host-network"
  | "container-socket"
  | "host-root"
  | "dangerous-capability"
  | "added-capability"
  | "joins-container"
  | "unconfined"
  | "agent-cell"
  | "sandbox"
  | "openclaw"
  | "mounts-state"
  | "mounts-home"
  | "mounts-logins";
type NetworkTrait = "tunnel" | "redirected-name";
type TempFileTrait = "executable" | "binary" | "script" | "set-id" | "hidden-name" | "odd-name";

/** One fact about the running host. */
export interface HostFact {
  /** What it is of its source's kinds: "module", "taint", "mount", "container", "route", "file", … */
  readonly kind: string;
  /** What tells it from others of its kind. */
  readonly name: string;
  /** The fact in one line, as the host puts it. */
  readonly detail: string;
  /** The time that belongs to it: a file's modification, a container's start. */
  readonly at?: string;
  readonly traits: readonly HostTrait[];
  readonly data?: Readonly<Record<string, Json>>;
  readonly place: Place;
}
