import { noPasswordText } from "../../../model/persistence.ts";
import { textOf } from "../../files.ts";
import { accounts } from "../../users.ts";
import { sourceOf } from "../scribe.ts";
import type { Draft } from "../item.ts";
import type { Scribe } from "../scribe.ts";
import { parseDoas } from "./doas-file.ts";
import type { DoasRule } from "./doas-file.ts";
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
    timeoutMs: 30_000,
    rootAdds: "rules that only root may read",
    platform: "any",
  },
  async (scribe) => {
    const account = await examined(scribe);
    for (const path of await files(scribe)) {
      const file = await scribe.file(path);
      if (file === undefined) continue;
      for (const rule of parseDoas(textOf(file.bytes))) {
        const draft = { file, locator: `line ${rule.line}`, trigger: "doas" };
        if (rule.kind === "unreadable") scribe.add({ ...draft, kind: "unreadable", name: rule.text });
        else scribe.add({ ...draft, ...ruleOf(rule, account) });
      }
    }
  },
);

interface Examined {
  readonly user: string;
  readonly groups: ReadonlySet<string>;
}

async function examined(scribe: Scribe): Promise<Examined> {
  const [account] = await accounts(scribe.sources);
  const user = account?.user ?? "";
  return { user, groups: await groupsOf(scribe, user) };
}

function ruleOf(
  { identity, options, permit, target, command }: DoasRule & { readonly kind: "rule" },
  { user, groups }: Examined,
): Draft {
  const open = permit && options.includes("nopass");
  const covers = identity === user || (identity.startsWith(":") && groups.has(identity.slice(1)));
  const keeps = options.some((one) => /keepenv|LD_|PATH=/.test(one));
  return {
    name: `${permit ? "permit" : "deny"} ${identity}`,
    user: identity,
    runs: [`${target === undefined ? "" : `(${target}) `}${command ?? "ALL"}`],
    sets: options,
    odd: [
      ...(open ? ["asks for no password"] : []),
      ...(open && covers ? [noPasswordText] : []),
      ...(keeps ? ["hands on the caller's environment"] : []),
    ],
  };
}
