import type { Severity } from "../../model/outcome.ts";
import { isGenuine } from "../../model/persistence.ts";
import { itemFindings, textOf } from "../persistence.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "persistence-loader",
  title: "Programs are made to load other code",
  severity: "high",
  attack: ["T1574.006", "T1574"],
} as const;

const loaders: readonly (readonly [pattern: RegExp, severity: Severity])[] = [
  [/\b(LD_PRELOAD|LD_AUDIT|DYLD_INSERT_LIBRARIES|GCONV_PATH)["']?\s{0,4}[=\s]\s{0,4}["']?[^\s"';#]/, "high"],
  [/\b(BASH_ENV)["']?\s{0,4}[=\s]\s{0,4}["']?[^\s"';#]/, "high"],
  [
    /\b(NODE_OPTIONS)\b[^\n]{0,20}?=[^\n]{0,200}?(?:--require|--import|--loader|--experimental-loader|--inspect|-r[\s=])/,
    "high",
  ],
  [/\b(PERL5OPT|RUBYOPT)=["']?-\w?[MmrI]/, "medium"],
  [/\b(PYTHONSTARTUP|LUA_INIT|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS)=["']?[^\s"';#]/, "medium"],
  [
    /\benv_keep\b[^\n]{0,400}?\b(LD_PRELOAD|LD_LIBRARY_PATH|PYTHONPATH|NODE_OPTIONS|BASH_ENV|PERL5LIB)\b/,
    "high",
  ],
];

/** In units, start-up files, crontabs' settings of other users, sudo, PAM and keys alike; crontabs have a mark of their own. */
export const persistenceLoader: Mark = {
  ...base,
  needs: ["persistence"],
  evaluate: (input) =>
    itemFindings(base, input, (item) => {
      if (item.mechanism === "host-cron" || isGenuine(item)) return undefined;
      const text = textOf(item).replaceAll(/\bunset\s[^\n;]{0,200}/g, "");
      for (const [pattern, severity] of loaders) {
        const name = pattern.exec(text)?.[1];
        if (name !== undefined) return { says: `makes programs load other code through ${name}`, severity };
      }
      return undefined;
    }),
};
