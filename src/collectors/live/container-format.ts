/** Containers as facts, from `docker inspect` or `podman inspect`: pure functions. */
import { at, bool, dict, list, num, parseJson, str, strings, type Json } from "../../model/json.ts";
import type { HostFact, HostTrait } from "../../model/live-records.ts";

const engineSocket = /(?:^|\/)(?:docker|podman|containerd|crio)\.sock$/;
const dangerous =
  /^(?:CAP_)?(?:ALL|SYS_ADMIN|SYS_MODULE|SYS_PTRACE|SYS_RAWIO|DAC_READ_SEARCH|BPF|NET_ADMIN)$/i;

const maxPorts = 100;

interface ContainerMount {
  readonly source: string;
  readonly target: string;
  readonly writable: boolean;
}

function mountsOf(container: unknown): readonly ContainerMount[] {
  return list(at(container, "Mounts")).map((mount) => ({
    source: str(at(mount, "Source")) ?? str(at(mount, "Name")) ?? "",
    target: str(at(mount, "Destination")) ?? "",
    writable: bool(at(mount, "RW")) ?? true,
  }));
}

/** What lets a container out: each of them makes root in it root on the host, or nearly. */
function traitsOfContainer(container: unknown, mounts: readonly ContainerMount[]): readonly HostTrait[] {
  const config = at(container, "HostConfig");
  const security = strings(at(config, "SecurityOpt"));
  const holds: readonly (readonly [HostTrait, boolean])[] = [
    ["privileged", at(config, "Privileged") === true],
    ["host-pid", at(config, "PidMode") === "host"],
    ["host-network", at(config, "NetworkMode") === "host"],
    ["container-socket", mounts.some((mount) => engineSocket.test(mount.source))],
    ["host-root", mounts.some((mount) => /^\/(?:etc|root|proc|boot|dev)?\/?$/.test(mount.source))],
    ["dangerous-capability", strings(at(config, "CapAdd")).some((one) => dangerous.test(one))],
    ["added-capability", strings(at(config, "CapAdd")).some((one) => !dangerous.test(one))],
    ["joins-container", /^container:/.test(str(at(config, "NetworkMode")) ?? "")],
    [
      "unconfined",
      security.some((option) => /(?:seccomp|apparmor)[=:]unconfined|label[=:]disable/.test(option)),
    ],
    ["agent-cell", /^\/?openclaw-cell-/.test(str(at(container, "Name")) ?? "")],
  ];
  return holds.filter(([, yes]) => yes).map(([trait]) => trait);
}

function text(container: unknown, ...path: readonly string[]): string {
  return str(at(container, ...path)) ?? "";
}

function timeOf(value: unknown): string | undefined {
  const ms = Date.parse(str(value) ?? "");
  // Docker says year 1 for "never".
  return Number.isNaN(ms) || ms <= 0 ? undefined : new Date(ms).toISOString();
}

/** Where its ports can be reached from: what the engine has bound, or shall bind where it does not run. */
function publishedOf(container: unknown): readonly { port: string; address: string; hostPort: string }[] {
  const bound = dict(at(container, "NetworkSettings", "Ports"));
  const all = Object.keys(bound).length > 0 ? bound : dict(at(container, "HostConfig", "PortBindings"));
  return Object.entries(all)
    .slice(0, maxPorts)
    .flatMap(([port, bindings]) =>
      list(bindings)
        .slice(0, 10)
        .map((one) => ({
          port,
          address: str(at(one, "HostIp")) ?? "",
          hostPort: str(at(one, "HostPort")) ?? "",
        })),
    );
}

/** Labels that OpenClaw gives the containers it makes for tools (src/agents/sandbox/docker.ts of OpenClaw). */
function labelsOf(container: unknown): Readonly<Record<string, Json>> {
  const label = (name: string): string => str(at(container, "Config", "Labels", name))?.slice(0, 500) ?? "";
  const hash = label("openclaw.configHash");
  const session = label("openclaw.sessionKey");
  return {
    ...(label("openclaw.sandbox") === "" ? {} : { sandbox: true }),
    ...(hash === "" ? {} : { configHash: hash }),
    ...(session === "" ? {} : { session }),
  };
}

/** Names of the variables: their values are often secrets. */
function environmentNames(container: unknown): readonly string[] {
  return strings(at(container, "Config", "Env")).map((entry) => entry.split("=", 1)[0] ?? "");
}

/** The JSON array of `inspect`; undefined where it is none. `mask` hides secrets in arguments. */
export function parseInspect(
  text: string,
  engine: string,
  mask: (argv: readonly string[]) => readonly string[],
): readonly HostFact[] | undefined {
  const value = parseJson(text);
  if (!Array.isArray(value)) return undefined;
  return value.map((container: unknown): HostFact => factOf(container, engine, mask));
}

function factOf(
  container: unknown,
  engine: string,
  mask: (argv: readonly string[]) => readonly string[],
): HostFact {
  const mounts = mountsOf(container);
  const started = timeOf(at(container, "State", "StartedAt"));
  const id = text(container, "Id");
  const argv = [text(container, "Path"), ...strings(at(container, "Args"))];
  return {
    kind: "container",
    name: (text(container, "Name") || id).replace(/^\//, ""),
    detail: mask(argv).join(" ").slice(0, 4096),
    ...(started === undefined ? {} : { at: started }),
    traits: traitsOfContainer(container, mounts),
    data: {
      engine,
      id,
      image: text(container, "Config", "Image") || text(container, "ImageName"),
      imageId: text(container, "Image"),
      state: text(container, "State", "Status"),
      created: timeOf(at(container, "Created")) ?? "",
      user: text(container, "Config", "User"),
      restart: text(container, "HostConfig", "RestartPolicy", "Name"),
      network: text(container, "HostConfig", "NetworkMode"),
      capabilities: [...strings(at(container, "HostConfig", "CapAdd"))],
      environment: [...environmentNames(container)],
      command: mask(argv)
        .map((word) => word.slice(0, 4096))
        .slice(0, 200),
      workdir: text(container, "Config", "WorkingDir"),
      restarts: num(at(container, "RestartCount")) ?? 0,
      ...labelsOf(container),
      published: publishedOf(container).map((one) => ({ ...one })),
      ports: Object.keys(dict(at(container, "HostConfig", "PortBindings"))),
      mounts: mounts.map((mount) => ({ ...mount })),
    },
    place: { path: `${engine} container`, locator: id.slice(0, 12) },
  };
}
