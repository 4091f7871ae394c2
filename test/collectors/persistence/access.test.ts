import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDoas } from "../../../src/collectors/persistence/access/doas-file.ts";
import { execCommand, letsIn, parsePam } from "../../../src/collectors/persistence/access/pam-file.ts";
import { coversAccount, userAliases } from "../../../src/collectors/persistence/access/sudo-covers.ts";
import { oddDefaults } from "../../../src/collectors/persistence/access/sudo-defaults.ts";
import { parseSudoers } from "../../../src/collectors/persistence/access/sudoers-file.ts";
import type { SudoEntry } from "../../../src/collectors/persistence/access/sudoers-file.ts";
import { noPasswordText } from "../../../src/model/persistence.ts";
import { disk } from "../disk.ts";
import { anyText, itemsOf, named, readItems } from "./items.ts";

function withoutLine(entry: SudoEntry): object {
  return Object.fromEntries(Object.entries(entry).filter(([name]) => name !== "line"));
}

describe("sudoers", () => {
  it("reads rules with tags that carry over, several hosts, escapes, quotes, numbers and groups", () => {
    const text = [
      'claw, %ops, #1001 ALL = (root : adm) NOPASSWD: /bin/a -x \\, y, SETENV: /bin/b, PASSWD: "/bin/c d" # why',
      "%wheel host1, host2=ALL : host3 = (ALL) CWD=/tmp sha256:abc /bin/z",
      "!no ALL = \\",
      "  sudoedit /etc/x",
    ].join("\n");
    expect(parseSudoers(text)).toEqual([
      {
        kind: "rule",
        line: 1,
        users: ["claw", "%ops", "#1001"],
        hosts: ["ALL"],
        grants: [
          { runas: "root : adm", tags: ["NOPASSWD"], command: "/bin/a -x \\, y" },
          { runas: "root : adm", tags: ["NOPASSWD", "SETENV"], command: "/bin/b" },
          { runas: "root : adm", tags: ["SETENV", "PASSWD"], command: '"/bin/c d"' },
        ],
      },
      {
        kind: "rule",
        line: 2,
        users: ["%wheel"],
        hosts: ["host1", "host2"],
        grants: [{ runas: "", tags: [], command: "ALL" }],
      },
      {
        kind: "rule",
        line: 2,
        users: ["%wheel"],
        hosts: ["host3"],
        grants: [{ runas: "ALL", tags: ["CWD=/tmp"], command: "sha256:abc /bin/z" }],
      },
      {
        kind: "rule",
        line: 3,
        users: ["!no"],
        hosts: ["ALL"],
        grants: [{ runas: "", tags: [], command: "sudoedit /etc/x" }],
      },
    ]);
  });

  it("reads aliases, Defaults with their scopes, includes; and what is none", () => {
    const text = [
      "User_Alias ADMINS = claw, max : OTHERS = !claw, %x",
      'Defaults env_keep += "LD_PRELOAD X", !authenticate',
      "Defaults:claw, max  !requiretty",
      "Defaults!/bin/x setenv",
      "#include /etc/a",
      '@includedir "/etc/b c"',
      "# include nothing",
      "nonsense",
      "User_Alias lower = x",
    ].join("\n");
    expect(parseSudoers(text).map(withoutLine)).toEqual([
      { kind: "alias", of: "user", name: "ADMINS", members: ["claw", "max"] },
      { kind: "alias", of: "user", name: "OTHERS", members: ["!claw", "%x"] },
      { kind: "defaults", scope: "", settings: ['env_keep+="LD_PRELOAD X"', "!authenticate"] },
      { kind: "defaults", scope: ":claw,max", settings: ["!requiretty"] },
      { kind: "defaults", scope: "!/bin/x", settings: ["setenv"] },
      { kind: "include", path: "/etc/a", folder: false },
      { kind: "include", path: "/etc/b c", folder: true },
      { kind: "unreadable", text: "nonsense" },
      { kind: "unreadable", text: "User_Alias lower = x" },
    ]);
    expect(oddDefaults('env_keep+="LD_PRELOAD X"')).toEqual([
      "keeps a variable that makes programs load other code",
    ]);
    expect(oddDefaults("env_reset")).toEqual([]);
    expect(oddDefaults('secure_path="/usr/sbin:/usr/bin:/sbin:/bin"')).toEqual([]);
  });

  it("knows whom a list means, through aliases that may refer to themselves", () => {
    const account = { user: "claw", uid: 1000, groups: new Set(["ops", "#50"]) };
    const aliases = userAliases(
      parseSudoers("User_Alias A = B : B = A, claw\nUser_Alias NOT = ALL, !claw\n"),
    );
    const covers = (...members: readonly string[]): boolean => coversAccount(members, account, aliases);
    expect([covers("A"), covers("%ops"), covers("%#50"), covers("#1000"), covers("ALL")]).toEqual(
      Array<boolean>(5).fill(true),
    );
    expect([covers("NOT"), covers("max"), covers("ALL", "!claw"), covers("%other")]).toEqual(
      Array<boolean>(4).fill(false),
    );
    expect(covers("ALL", "!!claw")).toBe(true);
  });

  const word = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
  const command = fc.stringMatching(/^\/[a-z/]{1,12}(?: [a-z-]{1,6}){0,2}$/);
  it("gives back every rule it is given", () => {
    const rule = fc.record({
      users: fc.array(word, { minLength: 1, maxLength: 3 }),
      hosts: fc.array(word, { minLength: 1, maxLength: 2 }),
      runas: fc.option(word, { nil: undefined }),
      open: fc.boolean(),
      commands: fc.array(command, { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 5 }), (given) => {
        const text = given
          .map(
            ({ users, hosts, runas, open, commands }) =>
              `${users.join(", ")} ${hosts.join(" ,")} = ${runas === undefined ? "" : `(${runas}) `}${open ? "NOPASSWD: " : ""}${commands.join(", \\\n  ")}`,
          )
          .join("\n");
        expect(parseSudoers(text).map(withoutLine)).toEqual(
          given
            // "Defaults" begins a line of another kind; no word here does.
            .map(({ users, hosts, runas, open, commands }) => ({
              kind: "rule",
              users,
              hosts,
              grants: commands.map((one) => ({
                runas: runas ?? "",
                tags: open ? ["NOPASSWD"] : [],
                command: one,
              })),
            })),
        );
      }),
    );
  });

  it("takes any bytes", () => {
    const parts = fc.array(
      fc.constantFrom(
        "ALL",
        "=",
        ",",
        ":",
        "(",
        ")",
        '"',
        "\\",
        "\n",
        " ",
        "Defaults",
        "User_Alias X",
        "NOPASSWD",
        "#",
        "!",
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          parts.map((one) => one.join("")),
        ),
        (text) => void parseSudoers(text),
      ),
    );
  });

  it("tells who needs no password, and whether that is the examined account", async () => {
    const reading = await itemsOf("sudoers", {
      "/etc/group": "ops:x:50:user\n",
      "/etc/sudoers":
        "Defaults !env_reset\nUser_Alias A = max\nA ALL=(ALL) NOPASSWD: ALL\n%ops ALL=(root) NOPASSWD: /bin/x\n%sudo ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n@include sudoers\n",
      "/etc/sudoers.d/10": "user ALL=(ALL) NOPASSWD: ALL\n",
      "/etc/sudoers.d/off.bak": "user ALL=(ALL) NOPASSWD: ALL\n",
      "/etc/sudo.conf": "Plugin sudoers_policy /tmp/p.so\n",
    });
    expect(named(reading, "Defaults").odd).toEqual(["the caller's environment is kept"]);
    expect(named(reading, "A").odd).toEqual(["asks for no password"]);
    expect(named(reading, "%ops").odd).toContain(noPasswordText);
    expect(named(reading, "%ops").runs).toEqual(["(root) NOPASSWD: /bin/x"]);
    expect(named(reading, "%sudo").odd).toEqual([]);
    expect(reading.records.filter(({ name }) => name === "user").map(({ enabled }) => enabled)).toEqual([
      true,
      false,
    ]);
    expect(named(reading, "Plugin").odd).toHaveLength(1);
  });
});

