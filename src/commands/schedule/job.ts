import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { Host } from "../../host/host.ts";
import { shellWord } from "../../model/text.ts";
import { checkJob, type Job, type When, whenText } from "../../preserve/schedule/index.ts";
import type { ScheduleOptions } from "./options.ts";

export type Scheduled = "backup" | "drill";

export interface Work {
  readonly what: Scheduled;
  /** Words behind "claw-ir": ["backup", "create", "--scheduled", …]. */
  readonly words: readonly string[];
  /** Folders it writes to, beside the data folder. */
  readonly writable: readonly string[];
}

/** Where OpenClaw's state is, and claw-ir's tools, when the environment says so: the scheduler has another one. */
const handedOn = [
  "OPENCLAW_HOME",
  "OPENCLAW_STATE_DIR",
  "OPENCLAW_CONFIG_PATH",
  "OPENCLAW_PROFILE",
  "OPENCLAW_INCLUDE_ROOTS",
  "CLAW_IR_TOOL_PATH",
  "RCLONE_CONFIG",
];
const fixedPath = "/usr/local/bin:/usr/bin:/bin";

/** "claw-ir-backup", or "claw-ir-backup-work" for the profile "work". */
export function jobName(what: Scheduled, profile: string | undefined): string {
  const bare = (profile ?? "").replaceAll(/[^A-Za-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
  return `claw-ir-${what}${bare === "" ? "" : `-${bare}`}`;
}

export function jobOf(
  host: Host,
  work: Work,
  {
    options,
    when,
    dataDir,
  }: { readonly options: ScheduleOptions; readonly when: When; readonly dataDir: string },
): Job {
  const { execPath, env } = host.facts;
  const job: Job = {
    name: jobName(work.what, options.profile),
    description: `claw-ir ${work.what}, ${whenText(when)}`,
    argv: [
      execPath,
      binary,
      ...work.words,
      "--non-interactive",
      "--data-dir",
      dataDir,
      ...commonWords(options),
    ],
    env: {
      PATH: fixedPath,
      ...Object.fromEntries(
        handedOn.flatMap((name) => {
          const text = env[name] ?? "";
          return text === "" ? [] : [[name, text]];
        }),
      ),
    },
    when,
    writable: [...new Set([dataDir, ...work.writable])],
    undo: undoCommand(work.what, options.profile),
  };
  checkJob(job);
  return job;
}

const binary = fileURLToPath(new URL("../../../bin/claw-ir.js", import.meta.url));

/** npm may clear the folder that npx runs a package from. */
export function binaryNotes(path = binary): readonly string[] {
  return path.includes("/_npx/")
    ? [
        `${basename(path)} lies in npx's cache, which npm may clear: install claw-ir first (npm install -g claw-ir)`,
      ]
    : [];
}

function commonWords({ profile, stateDir, home }: ScheduleOptions): readonly string[] {
  const given = { "--profile": profile, "--state-dir": stateDir, "--home": home };
  return Object.entries(given).flatMap(([flag, text]) => (text === undefined ? [] : [flag, text]));
}

function undoCommand(what: Scheduled, profile: string | undefined): string {
  const more = profile === undefined ? "" : ` --profile ${shellWord(profile)}`;
  return `claw-ir ${what} schedule --uninstall${more}`;
}
