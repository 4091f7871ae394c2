/** Timeline events from the logs of the host and from what its running system shows. */
import type { HostFact } from "../../model/live-records.ts";
import type { HostEvent, HostEventKind } from "../../model/log-records.ts";
import type { Severity } from "../../model/outcome.ts";
import { say } from "./event.ts";
import type { EventDraft, TimelineContext } from "./event.ts";

interface Meaning {
  readonly tsDesc: string;
  readonly attack?: readonly string[];
  readonly severity?: Severity;
}

/** What is told in the timeline; cron's runs and what tells nothing would drown the rest. */
const meanings: Partial<Record<HostEventKind, Meaning>> = {
  login: { tsDesc: "logged in", attack: ["T1078"] },
  "login-failed": { tsDesc: "login failed", attack: ["T1110"] },
  logout: { tsDesc: "logged out" },
  sudo: { tsDesc: "ran as another user", attack: ["T1548.003"] },
  "sudo-refused": { tsDesc: "refused", attack: ["T1548.003"], severity: "low" },
  su: { tsDesc: "changed user", attack: ["T1548"] },
  command: { tsDesc: "ran a program", attack: ["T1059"] },
  file: { tsDesc: "touched a watched file" },
  account: { tsDesc: "account changed", attack: ["T1136.001", "T1098"], severity: "low" },
  boot: { tsDesc: "started" },
  shutdown: { tsDesc: "stopped" },
  install: { tsDesc: "installed", attack: ["T1072"] },
  upgrade: { tsDesc: "upgraded" },
  remove: { tsDesc: "removed" },
  service: { tsDesc: "logged" },
  kernel: { tsDesc: "logged", attack: ["T1547.006"] },
  clock: { tsDesc: "clock set", attack: ["T1070.006"] },
  log: { tsDesc: "log changed", attack: ["T1070.002"] },
};

/** The events of one log; `artifact` is the collector that kept it. */
export function hostEventsOf(
  artifact: string,
): (context: TimelineContext, event: HostEvent) => readonly EventDraft[] {
  return (context, event) => {
    const meaning = meanings[event.kind] ?? crontabEdited(event);
    if (meaning === undefined) return [];
    const program = event.program === undefined ? "" : `${say(context, event.program, 40)}: `;
    const { attack, severity, tsDesc } = meaning;
    return [
      {
        at: event.at,
        tsDesc,
        artifact,
        dataType: `host:log:${event.kind}`,
        message: `${program}${say(context, event.text, 300)}`,
        place: event.place,
        user: event.user,
        ...(attack === undefined ? {} : { attack }),
        ...(severity === undefined ? {} : { severity }),
        data: { from: event.from, program: event.program, until: event.until },
      },
    ];
  };
}

/** Of cron only what changed a crontab. */
function crontabEdited({ kind, text }: HostEvent): Meaning | undefined {
  return kind === "cron" && /^\([^)]*\) (?:REPLACE|DELETE)\b/.test(text)
    ? { tsDesc: "crontab changed", attack: ["T1053.003"], severity: "low" }
    : undefined;
}

export function containerEvents(context: TimelineContext, fact: HostFact): readonly EventDraft[] {
  return [
    {
      at: fact.at,
      tsDesc: "started",
      artifact: "containers",
      dataType: "host:container:started",
      message: `container ${say(context, fact.name, 80)} started: ${say(context, fact.detail, 200)}`,
      place: fact.place,
      attack: ["T1610"],
    },
  ];
}

/** Programs only: of all other files in temporary folders the bodyfile tells. */
export function tempFileEvents(context: TimelineContext, fact: HostFact): readonly EventDraft[] {
  const runs = fact.traits.some(
    (trait) => trait === "executable" || trait === "binary" || trait === "script",
  );
  if (!runs || fact.kind !== "file") return [];
  return [
    {
      at: fact.at,
      tsDesc: "file modified",
      artifact: "temp-files",
      dataType: "host:temp-file:modified",
      message: `program ${say(context, fact.name)} in a temporary folder was last changed`,
      place: fact.place,
      attack: ["T1036.005"],
      data: { sha256: fact.data?.["sha256"] },
    },
  ];
}
