/** What comes back switched off, and what has to be linked again. */
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import type { SwitchedOff } from "../../model/evidence.ts";
import { at, dict } from "../../model/json.ts";
import { shown } from "../../model/text.ts";
import type { Installation } from "../../openclaw/index.ts";
import { switchOffChannels, switchOffHooks, switchOffScheduler } from "../../openclaw/write/index.ts";

/** The cron scheduler, the HTTP hooks and every channel that is on. Throws what the config's editor throws. */
export async function quieten(host: Host, installation: Installation): Promise<readonly SwitchedOff[]> {
  const done = [
    await switchOffScheduler(host, installation),
    await switchOffHooks(host, installation),
    await switchOffChannels(host, installation, channelsOn(installation)),
  ];
  return done.flatMap(({ items }) => items);
}

function channelsOf({ config }: Installation): readonly string[] {
  return Object.keys(dict(config.value["channels"])).filter((name) => name !== "defaults");
}

function channelsOn(installation: Installation): readonly string[] {
  return channelsOf(installation).filter(
    (name) => at(installation.config.value, "channels", name, "enabled") !== false,
  );
}

/** A linked session is worth nothing once the other side has moved on: one sentence for each that has to be made anew. */
export async function toLinkAgain(
  host: Pick<Host, "fs">,
  { config, target }: Installation,
  removedDevices: boolean,
): Promise<readonly string[]> {
  const folder = join(target.stateDir, "credentials");
  const sessions = (await host.fs.list(folder).catch(() => []))
    .filter(({ name, kind }) => kind === "dir" && name !== "whatsapp")
    .map(({ name }) => name);
  const hasWhatsApp =
    at(config.value, "channels", "whatsapp") !== undefined ||
    (await host.fs.stat(join(folder, "whatsapp")).catch(() => undefined)) !== undefined;
  return [
    ...(hasWhatsApp
      ? ["WhatsApp: an older session cannot be taken up again; openclaw channels login --channel whatsapp"]
      : []),
    ...sessions.map(
      (name) =>
        `${shown(name, 40)}: it keeps a session in files; openclaw channels login --channel ${shown(name, 40)}`,
    ),
    removedDevices
      ? "Devices: the removed ones, and those paired since the archive was made, have to be paired again"
      : "Devices: those paired since the archive was made have to be paired again",
  ];
}
