import type { ProcessList, ProcessRecord } from "../../host/host.ts";
import { messageOf } from "../../model/errors.ts";
import type { ProcessSeen } from "../../model/host-records.ts";
import { read, unread } from "../../model/outcome.ts";
import type { Reading } from "../../model/outcome.ts";
import { Secret, showMark } from "../../model/secret.ts";
import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";
import type { Sources } from "../sources.ts";

/** Variables that make a program load or run code of someone else's choice (ATT&CK T1574.006, T1574.007). */
const loader =
  /^(?:LD_|DYLD_|NODE_OPTIONS$|NODE_PATH$|PYTHON(?:PATH|STARTUP|HOME)$|PERL5(?:LIB|OPT)$|RUBY(?:OPT|LIB)$|BASH_ENV$|ENV$|PROMPT_COMMAND$|GIT_(?:SSH|EXTERNAL_DIFF|PAGER)|JAVA_TOOL_OPTIONS$)/;
const secretFlag =
  /^--?(?:[a-z-]*-)?(?:token|password|passwd|passphrase|secret|api-?key|auth|bearer|key)(?:=(.*))?$/is;
const secretName = /token|secret|passw|api_?key|credential/i;

/** Processes with parents, arguments and start times; of their environment the names, with fingerprints of the values. */
export async function readProcesses(sources: Sources): Promise<Reading<ProcessSeen>> {
  if (!sources.target.live) return unread("missing", "only a live host has processes");
  let list: ProcessList;
  try {
    list = await sources.host.processes.list();
  } catch (error) {
    return unread("error", `processes could not be listed: ${messageOf(error)}`);
  }
  const hidden = new Set(list.hidden);
  const records = list.processes.map((process) => seen(process, hidden.has(process.pid), sources));
  const listed = new Set(list.processes.map((process) => process.pid));
  const lost = list.hidden.filter((pid) => !listed.has(pid));
  return read(records, [
    ...(list.denied > 0
      ? [`${list.denied} processes of other users show neither program nor environment`]
      : []),
    ...(lost.length > 0 ? [`hidden process ids without details: ${lost.slice(0, 20).join(", ")}`] : []),
  ]);
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
    ...(environ === undefined
      ? {}
      : { environment: environ.map(({ name, value }) => ({ name, mark: sources.redactor.mark(value) })) }),
    loaders: names.filter((name) => loader.test(name)),
    hidden,
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
    const flag = secretFlag.exec(argument);
    if (flag !== null) {
      next = flag[1] === undefined;
      return next ? argument : `${argument.slice(0, argument.indexOf("=") + 1)}${mask(flag[1] ?? "")}`;
    }
    const equals = argument.indexOf("=");
    const assigns = equals > 0 && equals < 128 && secretName.test(argument.slice(0, equals));
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
  timeoutMs: 10_000,
  rootAdds: "programs and environments of other users' processes",
  collect: fromReading("processes"),
};
