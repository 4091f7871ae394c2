/**
 * A playbook is data: which steps, in which order, for one kind of incident. A step is one action with its stage, what it
 * mutates and its proof. The runner walks a playbook and yields what happens; the terminal, --json and tests all read
 * that one stream.
 */
import type { Readings } from "../collectors/index.ts";
import type { Case } from "../case/types.ts";
import type { Host } from "../host/host.ts";
import type { GatewayLocation, HowItRan, Installation, StateReader, Target } from "../openclaw/types.ts";
import type { Json } from "../model/json.ts";
import type { StepState } from "../model/outcome.ts";
import type { Device } from "../model/device-records.ts";
import type { Credential } from "../model/records.ts";
import type { Secret } from "../model/secret.ts";
import type { Mutates, Stage } from "../model/stages.ts";
import type { RunOptions } from "./options.ts";

/** What a step hands back. A throw is a failure, too; a step never has to catch what it cannot mend. */
export interface StepResult {
  readonly state: Exclude<StepState, "started">;
  /** Required for all but "done". */
  readonly reason?: string;
  readonly receipt?: Json;
}

export interface StepContext {
  readonly host: Host;
  readonly case: Case;
  readonly target: Target;
  readonly installation: Installation;
  readonly options: RunOptions;
  /** The one that is being run. */
  readonly playbook: Playbook;
  /** Says something to the user now (redacted and made visible by the runner). */
  readonly say: (text: string) => void;
  /** Lives as long as this run: secrets and open readers, which must never reach the case. */
  readonly memory: RunMemory;
}

/** Values that steps of one run share and that die with it. */
export interface RunMemory {
  /** By a name the steps agree on, such as "gateway-token.old". */
  readonly secrets: Map<string, Secret>;
  /** Every secret OpenClaw holds, with its value. */
  credentials: readonly Credential[];
  /** Paired and pending devices as they were before anything was changed. */
  devices: readonly Device[];
  /** The gateway as it ran before it was stopped. */
  gateway?: GatewayLocation;
  /** How the gateway ran, for starting it again the same way. */
  howItRan?: HowItRan;
  /** Reads copies of the state as it was sealed. */
  state?: StateReader;
  /** What was read in this run, each kind once: analysis judges the records that were collected. */
  readings?: Readings;
  /** The user's answer to whether a state that is not this live host's may be changed. */
  mayChangeForeign?: boolean;
  readonly startedAt: number;
  /** Called last, whatever ended the run. */
  readonly onEnd: (work: () => Promise<void>) => void;
}

export interface Step<Id extends string = string> {
  readonly id: Id;
  readonly stage: Stage;
  /** Said while it runs: "Stop the gateway and prove that it is down". */
  readonly title: string;
  readonly mutates: Mutates;
  /** Acts on processes or services: skipped unless the target is the live host. */
  readonly liveOnly?: boolean;
  /** Reads or changes OpenClaw's state: skipped where none was found. */
  readonly needsState?: boolean;
  /** For --dry-run: what it would do, one sentence, from what is known without changing anything. */
  readonly plan: (context: Pick<StepContext, "target" | "installation" | "options">) => string;
  readonly run: (context: StepContext) => Promise<StepResult>;
}

/** Asked before a step; "no" makes the step `declined`. */
export interface Confirm {
  readonly id: string;
  readonly message: string;
  readonly default: boolean;
  /** Destroys or reaches outside the host: --yes does not answer it. */
  readonly explicit?: boolean;
}

export interface PlaybookStep<Id extends string = string> {
  readonly id: Id;
  readonly confirm?: Confirm | ((context: StepContext) => Confirm | undefined);
  /** Whether the step applies to this case at all: true, or the reason why not. */
  readonly when?: (context: StepContext) => true | string;
  /** The playbook ends here when this step failed: what follows would destroy evidence or build on nothing. */
  readonly stopOnFailure?: boolean;
  /** Runs whatever happened before, and again on resume: the report. */
  readonly always?: boolean;
  /** Asked on resume of a step that an earlier run finished, in part or by a "no": whether it is due once more. */
  readonly again?: (context: StepContext) => boolean;
}

export interface Playbook<Id extends string = string> {
  readonly id: string;
  readonly title: string;
  /** One sentence for --help: when to use it. */
  readonly when: string;
  readonly steps: readonly PlaybookStep<Id>[];
  /** What only people can do, for the report's next steps. */
  readonly remember: readonly string[];
}

/** One line of the contract's JSON stream. */
export type RunEvent =
  | { readonly type: "case"; readonly id: string | null; readonly path: string | null }
  | {
      readonly type: "step";
      readonly seq: number;
      readonly id: string;
      readonly stage: Stage;
      readonly mutates: Mutates;
      readonly state: StepState;
      readonly reason?: string;
      readonly startedAt: string;
      readonly endedAt?: string;
      readonly receipt?: Json;
      /** For people; not in the JSON stream. */
      readonly title: string;
    }
  | RunSummary;

export interface RunSummary {
  readonly type: "summary";
  readonly case: string | null;
  readonly exit: number;
  readonly outcome: string;
  readonly containedInMs: number | null;
  readonly archives: readonly string[];
  readonly findings: Readonly<Record<"critical" | "high" | "medium" | "low", number>>;
  readonly rotations: Readonly<Record<"proven" | "done" | "pending" | "failed", number>>;
  readonly report: string | null;
}
