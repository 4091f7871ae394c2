import type { Host } from "../host/host.ts";
import type { Json } from "../model/json.ts";
import type { GatewayLocation, Installation, ServiceUnit, StoppedService } from "../openclaw/types.ts";

/** Durations in milliseconds. */
export interface StopLimits {
  /** From SIGTERM to SIGKILL. The gateway's own drain may take 315 s, and it ignores a second SIGTERM. */
  readonly termMs: number;
  /** From SIGKILL to giving up. */
  readonly killMs: number;
  /** From SIGTERM to SIGKILL for the gateway's children. */
  readonly childMs: number;
  /** How long the port may take to close after the last process has gone. */
  readonly portMs: number;
  /** How long nothing may come back where no service manager is known. */
  readonly watchMs: number;
}

export const stopLimits: StopLimits = {
  termMs: 10_000,
  killMs: 5_000,
  childMs: 2_000,
  portMs: 2_000,
  watchMs: 800,
};

export interface StopRequest {
  readonly installation: Pick<Installation, "target" | "gatewayPort" | "gatewayBind">;
  /** Looks for the gateway now; called several times. */
  readonly locate: () => Promise<GatewayLocation>;
  readonly say: (text: string) => void;
  /** Durable before it resolves; called before and after each action. */
  readonly journal: (what: string, detail: { readonly [key: string]: Json }) => Promise<void>;
  readonly limits?: Partial<StopLimits>;
}

/** How a process ended: on its own or by its service manager's hand, or by a signal of claw-ir. */
export type Ending = "service" | "itself" | "SIGTERM" | "SIGKILL" | "alive" | "denied" | "spared";

export interface EndedProcess {
  readonly pid: number;
  readonly startTicks: number;
  readonly comm: string;
  readonly role: "gateway" | "child";
  readonly endedBy: Ending;
  /** Dead, but its parent has not taken notice of it yet. */
  readonly zombie?: true;
}

/**
 * What came of the stop. JSON-safe.
 * - "down": no live process of the gateway is left, the port is closed or held by a stranger, and nothing came back.
 * - "back": it was ended, and something started it again.
 * - "alive": a process outlived SIGKILL.
 * - "denied": it takes rights that claw-ir does not have; `reason` holds the command.
 * - "unknown": there is no way to tell.
 */
export interface StopProof {
  readonly state: "down" | "back" | "alive" | "denied" | "unknown";
  /** Required for all but "down". */
  readonly reason?: string;
  /** False when there was nothing to stop. */
  readonly wasRunning: boolean;
  /** What was done and seen, in order, one sentence each. */
  readonly how: readonly string[];
  /** Not in the way of the proof, and worth knowing. */
  readonly warnings: readonly string[];
  readonly processes: readonly EndedProcess[];
  readonly port: {
    readonly number: number;
    readonly closed: boolean;
    readonly holders: readonly { readonly pid: number; readonly comm: string }[];
  };
  /** From the call until every process was dead and the port closed; null if that was never seen. */
  readonly downMs: number | null;
  /** How long nothing came back after that. */
  readonly watchedMs: number;
  /** What recovery has to undo. */
  readonly services: readonly StoppedService[];
  /** The same for people: what was changed, and the command that undoes it. */
  readonly inverse: readonly { readonly what: string; readonly how: string }[];
}

/** One process that has to end. */
export interface Tracked {
  readonly pid: number;
  readonly startTicks: number;
  readonly comm: string;
  readonly uid: number;
  readonly user?: string;
  readonly role: "gateway" | "child";
  readonly ppid: number;
  readonly session?: number;
  readonly cgroup?: string;
  endedBy: Ending;
  zombie: boolean;
}

/** What one stop shares between its parts. */
export interface Stopping {
  readonly host: Host;
  readonly request: StopRequest;
  readonly limits: StopLimits;
  /** Monotonic time of the call. */
  readonly since: number;
  readonly before: GatewayLocation;
  readonly how: string[];
  readonly warnings: string[];
  /** By pid. */
  readonly tracked: Map<number, Tracked>;
  /** Everything that ran before the stop, pid → start ticks: what is not in it was started meanwhile. */
  readonly bystanders: Map<number, number>;
}

/** What asking a service manager came to. */
export type ServiceStop =
  | {
      readonly outcome: "stopped";
      readonly unit: ServiceUnit;
      readonly record: StoppedService;
      /** The main process as the manager named it. */
      readonly mainPid?: number;
      /** Whether the manager itself says that it is down and stays down. */
      readonly confirm: () => Promise<"down" | "up" | "unknown">;
    }
  | {
      readonly outcome: "idle" | "denied" | "failed";
      readonly unit: ServiceUnit;
      readonly reason: string;
      readonly mainPid?: number;
    };
