import { noPasswordText } from "../../../model/persistence.ts";
import { textOf } from "../../files.ts";
import { accounts } from "../../users.ts";
import { sourceOf } from "../scribe.ts";
import type { Scribe } from "../scribe.ts";
import { parseDoas } from "./doas-file.ts";
import { groupsOf } from "./groups.ts";

/** Alpine reads a folder, too. */
async function files(scribe: Scribe): Promise<readonly string[]> {
  const folder = "/etc/doas.d";
  const names = (await scribe.names(folder)).filter((name) => name.endsWith(".conf"));
  return ["/etc/doas.conf", "/usr/local/etc/doas.conf", ...names.map((name) => `${folder}/${name}`)];
}

export const doas = sourceOf(
  {
    id: "doas",
    title: "Rules of doas",
    attack: ["T1548.003"],
    timeoutMs: 5000,
    rootAdds: "rules that only root may read",
    platform: "any",
  },
  async (scribe) => {
    for (const path of await files(scribe)) {
      const file = await scribe.file(path);
      if (file === undefined) continue;
      const [account] = await accounts(scribe.sources);
      const groups = account === undefined ? new Set<string>() : await groupsOf(scribe, account.user);
      for (const rule of parseDoas(textOf(file.bytes))) {
        const draft = { file, locator: `line ${rule.line}`, trigger: "doas" };
        if (rule.kind === "unreadable") {
          scribe.add({ ...draft, kind: "unreadable", name: rule.text });
          continue;
        }
        const { identity, options, permit, target, command } = rule;
        const open = permit && options.includes("nopass");
        const covers =
          identity === account?.user || (identity.startsWith(":") && groups.has(identity.slice(1)));
        scribe.add({
          ...draft,
          name: `${permit ? "permit" : "deny"} ${identity}`,
          user: identity,
          runs: [`${target === undefined ? "" : `(${target}) `}${command ?? "ALL"}`],
          sets: options,
          odd: [
            ...(open ? ["asks for no password"] : []),
            ...(open && covers ? [noPasswordText] : []),
            ...(options.some((one) => /keepenv|LD_|PATH=/.test(one))
              ? ["hands on the caller's environment"]
              : []),
          ],
        });
      }
    }
  },
);
