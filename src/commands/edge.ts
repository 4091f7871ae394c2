import type { Command } from "commander";
import type { Host } from "../host/host.ts";

/** What a command wants of the host it will work with, parsed from the command line. Holds no secret. */
export interface HostWishes {
  readonly answersFile?: string;
  readonly yes: boolean;
  readonly nonInteractive: boolean;
  readonly noColor: boolean;
  /** Prompt id → where its secret is read from. */
  readonly secretFrom: Readonly<Record<string, SecretSource>>;
  readonly budgetMs?: number;
  /** The demonstration's own answers and secrets, for when nobody is at the terminal. The user's go before them. */
  readonly unattended?: {
    readonly answers: Readonly<Record<string, unknown>>;
    readonly secretFrom: Readonly<Record<string, SecretSource>>;
  };
  /** Environment of the demonstration host, in place of the user's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}
export type SecretSource = { readonly file: string } | { readonly fd: number };

/** Where the program meets the world: cli.ts builds the real one, tests build theirs. */
export interface Edge {
  readonly version: string;
  readonly makeHost: (wishes: HostWishes) => Promise<Host>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Columns of the terminal that `err` writes to, if it understands escape sequences; else undefined, or left away. */
  readonly errColumns?: () => number | undefined;
}

/** A verb: listed in the help without being loaded, loaded when it is called. */
export interface Verb {
  readonly name: string;
  readonly group: string;
  readonly summary: string;
  /** It works on a case, so that `resume` carries on with what was broken off. */
  readonly resumable?: true;
  readonly load: () => Promise<MakeCommand>;
}
/** Builds the command; its action calls `done` with the exit code. */
export type MakeCommand = (edge: Edge, done: (exit: number) => void) => Command;
