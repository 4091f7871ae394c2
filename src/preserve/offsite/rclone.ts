/** Copies through rclone: SFTP, S3 and whatever else it knows. rclone 1.57 or newer (lsjson --stat). */
import { join } from "node:path";
import type { Host, RunResult } from "../../host/host.ts";
import { ClawError } from "../../model/errors.ts";
import { dict, num, parseJson, str } from "../../model/json.ts";
import { shown } from "../../model/text.ts";
import type { Place } from "./place.ts";

const lookMs = 5 * 60_000;
/** A line so slow that it carries less is given up. */
const bytesPerMs = 50;
const longestMs = 7 * 24 * 3600_000;
/** rclone's exit codes for a folder and a file that is not there. */
const notThere = [3, 4];

/** Variables that say where things are; those that hold secrets are not handed on. */
const handedOn = [
  "SSH_AUTH_SOCK",
  "AWS_PROFILE",
  "AWS_REGION",
  "AWS_DEFAULT_REGION",
  "AWS_SHARED_CREDENTIALS_FILE",
  "AWS_CONFIG_FILE",
  "AWS_ENDPOINT_URL_S3",
];

interface There {
  readonly bytes: number;
  /** Where the place can tell it by itself. */
  readonly sha256?: string;
}

export async function checkRclone(host: Host): Promise<void> {
  const { missing } = await host.run(["rclone", "version"], { timeoutMs: 20_000 });
  if (!missing) return;
  throw new ClawError("rclone is not installed, and this copy needs it", {
    exit: "failed",
    code: "no-rclone",
    hint: "install rclone (apt install rclone), or name a folder",
  });
}

export function rclonePlace(host: Host, remote: string, to: string): Place {
  const at = (name: string): string => (/[:/]$/.test(remote) ? `${remote}${name}` : `${remote}/${name}`);
  const rclone = runnerOf(host, to);
  const look = async (name: string): Promise<There | undefined> => {
    const argv = ["lsjson", "--stat", "--hash", "--hash-type", "sha256", at(name)];
    const { code, stdout } = await rclone(argv, lookMs, notThere);
    const found = dict(parseJson(stdout));
    const bytes = num(found["Size"]);
    if (code !== 0 || bytes === undefined || found["IsDir"] === true) return undefined;
    const sha256 = str(dict(found["Hashes"])["sha256"]);
    return { bytes, ...(sha256 === undefined || sha256 === "" ? {} : { sha256 }) };
  };
  /** Read back as a whole where the place knows no SHA-256. */
  const hashOf = async (name: string, { bytes, sha256 }: There): Promise<string> => {
    if (sha256 !== undefined) return sha256;
    const { stdout } = await rclone(["hashsum", "sha256", "--download", at(name)], limitOf(bytes));
    return /^[0-9a-f]{64}/.exec(stdout.trim())?.[0] ?? "";
  };
  return {
    prepare: () => checkRclone(host),
    compare: async ({ name, bytes, sha256 }) => {
      const there = await look(name);
      if (there === undefined) return undefined;
      // A whole archive is not read back where its size says already that it is another one.
      return there.bytes === bytes && (await hashOf(name, there)) === sha256 ? "same" : "other";
    },
    put: async (item) => {
      const partial = `${item.name}.partial`;
      await rclone(["copyto", item.path, at(partial)], limitOf(item.bytes));
      const there = await look(partial);
      if (there?.bytes !== item.bytes || (await hashOf(partial, there)) !== item.sha256)
        throw failed(`${shown(item.name)} did not arrive whole in ${to}`, "");
      await rclone(["moveto", at(partial), at(item.name)], limitOf(item.bytes));
      const placed = await look(item.name);
      if (placed?.bytes !== item.bytes || (placed.sha256 ?? item.sha256) !== item.sha256)
        throw failed(`${shown(item.name)} could not be given its name in ${to}`, "");
    },
  };
}

function limitOf(bytes: number): number {
  return Math.min(longestMs, 30 * 60_000 + bytes / bytesPerMs);
}

type Rclone = (
  argv: readonly string[],
  timeoutMs: number,
  alsoGood?: readonly number[],
) => Promise<RunResult>;

function runnerOf(host: Host, to: string): Rclone {
  return async (argv, timeoutMs, alsoGood = []) => {
    const config = await configOf(host);
    const always = ["--ask-password=false", "--log-level", "ERROR", "--contimeout", "30s", "--retries", "3"];
    const options = config === undefined ? always : ["--config", config, ...always];
    const result = await host.run(["rclone", ...argv, ...options], { timeoutMs, env: envOf(host) });
    if (result.code !== null && [0, ...alsoGood].includes(result.code)) return result;
    const why = result.timedOut ? "it took too long" : lastLine(result.stderr);
    throw failed(`rclone ${argv[0] ?? ""} failed for ${to}`, why);
  };
}

/** The user's own, wherever rclone would look for it; undefined if there is none, and then rclone has none either. */
async function configOf({ fs, facts }: Host): Promise<string | undefined> {
  const { RCLONE_CONFIG: named, XDG_CONFIG_HOME: xdg } = facts.env;
  if (named !== undefined && named !== "") return named;
  const places = [
    ...(xdg === undefined || xdg === "" ? [] : [join(xdg, "rclone", "rclone.conf")]),
    join(facts.home, ".config", "rclone", "rclone.conf"),
    join(facts.home, ".rclone.conf"),
  ];
  for (const place of places) if ((await fs.stat(place)) !== undefined) return place;
  return undefined;
}

function envOf({ facts }: Host): Record<string, string> {
  return Object.fromEntries(
    handedOn.flatMap((name) => {
      const text = facts.env[name];
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

/** rclone's last word without its time stamp; an address in it may carry a name and a password. */
function lastLine(stderr: string): string {
  const line = stderr.trim().split("\n").at(-1) ?? "";
  const bare = line.replace(/^[\d/]+ [\d:]+ (?:[A-Z]+ *: )?/, "");
  return shown(bare.replaceAll(/\/\/[^/@\s]+@/g, "//…@"), 300);
}

function failed(what: string, why: string): ClawError {
  return new ClawError(why === "" ? what : `${what}: ${why}`, {
    exit: "failed",
    code: "copy-failed",
    hint: "the archive here is whole; look at the place with rclone ls, then try again with claw-ir backup copy",
  });
}