describe("a sudoers file that may not be read", () => {
  it("leaves the files of its folder, and is said", async () => {
    const at = await disk();
    try {
      for (const name of ["sudoers", "sudoers.d/10", "sudoers.d/off.bak"])
        await at.fake.put(`/etc/${name}`, "user ALL=(ALL) NOPASSWD: ALL\n");
      at.fake.fail(at.fake.path("/etc/sudoers"), "EACCES");
      const reading = await readItems(at.sources, "sudoers");
      expect(reading.outcome).not.toBe("ok");
      expect(reading.records.map(({ place, enabled }) => [place.path, enabled])).toEqual([
        ["/etc/sudoers.d/10", true],
        ["/etc/sudoers.d/off.bak", false],
      ]);
    } finally {
      await at.end();
    }
  });
});

describe("doas", () => {
  it("reads rules, and says who needs no password", async () => {
    expect(parseDoas("permit nopass keepenv setenv { A=b } :ops as root cmd /bin/x y # c\npermit\n")).toEqual(
      [
        {
          kind: "rule",
          permit: true,
          options: ["nopass", "keepenv", "setenv { A=b }"],
          identity: ":ops",
          target: "root",
          command: "/bin/x y",
          line: 1,
        },
        { kind: "unreadable", text: "permit", line: 2 },
      ],
    );
    fc.assert(fc.property(anyText, (text) => void parseDoas(text)));
    const reading = await itemsOf("doas", { "/etc/doas.conf": "permit nopass user\npermit persist max\n" });
    expect(reading.records.map(({ odd }) => odd.includes(noPasswordText))).toEqual([true, false]);
  });
});

