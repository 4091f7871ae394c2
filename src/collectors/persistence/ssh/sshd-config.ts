import { expandGlob } from "../glob.ts";
import { sourceOf } from "../scribe.ts";
import type { Scribe } from "../scribe.ts";
import { readSshTree } from "./config-tree.ts";
import type { SshSetting } from "./config-tree.ts";

/** Keywords whose value is a program that sshd runs. */
const running = new Set([
  "authorizedkeyscommand",
  "authorizedprincipalscommand",
  "forcecommand",
  "subsystem",
  "xauthlocation",
]);
/** Keywords that decide who gets in, how, and what a session may do. */
const telling = new Set(
  "authorizedkeysfile authorizedkeyscommanduser authorizedprincipalsfile authorizedprincipalscommanduser trustedusercakeys permitrootlogin passwordauthentication kbdinteractiveauthentication challengeresponseauthentication permitemptypasswords pubkeyauthentication hostbasedauthentication authenticationmethods usepam port listenaddress gatewayports allowtcpforwarding allowstreamlocalforwarding allowagentforwarding permittunnel permitopen permitlisten permituserenvironment permituserrc acceptenv setenv chrootdirectory strictmodes allowusers allowgroups denyusers denygroups loglevel syslogfacility hostkey hostcertificate revokedkeys securitykeyprovider exposeauthinfo ignorerhosts disableforwarding pidfile".split(
    " ",
  ),
);
/** These add up; of all others the first one counts (sshd_config(5)). */
const repeated =
  /^(?:port|listenaddress|acceptenv|setenv|hostkey|hostcertificate|subsystem|allow(?:users|groups)|deny(?:users|groups))$/;
const usualKeyFiles = new Set(["none", ".ssh/authorized_keys", ".ssh/authorized_keys2"]);

export const sshdConfig = sourceOf(
  {
    id: "sshd-config",
    title: "Settings of the ssh server",
    attack: ["T1098.004", "T1021.004", "T1556"],
    timeoutMs: 30_000,
    rootAdds: "configuration that only root may read",
    platform: "any",
  },
  async (scribe) => {
    const tree = { start: "/etc/ssh/sshd_config", base: "/etc/ssh", home: "/root" };
    const settings = [...(await readSshTree(scribe, tree))];
    const read = new Set(settings.map(({ file }) => file.path));
    addAll(scribe, settings, undefined);
    // A file that no Include names is not read by sshd, as long as nobody adds the Include.
    for (const path of await expandGlob(scribe.sources, "/etc/ssh/sshd_config.d/*")) {
      if (read.has(path)) continue;
      addAll(scribe, await readSshTree(scribe, { ...tree, start: path }), "no Include names this file");
    }
  },
);

function addAll(scribe: Scribe, settings: readonly SshSetting[], unused: string | undefined): void {
  const seen = new Set<string>();
  for (const setting of settings) {
    const { keyword, block } = setting;
    if (!running.has(keyword) && !telling.has(keyword)) continue;
    // A Match block is asked for its own first value only where the global part said nothing: keep both.
    const key = `${block ?? ""}\0${keyword}`;
    const enabled = unused === undefined && (repeated.test(keyword) || !seen.has(key));
    seen.add(key);
    const program = running.has(keyword) ? programOf(setting) : undefined;
    scribe.add({
      name: setting.written,
      trigger: block ?? "every connection",
      runs: program === undefined ? [] : [program],
      sets: program === undefined ? [`${setting.written} ${setting.rest}`] : [],
      enabled,
      odd: [...oddSetting(setting), ...(unused === undefined ? [] : [unused])],
      file: setting.file,
      locator: `line ${setting.line}`,
    });
  }
}

/** The program; undefined for "none" and for what sshd does itself. */
function programOf({ keyword, rest, args }: SshSetting): string | undefined {
  const value = keyword === "subsystem" ? rest.slice((args[0] ?? "").length).trim() : rest;
  return value === "" || value.toLowerCase() === "none" || value.startsWith("internal-sftp")
    ? undefined
    : value;
}

type Odd = (setting: SshSetting) => boolean;
const says: Readonly<Record<string, readonly [Odd, string]>> = {
  permitrootlogin: [is("yes"), "root may log in with a password"],
  permitemptypasswords: [is("yes"), "accounts without a password may log in"],
  permituserenvironment: [
    ({ args }) => !/^no$/i.test(args[0] ?? ""),
    "accounts set what their own session loads",
  ],
  strictmodes: [is("no"), "keys that others may write to are accepted"],
  authorizedkeysfile: [
    ({ args }) => args.some((arg) => !usualKeyFiles.has(arg)),
    "keys are read from a place of its own",
  ],
  subsystem: [
    ({ rest }) => !/^sftp[ \t]+(?:internal-sftp|\/usr\/\S{1,60}\/sftp-server)(?:[ \t]|$)/.test(rest),
    "not the usual sftp-server",
  ],
};

function is(value: string): Odd {
  return ({ args }) => args[0]?.toLowerCase() === value;
}

function oddSetting(setting: SshSetting): readonly string[] {
  const known = says[setting.keyword];
  return known?.[0](setting) === true ? [known[1]] : [];
}
