import type { Case } from "../case/types.ts";
import type { Host } from "../host/host.ts";
import { ClawError } from "../model/errors.ts";
import { at as look, str } from "../model/json.ts";
import { shellWord, shown } from "../model/text.ts";
import type { Target } from "../openclaw/index.ts";
import type { CommonOptions } from "./options.ts";

const key = "target";

/** Which state a case is about, so that nobody carries on with it on another one. */
export function rememberTarget(subject: Case, { stateDir, root }: Target): void {
  subject.facts.set(key, { stateDir, root });
}

/**
 * Steps that a resumed run carries out act on the state that is named now: it must be the one the case was opened for.
 * Returns a warning where the host's name differs. Throws "other-target" (exit 2).
 */
export function checkTarget(subject: Case, { stateDir, root }: Target, host: Host): string | undefined {
  const known = subject.facts.get(key);
  const before = { stateDir: str(look(known, "stateDir")), root: str(look(known, "root")) };
  if (known !== undefined && (before.stateDir !== stateDir || before.root !== root)) {
    throw new ClawError(
      `case ${subject.info.id} is about ${shown(before.stateDir ?? "another state")} and not about ${shown(stateDir)}`,
      {
        exit: "usage",
        code: "other-target",
        hint: "give the same --home, --root, --state-dir and --profile as in the first run; a demonstration ends with its run",
      },
    );
  }
  if (subject.info.host === host.facts.hostname) return undefined;
  return `This case was opened on ${shown(subject.info.host)}; this host is called ${shown(host.facts.hostname)}.`;
}

/** The command that goes on with a case of this run, with the options that lead to the same state and data. */
export function carryOnCommand(options: CommonOptions): (caseId: string) => string | undefined {
  // Its gateway ends with it: there is nothing left to go on with.
  if (options.demo === true) return () => undefined;
  const { home, root, stateDir, profile, dataDir } = options;
  const given = { home, root, "state-dir": stateDir, profile, "data-dir": dataDir };
  const words = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, shellWord(value)],
  );
  return (caseId) => ["claw-ir resume", caseId, ...words].join(" ");
}
