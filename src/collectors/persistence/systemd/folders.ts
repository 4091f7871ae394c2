/** Where systemd looks for units, most important first (systemd.unit(5), UNIT FILE LOAD PATH), and for programs. */
import type { Account } from "../../users.ts";

export const systemUnitFolders = [
  "/etc/systemd/system.control",
  "/run/systemd/system.control",
  "/run/systemd/transient",
  "/run/systemd/generator.early",
  "/etc/systemd/system",
  "/etc/systemd/system.attached",
  "/run/systemd/system",
  "/run/systemd/system.attached",
  "/run/systemd/generator",
  "/usr/local/lib/systemd/system",
  "/usr/lib/systemd/system",
  "/lib/systemd/system",
  "/run/systemd/generator.late",
];

/** Folders of user units that hold for every account. */
export const sharedUserFolders = [
  "/etc/systemd/user",
  "/run/systemd/user",
  "/usr/local/share/systemd/user",
  "/usr/share/systemd/user",
  "/usr/local/lib/systemd/user",
  "/usr/lib/systemd/user",
  "/lib/systemd/user",
];

/** Folders of user units of one account; those below /run only while it is logged in or lingers. */
export function ownUnitFolders({ home, uid }: Account): readonly string[] {
  const own = [
    ".config/systemd/user.control",
    ".config/systemd/user",
    ".config/systemd/user.attached",
    ".local/share/systemd/user",
  ].map((name) => `${home}/${name}`);
  if (uid < 0) return own;
  const running = ["user.control", "transient", "generator.early", "user", "generator", "generator.late"];
  return [...own, ...running.map((name) => `/run/user/${uid}/systemd/${name}`)];
}

export interface ProgramFolder {
  readonly path: string;
  readonly trigger: string;
}

const bases = ["/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd", "/lib/systemd"];
const kinds: readonly (readonly [name: string, trigger: string])[] = [
  ["system-generators", "boot and daemon-reload"],
  ["user-generators", "start of an account's service manager"],
  ["system-environment-generators", "boot"],
  ["user-environment-generators", "start of an account's service manager"],
  ["system-sleep", "sleep and wake-up"],
  ["system-shutdown", "shutdown"],
];
/** Programs that systemd runs because they lie in a folder (systemd.generator(7), systemd-suspend.service(8)). */
export const programFolders: readonly ProgramFolder[] = bases.flatMap((base) =>
  kinds.map(([name, trigger]) => ({ path: `${base}/${name}`, trigger })),
);

/** Settings of the managers themselves: DefaultEnvironment= reaches every service. */
export const managerFiles = ["/etc/systemd/system.conf", "/etc/systemd/user.conf"];
export const managerFolders = ["/etc", "/run", "/usr/local/lib", "/usr/lib"].flatMap((base) =>
  ["system", "user"].map((which) => `${base}/systemd/${which}.conf.d`),
);
