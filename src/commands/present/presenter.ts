import type { Host } from "../../host/host.ts";
import type { RunEvent, Step } from "../../playbooks/types.ts";

/** Shows a run as it happens. */
export interface Presenter {
  /** The steps that will come, in their order: a question that is put before a step starts belongs to the next one. */
  readonly expect: (steps: readonly Pick<Step, "stage" | "title">[]) => void;
  readonly event: (event: RunEvent) => void;
  /** A remark of the running step: one line, whatever the text holds. */
  readonly say: (text: string) => void;
  /** The host as steps get it: what they ask and how far they are goes past the presenter. */
  readonly attend: (host: Host) => Host;
  /** The run ended without a summary; `carryOn` is the command that goes on with it. */
  readonly broken: (carryOn: string | undefined) => void;
}
