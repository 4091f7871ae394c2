/** What every package manager's database comes down to: which package owns a path, and what its content should hash to. */
import type { Outcome } from "../../../model/outcome.ts";

export interface Sum {
  readonly algorithm: "md5" | "sha1" | "sha256";
  /** Lower-case hex. */
  readonly hex: string;
}

/** One file that a package installed, by the path it has on the host (after diversions). */
export interface PackageFile {
  readonly path: string;
  readonly package: string;
  /** Absent where the database holds none, as for links. */
  readonly sum?: Sum;
  /** Meant to be edited: a difference is no surprise. */
  readonly config: boolean;
}

export interface PackageDatabase {
  readonly manager: "dpkg" | "apk" | "rpm" | "none";
  readonly outcome: Outcome;
  readonly reason?: string;
  /** Name of the package that lists exactly this path. */
  readonly owner: (path: string) => string | undefined;
  /** Looks one file up, with its sum. */
  readonly file: (path: string) => PackageFile | undefined;
  /** Every file that has a sum, package by package. */
  readonly files: () => IterableIterator<PackageFile>;
}

export function noDatabase(reason: string): PackageDatabase {
  return {
    manager: "none",
    outcome: "missing",
    reason,
    owner: () => undefined,
    file: () => undefined,
    *files() {
      // Nothing is known.
    },
  };
}

/** Which of these problems a reading of the database has: as the two fields of an outcome. */
export function outcomeFields(problems: readonly string[]): Pick<PackageDatabase, "outcome" | "reason"> {
  return problems.length === 0 ? { outcome: "ok" } : { outcome: "partial", reason: problems.join("; ") };
}
