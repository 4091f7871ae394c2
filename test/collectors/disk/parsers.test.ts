import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  parseAccounts,
  parseGroups,
  parseShadow,
  parseSubIds,
} from "../../../src/collectors/persistence/accounts/passwd.ts";
import { commandsIn, permissionsIn } from "../../../src/collectors/persistence/agents/commands-in.ts";
import { parseJsonc } from "../../../src/collectors/persistence/agents/jsonc.ts";
import { parseToml, tomlTree } from "../../../src/collectors/persistence/agents/toml.ts";
import { kernelParameters } from "../../../src/collectors/persistence/boot/boot-loader.ts";
import { parseUdevRules } from "../../../src/collectors/persistence/boot/udev-rule.ts";
import { effectOf } from "../../../src/collectors/persistence/git/dangerous.ts";
import { parseGitConfig } from "../../../src/collectors/persistence/git/git-config.ts";
import { isAptCommand, parseAptConf } from "../../../src/collectors/persistence/hooks/apt-conf.ts";
import { interfaceCommands } from "../../../src/collectors/persistence/hooks/init-scripts.ts";
import {
  inetdServices,
  rotateHooks,
  xinetdServices,
} from "../../../src/collectors/persistence/hooks/service-hooks.ts";
import { parseIni } from "../../../src/collectors/persistence/ini.ts";
import { configEntries } from "../../../src/collectors/persistence/node/node-config.ts";
import { packageFacts } from "../../../src/collectors/persistence/node/lifecycle.ts";
import { parseGetcap } from "../../../src/collectors/persistence/programs/capabilities.ts";
import { pthLines } from "../../../src/collectors/persistence/python/startup.ts";
import { servedByTailscale } from "../../../src/collectors/persistence/tunnels.ts";
import {
  historyOff,
  isTelling,
  parseHistory,
} from "../../../src/collectors/traces/histories/history-text.ts";

/** Every parser of text that comes from the examined disk. */
const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  accounts: parseAccounts,
  groups: parseGroups,
  shadow: parseShadow,
  subIds: parseSubIds,
  jsonc: (text) => commandsIn(parseJsonc(text)),
  toml: (text) => commandsIn(tomlTree(text)),
  kernel: kernelParameters,
  udev: parseUdevRules,
  git: (text) => parseGitConfig(text).settings.map(effectOf),
  apt: (text) => parseAptConf(text).filter(isAptCommand),
  interfaces: interfaceCommands,
  inetd: inetdServices,
  logrotate: rotateHooks,
  xinetd: xinetdServices,
  ini: parseIni,
  yarn: (text) => configEntries("~/.yarnrc.yml", text),
  package: packageFacts,
  getcap: parseGetcap,
  pth: pthLines,
  tailscale: servedByTailscale,
  history: (text) => parseHistory(text).map((one) => [historyOff(one.text), isTelling(one.text)]),
};

const syntax = fc.constantFrom(
  ...[
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    '"""',
    "\\",
    "\\\n",
    "\n",
    ";",
    "#",
    "//",
    "/*",
    "*/",
    "=",
    "==",
    "+=",
    ":",
    "::",
    ",",
  ],
  ...[
    "RUN",
    "DPkg",
    "Post-Invoke",
    "[core]",
    "alias.x",
    "!sh",
    "import ",
    "service x",
    "postrotate",
    "hooks",
    "command",
  ],
  ...["0", "1700000000", "x", " ", "\t", "\r", "\0", "é", "\u202e", "/etc/passwd", "root", "$(", "`"],
);
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.array(syntax, { maxLength: 80 }).map((parts) => parts.join("")),
);

const pieces = [
  "a",
  "[",
  "{",
  '"',
  '{"a":',
  "\\\n",
  '"""',
  "/*",
  "RUN=",
  "a=[",
  "a.",
  ", ",
  "import ",
  "=\\",
];

describe("parsers of what lies on the disk", () => {
  for (const [name, parse] of Object.entries(parsers)) {
    it(`${name}: any text is taken`, () => {
      fc.assert(fc.property(hostile, (text) => void parse(text)));
    });
    // Quadratic steps would take minutes for these and end the test by its time limit.
    it(`${name}: a long line, deep nesting and open quotes are taken`, () => {
      for (const piece of pieces)
        expect(() => parse(piece.repeat(Math.ceil(200_000 / piece.length)))).not.toThrow();
    });
  }
});

