import type { Host, ProcessRecord } from "../host/host.ts";
import { at, dict, list, parseJson, str } from "../model/json.ts";
import { containerOf } from "./family.ts";
import { looksLikeGateway } from "./lock.ts";
import type { Installation, ServiceUnit } from "./types.ts";
import { isInside } from "./view.ts";

const timeoutMs = 3000;
/** Docker and podman start a container again at once, with a delay that begins at 100 ms. */
const restartMs = 100;

/**
 * Containers that hold the gateway. Asked only if a gateway process lives in a container's control group, or if none is seen at all
 * (a virtual machine hides them on macOS). A container counts if it holds such a process or mounts the state dir.
 */
export async function findContainers(
  host: Host,
  installation: Installation,
  processes: readonly ProcessRecord[],
): Promise<readonly ServiceUnit[]> {
  const gateways = processes.filter((one) => looksLikeGateway(one) && one.state !== "Z");
  const ids = new Set(gateways.flatMap((one) => containerOf(one.cgroup) ?? []));
  if (ids.size === 0 && gateways.length > 0) return [];
  const found: ServiceUnit[] = [];
  for (const manager of ["docker", "podman"] as const) {
    const running = await run(host, [manager, "ps", "--no-trunc", "--quiet"]);
    const known = (running ?? "")
      .split("\n")
      .map((line) => line.trim())
      .filter((id) => /^[0-9a-f]{64}$/.test(id));
    if (known.length === 0) continue;
    found.push(...(await inspect(host, installation, manager, known.slice(0, 200), ids)));
  }
  return found;
}

async function inspect(
  host: Host,
  installation: Installation,
  manager: "docker" | "podman",
  known: readonly string[],
  wanted: ReadonlySet<string>,
): Promise<readonly ServiceUnit[]> {
  const text = await run(host, [manager, "inspect", "--type", "container", ...known]);
  return list(parseJson(text ?? "")).flatMap((value) => {
    const id = str(at(value, "Id")) ?? "";
    const name = (str(at(value, "Name")) ?? "").replace(/^\//, "");
    if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,200}$/.test(name)) return [];
    const mounted = list(at(value, "Mounts")).some((mount) =>
      holdsState(installation, str(dict(mount)["Source"])),
    );
    const named = /openclaw|clawdbot|moltbot/i.test(`${str(at(value, "Config", "Image")) ?? ""} ${name}`);
    if (!wanted.has(id) && !(mounted && (named || runsGateway(value)))) return [];
    const policy = str(at(value, "HostConfig", "RestartPolicy", "Name")) ?? "";
    const again = policy !== "" && policy !== "no";
    return [{ manager, name, restartMs: again ? restartMs : 0, active: true }];
  });
}

function holdsState(installation: Installation, source: string | undefined): boolean {
  if (source === undefined || source === "/") return false;
  const { stateDir } = installation.target;
  return isInside(stateDir, source) || isInside(source, stateDir);
}

function runsGateway(value: unknown): boolean {
  const words = [str(at(value, "Path")) ?? "", ...list(at(value, "Args")).map((arg) => str(arg) ?? "")];
  return words.includes("gateway") && words.some((word) => /openclaw|dist\/(?:index|entry)\.m?js/.test(word));
}

async function run(host: Host, argv: readonly [string, ...string[]]): Promise<string | undefined> {
  try {
    const result = await host.run(argv, { timeoutMs });
    return result.code === 0 ? result.stdout : undefined;
  } catch (error) {
    if (host.signal.aborted) throw error;
    return undefined;
  }
}
