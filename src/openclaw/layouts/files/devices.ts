import { dict, isDict, isoOf, str, strings } from "../../../model/json.ts";
import type { Dict } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { Device } from "../../../model/device-records.ts";
import type { Place } from "../../../model/records.ts";
import { present } from "../../present.ts";
import { tokenOf, tokensOf } from "../device-token.ts";
import { setupEntry } from "../setup-token.ts";
import type { Source } from "../source.ts";
import { fromFiles } from "./missing.ts";
import { filesOf, jsonFile, leftoverOf } from "./text.ts";

const maxEntries = 10_000;

/**
 * `devices/paired.json`: object by device id; `devices/pending.json`: object by request id; since 2026.3 `devices/bootstrap.json`
 * with the setup tokens that were issued: object by token. What a device offers as a node is kept apart in `nodes/`, and joined
 * to it here as the later versions do.
 */
export function devices(source: Source): Reading<Device> {
  const reasons: string[] = [];
  const paired = entriesOf(source, "devices-paired", pairedDevice, reasons);
  const pending = entriesOf(source, "devices-pending", pendingDevice, reasons);
  const nodes = [
    ...entriesOf(source, "nodes-paired", pairedNode, reasons),
    ...entriesOf(source, "nodes-pending", pendingNode, reasons),
  ];
  const setups = entriesOf(source, "devices-setup", setupEntry, reasons);
  const inUse = filesOf(source, "devices-paired").some((file) => !file.leftover);
  const wanted = { name: "devices/paired.json", table: "device_pairing_paired", inUse };
  return fromFiles(source, wanted, [...joined([...paired, ...pending], nodes), ...setups], reasons);
}

type Mapper = (id: string, value: Dict, place: Place) => Device | undefined;

function entriesOf(
  source: Source,
  role: "devices-paired" | "devices-pending" | "devices-setup" | "nodes-paired" | "nodes-pending",
  map: Mapper,
  reasons: string[],
): readonly Device[] {
  const found: Device[] = [];
  for (const file of filesOf(source, role)) {
    const entries = Object.entries(jsonFile(source.host, file, reasons) ?? {});
    let strange = 0;
    for (const [at, [id, value]] of entries.slice(0, maxEntries).entries()) {
      // The key of a setup token is the token.
      const locator = role === "devices-setup" ? `entry ${at + 1}` : id;
      const device = isDict(value) ? map(id, value, { path: file.shown, locator }) : undefined;
      if (device === undefined) strange += 1;
      else found.push({ ...device, ...leftoverOf(file) });
    }
    if (strange > 0) reasons.push(`${strange} entries of ${file.shown} could not be understood`);
    if (entries.length > maxEntries) reasons.push(`${file.shown} has more than ${maxEntries} entries`);
  }
  return found;
}

/** A node is the device of the same id, both in use or both left behind; only what is left over stands for itself. */
function joined(known: readonly Device[], nodes: readonly Device[]): readonly Device[] {
  const keyOf = ({ id, leftover }: Device): string => `${leftover === true ? "left" : "used"}/${id}`;
  const byKey = new Map<string, Device[]>();
  const alone: Device[] = [];
  const paired = new Set(known.filter(({ state }) => state === "paired").map(keyOf));
  for (const node of nodes) {
    if (!paired.has(keyOf(node))) alone.push(node);
    else byKey.set(keyOf(node), [...(byKey.get(keyOf(node)) ?? []), node]);
  }
  const found = known.map((device) =>
    device.state === "paired" ? (byKey.get(keyOf(device)) ?? []).reduce(withNode, device) : device,
  );
  return [...found, ...alone];
}

/** What a node may run, and what it asks to run. */
function withNode(device: Device, node: Device): Device {
  const asked = node.state === "pending" ? node.nodeCommands : [];
  const before = device.askedCommands ?? [];
  return {
    ...device,
    nodeCommands: [...new Set([...device.nodeCommands, ...node.nodeCommands])],
    ...(asked.length === 0 ? {} : { askedCommands: [...new Set([...before, ...asked])] }),
    tokens: [...device.tokens, ...node.tokens],
  };
}

const pairedDevice: Mapper = (id, value, place) => {
  const approved = strings(value["approvedScopes"]);
  return {
    id: str(value["deviceId"]) ?? id,
    state: "paired",
    ...described(value),
    roles: rolesOf(value),
    scopes: approved.length > 0 ? approved : strings(value["scopes"]),
    ...present({
      label: textOf(value, "operatorLabel"),
      approvedVia: textOf(value, "approvedVia"),
      createdAt: isoOf(value["createdAtMs"]),
      approvedAt: isoOf(value["approvedAtMs"]),
      lastSeenAt: isoOf(value["lastSeenAtMs"]),
    }),
    nodeCommands: strings(dict(value["nodeSurface"])["commands"]),
    tokens: tokensOf(value["tokens"]),
    place,
  };
};

const pendingDevice: Mapper = (requestId, value, place) => {
  const id = str(value["deviceId"]);
  if (id === undefined) return undefined;
  return {
    id,
    state: "pending",
    requestId: str(value["requestId"]) ?? requestId,
    ...described(value),
    roles: rolesOf(value),
    scopes: strings(value["scopes"]),
    ...present({ createdAt: isoOf(value["ts"]) }),
    nodeCommands: strings(value["commands"]),
    tokens: [],
    place,
  };
};

/** Before nodes were devices they had a pairing and one token of their own. */
const pairedNode: Mapper = (id, value, place) => ({
  id: str(value["nodeId"]) ?? id,
  state: "paired",
  ...described(value),
  roles: ["node"],
  scopes: [],
  ...present({
    createdAt: isoOf(value["createdAtMs"]),
    approvedAt: isoOf(value["approvedAtMs"]),
    lastSeenAt: isoOf(value["lastConnectedAtMs"]),
  }),
  nodeCommands: strings(value["commands"]),
  tokens: tokenOf("node", value),
  place,
});

const pendingNode: Mapper = (requestId, value, place) => {
  const id = str(value["nodeId"]);
  if (id === undefined) return undefined;
  const device = pendingDevice(requestId, { ...value, deviceId: id, role: "node" }, place);
  return device;
};

function described(value: Dict): Partial<Device> {
  return present({
    name: textOf(value, "displayName"),
    platform: textOf(value, "platform"),
    clientId: textOf(value, "clientId"),
    clientMode: textOf(value, "clientMode"),
    origin: textOf(value, "browserOrigin"),
    remoteIp: textOf(value, "remoteIp"),
    publicKey: textOf(value, "publicKey"),
  });
}

function textOf(value: Dict, key: string): string | undefined {
  const text = str(value[key]);
  return text === "" ? undefined : text;
}

function rolesOf(value: Dict): readonly string[] {
  const role = textOf(value, "role");
  return [...new Set([...strings(value["roles"]), ...(role === undefined ? [] : [role])])];
}