describe("git's configuration", () => {
  it("is read as git reads it", () => {
    const text = [
      "[core]",
      "\tpager = less -R ; a comment",
      '\tfsmonitor = "/tmp/x \\"y\\""',
      "  bare",
      '[alias] st = !sh -c \\\n  "id"',
      '[filter "a\\"b"]',
      "clean = x",
      "[include] path = ../other",
      "nonsense line here!",
      '[Url "https://x/"]',
      "insteadOf = git://",
    ].join("\n");
    const { settings, bad } = parseGitConfig(text);
    expect(settings.map(({ name, value, line }) => [name, value, line])).toEqual([
      ["core.pager", "less -R", 2],
      ["core.fsmonitor", '/tmp/x "y"', 3],
      ["core.bare", "true", 4],
      ["alias.st", "!sh -c   id", 5],
      ['filter.a"b.clean', "x", 8],
      ["include.path", "../other", 9],
      ["url.https://x/.insteadof", "git://", 12],
    ]);
    expect(bad).toEqual([10]);
  });

  it("tells what runs from what is harmless", () => {
    const effect = (name: string, value: string): unknown => effectOf({ name, value, line: 1 });
    const running = [
      ["core.fsmonitor", "/tmp/x"],
      ["core.sshcommand", "ssh -o ProxyCommand=x"],
      ["alias.x", "!rm"],
      ["filter.a.smudge", "x"],
      ["credential.https://x.helper", "!f() { x; }; f"],
      ["diff.external", "x"],
      ["submodule.a.update", "!x"],
      ["gpg.program", "/tmp/gpg"],
      ["pager.log", "sh x"],
      ["merge.x.driver", "x"],
    ] as const;
    for (const [name, value] of running)
      expect([name, effect(name, value)]).toEqual([name, { effect: "runs", tame: false }]);
    expect(effect("core.pager", "less")).toEqual({ effect: "runs", tame: true });
    expect(effect("credential.helper", "store")).toEqual({ effect: "runs", tame: true });
    expect(effect("core.fsmonitor", "true")).toBeUndefined();
    expect(effect("alias.st", "status")).toBeUndefined();
    expect(effect("core.hookspath", "/x")).toEqual({ effect: "sets", tame: false });
    expect(effect("user.name", "x")).toBeUndefined();
  });

  it("gives back every value that is quoted", () => {
    const value = fc.string({ maxLength: 30 }).filter((text) => !/[\0\r\n]/.test(text));
    fc.assert(
      fc.property(value, (text) => {
        const quoted = text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\t", "\\t");
        const { settings } = parseGitConfig(`[a]\nb = "${quoted}"\n`);
        expect(settings.map((one) => one.value)).toEqual([text.replaceAll("\b", "\b")]);
      }),
    );
  });
});

describe("apt.conf", () => {
  it("is read with scopes, lists, both spellings and comments", () => {
    const text = [
      '// DPkg::Post-Invoke {"no";};',
      'DPkg::Post-Invoke { "one"; "two \\"x\\""; };',
      "DPkg { Pre-Invoke {",
      '"three"; }; };',
      'APT::Update::Post-Invoke-Success:: "four"; /* "no" */ # "no"',
      'Acquire::http::Proxy-Auto-Detect "/usr/local/bin/p";',
      'APT::NeverAutoRemove { "^linux.*"; };',
    ].join("\n");
    expect(parseAptConf(text).filter(isAptCommand)).toEqual([
      { name: "DPkg::Post-Invoke", value: "one", line: 2 },
      { name: "DPkg::Post-Invoke", value: 'two \\"x\\"', line: 2 },
      { name: "DPkg::Pre-Invoke", value: "three", line: 4 },
      { name: "APT::Update::Post-Invoke-Success", value: "four", line: 5 },
      { name: "Acquire::http::Proxy-Auto-Detect", value: "/usr/local/bin/p", line: 6 },
    ]);
  });
});

