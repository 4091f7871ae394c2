/** Reading back what a collector kept, so that a resumed run judges the processes of the first minute and not today's. */
import type { Host } from "../host/host.ts";
import type { Artifact } from "../model/evidence.ts";
import type { ProcessSeen, SocketSeen } from "../model/host-records.ts";
import { dict, isDict, list, num, parseJson, str, strings } from "../model/json.ts";
import type { Reading } from "../model/outcome.ts";
import type { ReadingSet } from "../model/readings.ts";

const maxBytes = 64 << 20;

/** The volatile readings that an earlier run of this case kept; empty where there are none. Never throws. */
export async function keptReadings(
  host: Host,
  casePath: string,
  artifacts: readonly Artifact[],
): Promise<Partial<ReadingSet>> {
  const processes = await restore(host, casePath, artifacts, "processes", processOf);
  const sockets = await restore(host, casePath, artifacts, "sockets", socketOf);
  return {
    ...(processes === undefined ? {} : { processes }),
    ...(sockets === undefined ? {} : { sockets }),
  };
}

async function restore<T>(
  host: Host,
  casePath: string,
  artifacts: readonly Artifact[],
  id: string,
  look: (value: unknown) => T | undefined,
): Promise<Reading<T> | undefined> {
  const artifact = artifacts.find((one) => one.id === id);
  if (artifact?.file === undefined) return undefined;
  try {
    const text = await host.fs.readText(`${casePath}/${artifact.file}`, { maxBytes });
    const values = text.split("\n").filter((line) => line !== "");
    const records = values.map((line) => look(parseJson(line))).filter((record) => record !== undefined);
    const { outcome, reason } = artifact;
    return { outcome, records, ...(reason === undefined ? {} : { reason }) };
  } catch {
    return undefined;
  }
}

function processOf(value: unknown): ProcessSeen | undefined {
  const pid = num(dict(value)["pid"]);
  if (!isDict(value) || pid === undefined) return undefined;
  const text = (name: "exe" | "cwd" | "user" | "cgroup" | "root" | "capabilities"): object => {
    const found = str(value[name]);
    return found === undefined ? {} : { [name]: found };
  };
  const number = (name: "startTicks" | "loginUid" | "auditSession" | "tracer"): object => {
    const found = num(value[name]);
    return found === undefined ? {} : { [name]: found };
  };
  const apart = strings(value["apart"]);
  return {
    pid,
    ppid: num(value["ppid"]) ?? 0,
    uid: num(value["uid"]) ?? -1,
    ...text("user"),
    comm: str(value["comm"]) ?? "",
    argv: strings(value["argv"]),
    ...text("exe"),
    exeDeleted: value["exeDeleted"] === true,
    ...text("cwd"),
    state: str(value["state"]) ?? "?",
    startedAt: str(value["startedAt"]) ?? "",
    ...number("startTicks"),
    ...text("cgroup"),
    ...text("root"),
    ...number("loginUid"),
    ...number("auditSession"),
    ...number("tracer"),
    ...text("capabilities"),
    ...(apart.length > 0 ? { apart } : {}),
    ...(value["kernelThread"] === true ? { kernelThread: true } : {}),
    loaders: strings(value["loaders"]),
    hidden: value["hidden"] === true,
  };
}

function socketOf(value: unknown): SocketSeen | undefined {
  if (!isDict(value)) return undefined;
  return {
    protocol: str(value["protocol"]) ?? "",
    state: str(value["state"]) ?? "",
    localAddress: str(value["localAddress"]) ?? "",
    localPort: num(value["localPort"]) ?? 0,
    remoteAddress: str(value["remoteAddress"]) ?? "",
    remotePort: num(value["remotePort"]) ?? 0,
    uid: num(value["uid"]) ?? -1,
    listening: value["listening"] === true,
    holders: list(value["holders"]).map((holder) => ({
      pid: num(dict(holder)["pid"]) ?? 0,
      comm: str(dict(holder)["comm"]) ?? "",
    })),
  };
}