describe("PAM", () => {
  it("reads lists in brackets, joined lines, includes, the service of pam.conf", () => {
    const text =
      "auth [success=1  default=ignore] pam_unix.so nullok # c\n-session optional \\\n pam_x.so a=[b c]\n@include common-auth\nauth\n";
    expect(parsePam(text, { services: false })).toMatchObject([
      {
        kind: "rule",
        type: "auth",
        control: "[success=1 default=ignore]",
        module: "pam_unix.so",
        args: ["nullok"],
      },
      { kind: "rule", type: "session", quiet: true, module: "pam_x.so", line: 2 },
      { kind: "include", target: "common-auth", line: 4 },
      { kind: "unreadable", line: 5 },
    ]);
    expect(parsePam("sshd auth required pam_deny.so", { services: true })).toMatchObject([
      { service: "sshd", type: "auth", module: "pam_deny.so" },
    ]);
    expect(execCommand(["expose_authtok", "log=/x", "/opt/y", "z"])).toBe("/opt/y z");
    expect([letsIn("sufficient"), letsIn("[success=done default=bad]"), letsIn("required")]).toEqual([
      true,
      true,
      false,
    ]);
    fc.assert(fc.property(anyText, fc.boolean(), (any, services) => void parsePam(any, { services })));
  });

  it("tells programs, strange modules and doors, and keeps each stack in its order", async () => {
    const reading = await itemsOf("pam", {
      "/lib/x86_64-linux-gnu/security/pam_unix.so": "x",
      "/etc/pam.d/sshd":
        "auth sufficient pam_permit.so\nauth required pam_unix.so\nsession optional pam_exec.so quiet /tmp/x\nauth required /opt/pam_evil.so\nauth required pam_gone.so\n-auth optional pam_none.so\n",
    });
    const rules = reading.records.filter(({ place }) => place.locator !== undefined);
    expect(rules.map(({ name, runs, odd }) => [name, runs, odd])).toEqual([
      ["auth pam_permit.so", [], ["the module is not there", "lets in without a password"]],
      ["session pam_exec.so", ["/tmp/x"], ["the module is not there"]],
      ["auth pam_evil.so", [], ["a login module that no package brought, or outside the usual folders"]],
      ["auth pam_gone.so", [], ["the module is not there"]],
    ]);
    expect(named(reading, "sshd").sets).toHaveLength(6);
    // Without a database of packages nothing is said about who brought a module.
    expect(named(reading, "module pam_unix.so").odd).toEqual([]);
  });
});

describe("name services, the loader, polkit", () => {
  it("tells services and libraries that are not usual", async () => {
    const files = {
      "/etc/nsswitch.conf": "passwd: files systemd\nhosts: files [!UNAVAIL=return] evil dns\n",
      "/etc/security/namespace.init": { content: "#!/bin/sh\n/tmp/x\n", mode: 0o755 },
      "/etc/ld.so.preload": "/tmp/a.so /lib/b.so # c\n",
      "/tmp/a.so": "x",
      "/etc/ld.so.conf": "include ld.so.conf.d/*.conf\ninclude /etc/ld.so.conf\n/opt/lib\n",
      "/etc/ld.so.conf.d/x.conf": "/usr/local/lib\n",
    };
    const names = await itemsOf("name-service", files);
    expect(named(names, "hosts").odd).toEqual(["asks libnss_evil, which is none of the usual services"]);
    expect(named(names, "namespace.init").runs).toEqual(["/tmp/x"]);
    const loader = await itemsOf("ld-so", files);
    expect(named(loader, "/tmp/a.so").sets[0]).toBe("LD_PRELOAD=/tmp/a.so");
    expect(named(loader, "/lib/b.so").odd).toContain("the library could not be found or read");
    expect(named(loader, "/opt/lib").odd).toEqual(["libraries are taken from an unusual folder"]);
    expect(named(loader, "/usr/local/lib").odd).toEqual([]);
  });

  it("says what rules of polkit allow, from their text alone", async () => {
    const reading = await itemsOf("polkit", {
      "/etc/polkit-1/rules.d/x.rules":
        '// c\npolkit.addRule(function(action, subject) {\n  polkit.spawn(["/tmp/x"]);\n  return polkit.Result.YES;\n});\n',
      "/etc/polkit-1/localauthority/50-local.d/y.pkla":
        "[y]\nIdentity=unix-user:user\nAction=*\nResultAny=yes\n",
    });
    expect(named(reading, "x.rules")).toMatchObject({
      runs: ['polkit.spawn(["/tmp/x"]);'],
      odd: ["allows something without asking", "runs a program to decide"],
    });
    expect(named(reading, "y.pkla").odd).toEqual(["allows something without asking"]);
  });
});
