import { type Scribe, sourceOf, wholeText } from "../scribe.ts";

const maxRules = 1000;
const folders = [
  "/etc/dbus-1/system.d",
  "/etc/dbus-1/session.d",
  "/usr/local/share/dbus-1/system.d",
  "/usr/share/dbus-1/system.d",
  "/usr/share/dbus-1/session.d",
];

export interface BusRule {
  /** Whom it is for: `user="root"`, `context="default"`. */
  readonly policy: string;
  readonly rule: string;
}

/** The `allow` rules of each `policy` (dbus-daemon(1)). Not an XML parser: what is no such tag is passed over. */
export function parseBusPolicy(text: string): readonly BusRule[] {
  const found: BusRule[] = [];
  let policy = "";
  for (const [, tag = "", attributes = ""] of text.matchAll(/<(\/?policy|allow)\b([^<>]{0,2000})>/g)) {
    const given = attributes.replace(/\/$/, "").replaceAll(/\s+/g, " ").trim();
    if (tag === "policy") policy = given;
    else if (tag === "/policy") policy = "";
    else if (found.length < maxRules) found.push({ policy, rule: given });
  }
  return found;
}

async function addPolicy(scribe: Scribe, path: string): Promise<void> {
  const file = await scribe.file(path, 262_144);
  if (file === undefined) return;
  const rules = parseBusPolicy(wholeText(scribe, file));
  const sets = rules.map(({ policy, rule }) => `${policy === "" ? "everybody" : policy}: allow ${rule}`);
  scribe.add({ name: path.slice(path.lastIndexOf("/") + 1), trigger: "message on the bus", file, sets });
}

/** Who may own a name on the message bus, and talk to whom: a service that root answers for is reached through it. */
export const dbusPolicy = sourceOf(
  {
    id: "dbus-policy",
    title: "Rules of the message bus",
    attack: ["T1543", "T1559"],
    timeoutMs: 30_000,
    platform: "linux",
  },
  async (scribe) => {
    for (const folder of folders)
      for (const name of await scribe.names(folder))
        if (name.endsWith(".conf")) await addPolicy(scribe, `${folder}/${name}`);
    for (const path of [
      "/etc/dbus-1/system-local.conf",
      "/etc/dbus-1/session-local.conf",
      "/etc/dbus-1/system.conf",
    ])
      await addPolicy(scribe, path);
  },
);
