import { accounts } from "../../users.ts";
import type { Account } from "../../users.ts";
import { quotedWords } from "../assignment.ts";
import { sourceOf } from "../scribe.ts";
import type { Scribe } from "../scribe.ts";
import { readSshTree } from "./config-tree.ts";
import type { SshSetting } from "./config-tree.ts";
import { addControlSockets, addSshFolder, addRc } from "./ssh-folder.ts";

/** Keywords whose value is a command that ssh runs on this host. */
const running = new Set(["proxycommand", "localcommand", "knownhostscommand", "xauthlocation"]);
/** Keywords that make a way back in, hand on an agent or a key, or stop asking who is at the other end. */
const telling = new Set(
  "permitlocalcommand proxyjump remotecommand remoteforward localforward dynamicforward tunnel gatewayports controlpath controlmaster controlpersist identityagent pkcs11provider securitykeyprovider forwardagent forwardx11trusted stricthostkeychecking userknownhostsfile globalknownhostsfile checkhostip sendenv setenv stdinnull permitremoteopen enablesshkeysign enableescapecommandline".split(
    " ",
  ),
);

/** What ssh runs and opens when somebody, or the agent, uses it. */
export const sshClient = sourceOf(
  {
    id: "ssh-client",
    title: "Settings, start files and keys of the ssh client",
    attack: ["T1059.004", "T1552.004", "T1563.001", "T1572", "T1546"],
    timeoutMs: 30_000,
    rootAdds: "the ssh folders of root and of other users",
    platform: "any",
  },
  async (scribe) => {
    await addConfig(scribe, "/etc/ssh/ssh_config", "/etc/ssh", undefined);
    await addRc(scribe, "/etc/ssh/sshrc", undefined);
    for (const account of await accounts(scribe.sources)) {
      const folder = `${account.home}/.ssh`;
      const names = await scribe.names(folder);
      if (names.length === 0) continue;
      if (names.includes("config")) await addConfig(scribe, `${folder}/config`, folder, account);
      await addSshFolder(scribe, account, names);
    }
  },
);

async function addConfig(
  scribe: Scribe,
  start: string,
  base: string,
  account: Account | undefined,
): Promise<void> {
  const home = account?.home ?? "/root";
  const settings = await readSshTree(scribe, { start, base, home });
  for (const setting of settings) addSetting(scribe, setting, account);
  const sockets = settings.filter(({ keyword }) => keyword === "controlpath").flatMap(({ args }) => args);
  if (account !== undefined) await addControlSockets(scribe, account, sockets);
}

function addSetting(scribe: Scribe, setting: SshSetting, account: Account | undefined): void {
  const { keyword, written, rest, block, file, line } = setting;
  const command = commandOf(setting);
  if (command === undefined && !telling.has(keyword)) return;
  scribe.add({
    ...(account === undefined ? {} : { user: account.user }),
    name: written,
    trigger:
      command !== undefined && keyword === "match" ? "every use of ssh" : (block ?? "every use of ssh"),
    runs: command === undefined ? [] : [command],
    sets: command === undefined ? [`${written} ${rest}`] : [],
    file,
    locator: `line ${line}`,
  });
}

function commandOf({ keyword, rest }: SshSetting): string | undefined {
  if (keyword === "match") return matchExec(rest);
  return running.has(keyword) && rest.toLowerCase() !== "none" && rest !== "" ? rest : undefined;
}

/** `Match host x exec "test -f /y"` → the command. */
export function matchExec(rest: string): string | undefined {
  const words = quotedWords(rest);
  const at = words.findIndex((word) => /^!?exec(?:=|$)/i.test(word));
  const word = words[at];
  if (word === undefined) return undefined;
  const equals = word.indexOf("=");
  return equals >= 0 ? word.slice(equals + 1) : (words[at + 1] ?? "");
}
