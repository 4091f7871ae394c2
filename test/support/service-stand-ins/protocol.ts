/** What the stand-in programs and their daemon say to each other. */
export interface Service {
  readonly manager: "systemd-user" | "systemd-system" | "launchd" | "docker" | "podman";
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  readonly restartMs: number;
  readonly killMode?: "mixed" | "control-group" | "process";
  /** TimeoutStopSec, or launchd's ExitTimeOut. */
  readonly stopTimeoutMs?: number;
  readonly enabled?: boolean;
  /** FragmentPath or plist. */
  readonly file?: string;
  /** Restart policy of a container. */
  readonly policy?: string;
  /** docker run --rm */
  readonly autoRemove?: boolean;
  readonly triggers?: readonly string[];
  /** The manager refuses whoever is not root. */
  readonly denied?: boolean;
  /** Default: started when it is defined. */
  readonly running?: boolean;
}

export type Call =
  | { readonly define: Service }
  | { readonly program: "systemctl" | "launchctl" | "docker" | "podman"; readonly args: readonly string[] };

export type ProgramCall = Extract<Call, { readonly program: string }>;

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const done = (stdout = "", stderr = ""): Answer => ({ code: 0, stdout, stderr });
export const failed = (code: number, stderr: string): Answer => ({ code, stdout: "", stderr: `${stderr}\n` });
