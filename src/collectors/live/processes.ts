import { counted } from "../../model/text.ts";
import type { ProcessList, ProcessRecord } from "../../host/host.ts";
import { messageOf } from "../../model/errors.ts";
import type { ProcessSeen } from "../../model/host-records.ts";
import { read, unread } from "../../model/outcome.ts";
import type { Reading } from "../../model/outcome.ts";
import { isSecretOption, namesSecret } from "../../model/secret-names.ts";
import { Secret, showMark } from "../../model/secret.ts";
import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";
import type { Sources } from "../sources.ts";

/** Variables that make a program load or run code of someone else's choice (ATT&CK T1574.006, T1574.007). */
const loader =
  /^(?:LD_|DYLD_|NODE_OPTIONS$|NODE_PATH$|PYTHON(?:PATH|STARTUP|HOME)$|PERL5(?:LIB|OPT)$|RUBY(?:OPT|LIB)$|BASH_ENV$|ENV$|PROMPT_COMMAND$|GIT_(?:SSH|EXTERNAL_DIFF|PAGER)|JAVA_TOOL_OPTIONS$)/;
/** An option, and what it is set to in the same word. */
const option = /^(--?[\w.-]{1,120})(?:=(.*))?$/s;

/** On a host that is busy with its attacker's work, some of the processes are better than none. Twice this is less than the collector has. */
const limitMs = 20_000;

/** Processes with parents, arguments and start times; of their environment the names, with fingerprints of the values. */
export async function readProcesses(sources: Sources): Promise<Reading<ProcessSeen>> {
  if (!sources.target.live) return unread("missing", "only a live host has processes");
  let list: ProcessList;
  try {
    list = await sources.host.processes.list({ limitMs });
  } catch (error) {
    return unread("error", `processes could not be listed: ${messageOf(error)}`);
  }
  const hidden = new Set(list.hidden);
  const first = list.processes.find((process) => process.pid === 1)?.namespaces;
  for (const process of list.processes) learnSecrets(process, sources.redactor);
  const records = list.processes.map((process) => ({
    ...seen(process, hidden.has(process.pid), sources),
    ...apartFrom(first, process),
  }));
  const listed = new Set(list.processes.map((process) => process.pid));
  const lost = list.hidden.filter((pid) => !listed.has(pid));
  return read(records, [
    ...(list.denied > 0
      ? [
          `${counted(list.denied, "process", "processes")} of other users: neither program nor environment can be seen`,
        ]
      : []),
    ...(list.late === undefined
      ? []
      : [`${counted(list.late, "process", "processes")} could not be read in ${limitMs / 1000} s`]),
    ...(list.searchedTo === undefined
      ? []
      : [
          `hidden processes were looked for up to process id ${list.searchedTo}: ${limitMs / 1000} s were over`,
        ]),
    ...(lost.length > 0 ? [`hidden process ids without details: ${lost.slice(0, 20).join(", ")}`] : []),
  ]);
}

/** Where process 1 may not be looked at, nobody is apart from it. */
function apartFrom(
  first: ProcessRecord["namespaces"],
  { namespaces }: ProcessRecord,
): { apart?: readonly string[] } {
  if (first === undefined || namespaces === undefined) return {};
  const apart = Object.keys(namespaces).filter((kind) => namespaces[kind] !== first[kind]);
  return apart.length === 0 ? {} : { apart };
}

/** A value of a secret-sounding variable that looks random: an ordinary word or path there must not blank out evidence. */
function isWorthLearning(value: string): boolean {
  return /^[\w.+=~:-]{16,4096}$/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value);
}

/** What a process was given as a secret is one wherever else it turns up: in arguments, logs, histories. */
function learnSecrets({ environ }: ProcessRecord, redactor: Sources["redactor"]): void {
  for (const { name, value } of environ ?? []) {
    if (namesSecret(name) && isWorthLearning(value.reveal())) redactor.learn(value);
  }
}

function seen(process: ProcessRecord, hidden: boolean, sources: Sources): ProcessSeen {
  const { environ, exe, cwd, user } = process;
  const names = (environ ?? []).map((variable) => variable.name);
  return {
    pid: process.pid,
    ppid: process.ppid,
    uid: process.uid,
    ...(user === undefined ? {} : { user }),
    comm: process.comm,
    argv: maskArguments(process.argv, sources.redactor),
    ...(exe === undefined ? {} : { exe }),
    exeDeleted: process.exeDeleted ?? false,
    ...(cwd === undefined ? {} : { cwd }),
    state: process.state,
    startedAt: process.startedAt,
    startTicks: process.startTicks,
    ...lineage(process),
    ...(environ === undefined
      ? {}
      : { environment: environ.map(({ name, value }) => ({ name, mark: sources.redactor.mark(value) })) }),
    loaders: names.filter((name) => loader.test(name)),
    hidden,
  };
}

function lineage(process: ProcessRecord): Partial<ProcessSeen> {
  const { cgroup, root, loginUid, auditSession, tracer, capabilities, kernelThread } = process;
  return {
    ...(cgroup === undefined ? {} : { cgroup }),
    ...(root === undefined ? {} : { root }),
    ...(loginUid === undefined ? {} : { loginUid }),
    ...(auditSession === undefined ? {} : { auditSession }),
    ...(tracer === undefined ? {} : { tracer }),
    ...(capabilities === undefined ? {} : { capabilities }),
    ...(kernelThread === undefined ? {} : { kernelThread }),
  };
}

/** Values of options and assignments that name a secret become marks, known or not. */
export function maskArguments(argv: readonly string[], redactor: Sources["redactor"]): readonly string[] {
  const mask = (value: string): string => showMark(redactor.mark(new Secret(value)));
  let next = false;
  return argv.map((argument) => {
    const masked = next && !argument.startsWith("-");
    next = false;
    if (masked) return mask(argument);
    const [, flag = "", set] = option.exec(argument) ?? [];
    if (isSecretOption(flag)) {
      next = set === undefined;
      return set === undefined ? argument : `${flag}=${mask(set)}`;
    }
    const equals = argument.indexOf("=");
    const assigns = equals > 0 && equals < 128 && namesSecret(argument.slice(0, equals));
    if (!assigns) return redactor.text(argument);
    return `${argument.slice(0, equals)}=${mask(argument.slice(equals + 1))}`;
  });
}

export const processes: Collector = {
  id: "processes",
  title: "Processes, their parents and environment names",
  stage: "volatile",
  attack: ["T1057", "T1059", "T1070.004", "T1574.006", "T1574.007", "T1620"],
  liveOnly: true,
  timeoutMs: 3 * limitMs,
  rootAdds: "programs and environments of other users' processes",
  collect: fromReading("processes"),
};
