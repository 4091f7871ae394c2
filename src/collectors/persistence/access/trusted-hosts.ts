import { accounts } from "../../users.ts";
import { type Scribe, sourceOf, wholeText } from "../scribe.ts";

const maxLines = 2000;

/** Hosts and users that may come in without a password (hosts.equiv(5), HostbasedAuthentication in sshd_config(5)). */
export function parseTrustedHosts(
  text: string,
): readonly { readonly entry: string; readonly line: number }[] {
  return text.split("\n", maxLines).flatMap((raw, i) => {
    const entry = raw.slice(0, 1000).trim();
    return entry === "" || entry.startsWith("#") ? [] : [{ entry, line: i + 1 }];
  });
}

async function addTrusted(scribe: Scribe, path: string, user: string | undefined): Promise<void> {
  const file = await scribe.file(path, 65_536);
  if (file === undefined) return;
  for (const { entry, line } of parseTrustedHosts(wholeText(scribe, file))) {
    // A plus alone stands for every host, or for every user.
    const odd = /(?:^|\s)\+(?:\s|$)/.test(entry) ? ["lets in everybody"] : [];
    scribe.add({
      name: entry,
      user,
      trigger: "login from a trusted host",
      file,
      locator: `line ${line}`,
      odd,
    });
  }
}

export const trustedHosts = sourceOf(
  {
    id: "trusted-hosts",
    title: "Hosts that are let in without a password",
    attack: ["T1021", "T1556"],
    timeoutMs: 30_000,
    rootAdds: "the lists of root and of other users",
    platform: "any",
  },
  async (scribe) => {
    for (const { home, user } of await accounts(scribe.sources))
      for (const name of [".rhosts", ".shosts"]) await addTrusted(scribe, `${home}/${name}`, user);
    for (const path of ["/etc/hosts.equiv", "/etc/shosts.equiv", "/etc/ssh/shosts.equiv"])
      await addTrusted(scribe, path, undefined);
  },
);
