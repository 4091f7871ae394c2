/** package.json: what npm and its like run on installation, and which commands a package puts into the PATH. */
import { dict, parseJson, str } from "../../../model/json.ts";

export interface PackageFacts {
  readonly name: string;
  readonly version: string;
  /** "postinstall: node x.js" */
  readonly scripts: readonly string[];
  /** "openclaw → openclaw.mjs" */
  readonly commands: readonly string[];
}

const onInstall = [
  "preinstall",
  "install",
  "postinstall",
  "preprepare",
  "prepare",
  "postprepare",
  "prepublish",
  "preuninstall",
  "uninstall",
  "postuninstall",
];
const maxCommands = 50;

/** Undefined for what is no package.json. */
export function packageFacts(text: string): PackageFacts | undefined {
  const value = dict(parseJson(text));
  const name = str(value["name"]);
  if (name === undefined) return undefined;
  const scripts = dict(value["scripts"]);
  const bin = value["bin"];
  const commands =
    typeof bin === "string"
      ? [`${name.slice(name.lastIndexOf("/") + 1)} → ${bin}`]
      : Object.entries(dict(bin)).map(([command, file]) => `${command} → ${str(file) ?? ""}`);
  return {
    name,
    version: str(value["version"]) ?? "",
    scripts: onInstall.flatMap((key) => {
      const script = str(scripts[key]);
      return script === undefined ? [] : [`${key}: ${script}`];
    }),
    commands: commands.slice(0, maxCommands),
  };
}
