import {
  type PlistDict,
  plistDict,
  plistList,
  plistStrings,
  plistText,
  type Plist,
} from "../../mac/plist-value.ts";
import { isMac } from "../../mac/system.ts";
import { shownAssignment } from "../assignment.ts";
import { glob } from "../../glob.ts";
import { type Scribe, sourceOf } from "../scribe.ts";
import { type PlistFile, readPlist } from "./read-plist.ts";
import { signatureOf } from "./signature.ts";

const folders: readonly (readonly [folder: string, kind: "agent" | "daemon"])[] = [
  ["~/Library/LaunchAgents", "agent"],
  ["/Library/LaunchAgents", "agent"],
  ["/System/Library/LaunchAgents", "agent"],
  ["/Library/Apple/System/Library/LaunchAgents", "agent"],
  ["/private/var/root/Library/LaunchAgents", "agent"],
  ["/Library/LaunchDaemons", "daemon"],
  ["/System/Library/LaunchDaemons", "daemon"],
  ["/Library/Apple/System/Library/LaunchDaemons", "daemon"],
];
const overrides = [
  "/private/var/db/com.apple.xpc.launchd/disabled*.plist",
  "/private/var/db/launchd.db/com.apple.launchd/overrides.plist",
];
const triggers = [
  "RunAtLoad",
  "KeepAlive",
  "StartInterval",
  "StartCalendarInterval",
  "WatchPaths",
  "QueueDirectories",
  "StartOnMount",
  "Sockets",
  "MachServices",
  "LaunchEvents",
];
const maxTrigger = 300;

/** What starts it, such as "RunAtLoad, StartInterval=300, WatchPaths=/etc/passwd". */
export function launchdTrigger(dict: PlistDict): string {
  const parts = triggers.flatMap((key) => {
    const value = dict[key];
    if (value === undefined || value === false) return [];
    if (value === true) return [key];
    if (typeof value === "number" || typeof value === "string") return [`${key}=${value}`];
    const strings = plistStrings(value);
    return strings.length > 0 ? [`${key}=${strings.join(",")}`] : [`${key}${calendar(value)}`];
  });
  return parts.join(", ").slice(0, maxTrigger);
}

/** Hour, Minute and their like of a calendar interval, or of several. */
function calendar(value: Plist): string {
  const one = plistList(value).length > 0 ? plistList(value) : [value];
  const texts = one.slice(0, 10).map((each) =>
    Object.entries(plistDict(each))
      .flatMap(([key, number]) => (typeof number === "number" ? [`${key} ${number}`] : []))
      .join(" "),
  );
  const text = texts.filter((each) => each !== "").join(" / ");
  return text === "" ? "" : `=${text}`;
}

/** Labels that somebody switched off or on, which wins over the file's own "Disabled". */
async function overridden(scribe: Scribe): Promise<ReadonlyMap<string, boolean>> {
  const found = new Map<string, boolean>();
  for (const path of (await glob(scribe.sources, overrides)).paths) {
    const list = await readPlist(scribe, path);
    for (const [label, value] of Object.entries(list?.dict ?? {})) {
      const off = typeof value === "boolean" ? value : plistDict(value)["Disabled"];
      if (typeof off === "boolean") found.set(label, off);
    }
  }
  return found;
}

async function add(
  scribe: Scribe,
  { file, dict }: PlistFile,
  name: string,
  disabled: ReadonlyMap<string, boolean>,
): Promise<void> {
  const label = plistText(dict["Label"]) ?? name;
  const words = plistStrings(dict["ProgramArguments"]);
  const program = plistText(dict["Program"]);
  const runs = words.length > 0 ? [words.join(" ")] : [];
  const sameProgram = program === undefined || program === words[0];
  const { redactor } = scribe.sources;
  const variables = Object.entries(plistDict(dict["EnvironmentVariables"]));
  const places = [
    "WorkingDirectory",
    "RootDirectory",
    "StandardOutPath",
    "BundleProgram",
    "LimitLoadToSessionType",
  ];
  scribe.add({
    name: label,
    file,
    user: plistText(dict["UserName"]),
    trigger: launchdTrigger(dict),
    enabled: !(disabled.get(label) ?? dict["Disabled"] === true),
    runs: sameProgram ? runs : [program, ...runs],
    sets: [
      ...variables.map(([variable, value]) => shownAssignment(redactor, variable, plistText(value) ?? "")),
      ...places.flatMap((key) =>
        plistText(dict[key]) === undefined ? [] : [`${key}=${plistText(dict[key]) ?? ""}`],
      ),
      ...(await signatureOf(scribe, file.path, program ?? words[0])),
    ],
    odd: name.startsWith(".") ? ["its file has a hidden name"] : [],
  });
}

export const launchd = sourceOf(
  {
    id: "launchd",
    title: "Launch agents and daemons",
    attack: ["T1543.001", "T1543.004", "T1574.006"],
    timeoutMs: 30_000,
    rootAdds: "agents of root and of other users",
    platform: "darwin",
  },
  async (scribe) => {
    if (!(await isMac(scribe.sources))) return;
    const disabled = await overridden(scribe);
    const others = await glob(scribe.sources, ["/Users/*/Library/LaunchAgents"]);
    const own = scribe.sources.target.toHost(scribe.sources.target.home);
    const all = [
      ...folders.map(([folder]) => folder),
      ...others.paths.filter((path) => !path.startsWith(`${own}/`)),
    ];
    for (const folder of all) {
      for (const name of await scribe.names(folder)) {
        if (!name.endsWith(".plist")) continue;
        const list = await readPlist(scribe, `${folder}/${name}`);
        if (list !== undefined) await add(scribe, list, name, disabled);
      }
    }
  },
);
