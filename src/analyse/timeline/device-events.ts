import type { Device, DeviceToken } from "../../model/device-records.ts";
import { say } from "./event.ts";
import type { EventDraft, TimelineContext } from "./event.ts";

/** Pairing, approval, last contact, and the life of each token of one device, or of what would let one in. */
export function deviceEvents(context: TimelineContext, device: Device): readonly EventDraft[] {
  const name = say(context, device.label ?? device.name ?? device.id, 60);
  const from = device.remoteIp === undefined ? "" : ` from ${say(context, device.remoteIp, 60)}`;
  const base = {
    artifact: "devices",
    place: device.place,
    attack: ["T1098.005"],
    data: { device: device.id, remoteIp: device.remoteIp, approvedVia: device.approvedVia },
  };
  if (device.state === "setup") return setupEvents(context, device, base);
  if (device.state === "pending") {
    const message = `device ${name} asked to be paired${from}`;
    return [
      { ...base, at: device.createdAt, tsDesc: "requested", dataType: "openclaw:device:requested", message },
    ];
  }
  const how = device.approvedVia === undefined ? "" : ` (${say(context, device.approvedVia, 30)})`;
  const events: EventDraft[] = [
    {
      ...base,
      // A device that was approved the moment it appeared gives one event.
      at: device.createdAt === device.approvedAt ? undefined : device.createdAt,
      tsDesc: "created",
      dataType: "openclaw:device:created",
      message: `device ${name} appeared${from}`,
    },
    {
      ...base,
      at: device.approvedAt,
      tsDesc: "approved",
      dataType: "openclaw:device:approved",
      message: `device ${name} was approved${how}${from}`,
    },
    {
      ...base,
      at: device.lastSeenAt,
      tsDesc: "last seen",
      dataType: "openclaw:device:seen",
      message: `device ${name} was last seen${from}`,
    },
  ];
  return [...events, ...device.tokens.flatMap((token) => tokenEvents(context, base, name, token))];
}

/** A token that lets a device in: when it was made, and when one came with it. */
function setupEvents(
  context: TimelineContext,
  { createdAt, lastSeenAt, roles, scopes, id }: Device,
  base: Pick<EventDraft, "artifact" | "place" | "attack" | "data">,
): readonly EventDraft[] {
  const grants = say(context, [roles.join("+"), ...scopes].join(" ").trim(), 200);
  return [
    {
      ...base,
      at: createdAt,
      tsDesc: "issued",
      dataType: "openclaw:setup-token:issued",
      message: `setup token was issued that lets a device in${grants === "" ? "" : ` as ${grants}`}`,
    },
    {
      ...base,
      at: lastSeenAt,
      tsDesc: "last used",
      dataType: "openclaw:setup-token:last-used",
      message: `setup token was used by device ${say(context, id, 80)}`,
    },
  ];
}

function tokenEvents(
  context: TimelineContext,
  base: Pick<EventDraft, "artifact" | "place" | "attack" | "data">,
  name: string,
  token: DeviceToken,
): readonly EventDraft[] {
  const role = say(context, token.role, 30);
  const place = { path: base.place.path, locator: `${base.place.locator ?? ""}/${role}` };
  const event = (at: string | undefined, tsDesc: string, message: string): EventDraft => ({
    ...base,
    ...{ at, tsDesc, message, place },
    dataType: `openclaw:device-token:${tsDesc.replaceAll(" ", "-")}`,
  });
  return [
    event(token.createdAt, "created", `${role} token of device ${name} was made`),
    event(token.rotatedAt, "rotated", `${role} token of device ${name} was rotated`),
    event(token.lastUsedAt, "last used", `${role} token of device ${name} was last used`),
    event(token.revokedAt, "revoked", `${role} token of device ${name} was revoked`),
  ];
}
