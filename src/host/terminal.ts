/** stdout carries the result, stderr progress and messages. */
export interface HostTerminal {
  readonly stdoutIsTty: boolean;
  readonly stderrIsTty: boolean;
  /** Columns of stderr's terminal; 100 where there is none. */
  readonly width: number;
  readonly color: boolean;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Paints text for stderr or stdout, or leaves it alone without colour. */
  readonly paint: (style: "bold" | "dim" | "red" | "green" | "yellow" | "cyan", text: string) => string;
  /** A line that is overwritten by the next one; only on a terminal, nothing elsewhere. Empty text clears it. */
  readonly progress: (text: string) => void;
}
