import type { Place } from "./records.ts";

/** A secret that a git repository still gives to whoever can read its objects, wherever the file is by now. */
export interface SecretInHistory {
  /** Folder of the repository, on the examined host. */
  readonly repository: string;
  /** Path in it. */
  readonly file: string;
  readonly fingerprint: string;
  /** The credential of this host that it is; absent where only its form is that of a credential. */
  readonly credential?: string;
  /** That credential is in use. */
  readonly live: boolean;
  /** The repository knows another one that it sends to or fetches from, so that clones are likely. */
  readonly remote: boolean;
  /** The oldest and the newest commit looked at that put it there. */
  readonly firstCommit: string;
  readonly firstAt: string;
  readonly lastCommit: string;
  readonly lastAt: string;
  /** How many versions of the file hold it. */
  readonly versions: number;
  readonly place: Place;
}