describe("udev rules", () => {
  it("give what runs, and what it waits for, over joined lines", () => {
    const text =
      '# x\nACTION=="add", \\\n  KERNEL=="sd*", RUN+="/bin/x \'a, b\'", RUN{builtin}+="kmod load"\nKERNEL=="a", MODE="0660"\nPROGRAM="/bin/p"\n';
    expect(parseUdevRules(text)).toEqual([
      { matches: 'ACTION=="add", KERNEL=="sd*"', runs: [`RUN+="/bin/x 'a, b'"`], wants: [], line: 2 },
      { matches: "", runs: ['PROGRAM="/bin/p"'], wants: [], line: 5 },
    ]);
  });
});

describe("configurations of agents", () => {
  it("in TOML are read with tables, arrays over lines, inline tables and comments", () => {
    const text = [
      'model = "x" # c',
      "notify = [",
      '  "bash", # a',
      '  "-c",',
      '  """curl x | sh""",',
      "]",
      '[mcp_servers."a b"]',
      "command = 'npx'",
      'args = ["-y", "tool"]',
      'env = { TOKEN = "FAKE-1", N = 1_000, on = true }',
      "[[x]]",
    ].join("\n");
    expect(parseToml(text).map(({ name, value }) => [name, value])).toEqual([
      ["model", "x"],
      ["notify", ["bash", "-c", "curl x | sh"]],
      ["mcp_servers.a b.command", "npx"],
      ["mcp_servers.a b.args", ["-y", "tool"]],
      ["mcp_servers.a b.env", { TOKEN: "FAKE-1", N: 1000, on: true }],
    ]);
    expect(commandsIn(tomlTree(text))).toEqual([
      {
        kind: "helper",
        name: "notify",
        runs: "bash -c curl x | sh",
        env: [],
        trigger: "the agent or editor",
      },
      {
        kind: "mcp",
        name: "mcp_servers.a b",
        runs: "npx -y tool",
        env: [
          ["TOKEN", "FAKE-1"],
          ["N", ""],
          ["on", ""],
        ],
        trigger: "start of the agent",
      },
    ]);
  });

  it("in JSON with comments give hooks, servers, tasks and what needs no question", () => {
    const value = parseJsonc(`{ // a comment
      "hooks": { "PostToolUse": [ { "matcher": "*", "hooks": [ { "type": "command", "command": "x // no comment" }, ] } ] },
      "mcpServers": { "far": { "url": "https://x.example/mcp" } },
      "tasks": [ { "label": "t", "command": "make", "args": ["-j"], "runOptions": { "runOn": "folderOpen" } } ],
      "apiKeyHelper": "/tmp/h", /* and */ "permissions": { "allow": ["Bash(*)", "Read"], "defaultMode": "bypassPermissions" },
    }`);
    expect(commandsIn(value).map(({ kind, runs, trigger }) => [kind, runs, trigger])).toEqual([
      ["hook", "x // no comment", "hook PostToolUse"],
      ["mcp", "https://x.example/mcp", "start of the agent"],
      ["task", "make -j", "opening the folder"],
      ["helper", "/tmp/h", "the agent or editor"],
    ]);
    expect(permissionsIn(value)).toEqual([
      "permissions.allow=Bash(*)",
      "permissions.defaultMode=bypassPermissions",
    ]);
  });
});

describe("accounts", () => {
  it("are told with how they are locked, and never with a hash", () => {
    const { accounts, bad } = parseAccounts(
      "root:x:0:0:r:/root:/bin/bash\n# c\nbad line\nh:$6$FAKEHASH:5:5::/h:/bin/sh\ne::6:6::/e:\n+::::::\n",
    );
    expect(accounts.map(({ user, password }) => [user, password])).toEqual([
      ["root", "shadow"],
      ["h", "here"],
      ["e", "none"],
    ]);
    expect(bad.map(({ line }) => line)).toEqual([3, 6]);
    const shadow = parseShadow("a:$y$FAKEHASH:20000:0\nb:!*:0::\nc::1::\n");
    expect(shadow).toEqual([
      { user: "a", password: "set", changedAt: "2024-10-04T00:00:00.000Z" },
      { user: "b", password: "locked" },
      { user: "c", password: "none", changedAt: "1970-01-02T00:00:00.000Z" },
    ]);
    expect(JSON.stringify([accounts, shadow])).not.toContain("FAKEHASH");
  });
});

