import { accessSync, constants, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";

/** PATH of an account that may be compromised can lie, so that system tools are looked up here and nowhere else. */
const systemFolders = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin";

type Env = Readonly<Record<string, string | undefined>>;

/** CLAW_IR_TOOL_PATH replaces the fixed folders on systems that keep their tools elsewhere. */
export function toolPathOf(env: Env, toolPath: string | undefined): string {
  const chosen = toolPath ?? env["CLAW_IR_TOOL_PATH"] ?? "";
  return chosen === "" ? systemFolders : chosen;
}

/** The absolute path of a program, or undefined. A path must be absolute; a bare name is looked up in the tool path. */
export function findProgram(name: string, toolPath: string): string | undefined {
  const candidates = name.includes("/") ? [name] : toolPath.split(":").map((folder) => join(folder, name));
  return candidates.find((path) => isAbsolute(path) && isProgram(path));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const inherited = ["HOME", "USER", "LOGNAME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"] as const;

/** Children get little: nothing of claw-ir's own environment but what systemctl --user and gpg need to find their daemons. */
export function childEnv(
  env: Env,
  toolPath: string,
  added: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const clean: Record<string, string> = { PATH: toolPath, LANG: "C.UTF-8" };
  for (const name of inherited) {
    const value = env[name];
    if (value !== undefined) clean[name] = value;
  }
  return { ...clean, ...added };
}
