/** What OpenClaw's containers show of their past. */

/** What was written into a container since its image was made. */
export interface ContainerChangesSeen {
  readonly kind: "changes";
  readonly engine: string;
  readonly id: string;
  readonly container: string;
  readonly added: number;
  readonly changed: number;
  readonly deleted: number;
  /** "A /path" added, "C /path" changed, "D /path" deleted; what was added or deleted before what was changed. */
  readonly paths: readonly string[];
  /** Lines of the engine that are none of it. */
  readonly unreadable: number;
}

/** One line that a container said. */
export interface ContainerLineSeen {
  readonly kind: "line";
  readonly engine: string;
  readonly container: string;
  readonly stream: "stdout" | "stderr";
  readonly at?: string;
  readonly text: string;
}

export type ContainerTrace = ContainerChangesSeen | ContainerLineSeen;