describe("smaller formats", () => {
  it("logrotate, xinetd, inetd, interfaces and getcap", () => {
    expect(
      rotateHooks("/var/log/x {\n postrotate\n  # c\n  systemctl reload x\n endscript\n prerotate\n y\n"),
    ).toEqual([
      { when: "postrotate", lines: ["systemctl reload x"], line: 2 },
      { when: "prerotate", lines: ["y"], line: 6 },
    ]);
    expect(
      xinetdServices("service sh\n{\n user = root\n server = /bin/sh\n server_args = -i\n disable = no\n}\n"),
    ).toEqual([{ name: "sh", runs: "/bin/sh -i", user: "root", disabled: false, line: 1 }]);
    expect(inetdServices("ingreslock stream tcp nowait root /bin/sh sh -i\n")).toEqual([
      { name: "ingreslock", runs: "/bin/sh sh -i", user: "root", disabled: false, line: 1 },
    ]);
    expect(interfaceCommands("iface eth0 inet dhcp\n  post-up /x\n")).toEqual([
      { command: "post-up /x", line: 2 },
    ]);
    expect(
      parseGetcap("/usr/bin/a b cap_net_raw=ep\n/usr/bin/p = cap_setuid,cap_net_admin+ep\nnoise\n"),
    ).toEqual([
      { path: "/usr/bin/a b", capabilities: "cap_net_raw=ep" },
      { path: "/usr/bin/p", capabilities: "cap_setuid,cap_net_admin+ep" },
    ]);
    expect(kernelParameters('quiet init=/x dyndbg="file a +p" ro')).toEqual([
      "quiet",
      "init=/x",
      'dyndbg="file a +p"',
      "ro",
    ]);
  });

  it("histories with the times that their shells keep", () => {
    expect(
      parseHistory("#1700000000\nls\npwd\n: 1700000060:0;curl x\n- cmd: fish it\n  when: 1700000120\n"),
    ).toEqual([
      { text: "ls", at: "2023-11-14T22:13:20.000Z", line: 2 },
      { text: "pwd", line: 3 },
      { text: "curl x", at: "2023-11-14T22:14:20.000Z", line: 4 },
      { text: "fish it", at: "2023-11-14T22:15:20.000Z", line: 5 },
    ]);
    const off = [
      "unset HISTFILE",
      "export HISTFILE=/dev/null",
      "HISTSIZE=0",
      "set +o history",
      "history -c",
      "rm -f ~/.bash_history",
      "ln -sf /dev/null ~/.zsh_history",
      "> ~/.bash_history",
    ];
    for (const line of off) expect([line, historyOff(line)]).not.toEqual([line, undefined]);
    for (const line of ["history | grep x", "HISTSIZE=1000", "cat ~/.bash_history", "HISTFILE=~/.h"]) {
      expect([line, historyOff(line)]).toEqual([line, undefined]);
    }
  });

  it("lines of a .pth that Python executes", () => {
    expect(pthLines("import os; x\r\n# import y\nimport\tz\n/opt/lib\nimportant\n")).toEqual({
      runs: ["import os; x", "import\tz"],
      adds: ["/opt/lib", "important"],
    });
  });

  it("what tailscale publishes", () => {
    const config = {
      Web: { "h:443": { Handlers: { "/": { Proxy: "http://127.0.0.1:18789" } } } },
      TCP: { "22": { TCPForward: "127.0.0.1:22" } },
      AllowFunnel: { "h:443": true },
    };
    const state = JSON.stringify({
      "_serve/p1": Buffer.from(JSON.stringify(config)).toString("base64"),
      _machinekey: "FAKE",
    });
    expect(servedByTailscale(state)).toEqual([
      "serve h:443/ → http://127.0.0.1:18789",
      "serve tcp 22 → 127.0.0.1:22",
      "funnel h:443 is open to the internet",
    ]);
  });
});
