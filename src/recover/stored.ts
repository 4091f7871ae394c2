/** What the stop left in the case's facts, read back after a crash or in another run. Anything malformed counts as absent. */
import { bool, dict, isDict, list, num, str, strings } from "../model/json.ts";
import { isServiceName } from "../openclaw/service-manager.ts";
import type { HowItRan, StoppedService } from "../openclaw/types.ts";

const managers = ["systemd-user", "systemd-system", "launchd", "docker", "podman"] as const;

export function storedServices(value: unknown): readonly StoppedService[] {
  return list(value).flatMap((item) => {
    const service = serviceOf(item);
    return service === undefined ? [] : [service];
  });
}

function serviceOf(value: unknown): StoppedService | undefined {
  const item = dict(value);
  const manager = managers.find((name) => name === item["manager"]);
  const name = str(item["name"]);
  const uid = num(item["uid"]);
  if (manager === undefined || name === undefined || !isServiceName(name) || uid === undefined)
    return undefined;
  const texts = { file: str(item["file"]), user: str(item["user"]) };
  const policy = /^(?:always|unless-stopped|on-failure)$/.exec(str(item["policy"]) ?? "")?.[0];
  return {
    manager,
    name,
    uid,
    ...(texts.file === undefined ? {} : { file: texts.file }),
    ...(texts.user === undefined ? {} : { user: texts.user }),
    masked: bool(item["masked"]) ?? false,
    disabled: bool(item["disabled"]) ?? false,
    ...(policy === undefined ? {} : { policy }),
    triggers: strings(item["triggers"]).filter(isServiceName),
  };
}

export function storedHowItRan(value: unknown): HowItRan | undefined {
  if (!isDict(value)) return undefined;
  const numbers = { pid: num(value["pid"]), uid: num(value["uid"]), port: num(value["port"]) };
  const { pid, uid, port } = numbers;
  if (pid === undefined || uid === undefined || port === undefined) return undefined;
  const env: Record<string, string> = {};
  for (const [name, text] of Object.entries(dict(value["env"])))
    if (typeof text === "string") env[name] = text;
  const optional: Record<string, string> = {};
  for (const name of ["user", "exe", "cwd", "packageDir"]) {
    const text = str(value[name]);
    if (text !== undefined) optional[name] = text;
  }
  return {
    pid,
    uid,
    port,
    argv: strings(value["argv"]),
    ...optional,
    env,
    envNames: strings(value["envNames"]),
  };
}
