import { afterEach, describe, expect, it } from "vitest";
import { launchd } from "../../../src/collectors/persistence/mac/launchd.ts";
import { loginItems } from "../../../src/collectors/persistence/mac/login-items.ts";
import { macScripts } from "../../../src/collectors/persistence/mac/periodic.ts";
import { macPrivacy } from "../../../src/collectors/persistence/mac/privacy.ts";
import { macProfiles, parseProfiles } from "../../../src/collectors/persistence/mac/profiles.ts";
import { parseCodesign } from "../../../src/collectors/persistence/mac/signature.ts";
import { readMacDownloads } from "../../../src/collectors/traces/mac/downloads.ts";
import { readMacStatus } from "../../../src/collectors/traces/mac/mac-status.ts";
import { disk, type Disk, type DiskOptions } from "../disk.ts";
import { binaryPlist } from "./binary-plist.ts";

const mac = { "/System/Library/CoreServices/SystemVersion.plist": "<plist/>" };
let here: Disk | undefined;
async function made(files: DiskOptions["files"], options: DiskOptions = {}): Promise<Disk> {
  here = await disk({ ...options, files: { ...mac, ...files } });
  return here;
}
afterEach(async () => {
  await here?.end();
  here = undefined;
});

/** A database as the examined disk would hold it. */
async function database(on: Disk, path: string, statements: string): Promise<void> {
  await on.fake.put(`${path}.folder`, "");
  const db = await on.fake.host.sqlite.open(on.fake.path(path), { create: true });
  db.exec(statements);
  db.close();
}

describe("a Mac's disk, mounted on Linux", () => {
  it("launchd: XML and binary, hidden names, what is switched off, variables", async () => {
    const { read, fake } = await made({
      "~/Library/LaunchAgents/.x.plist": binaryPlist({
        Label: "com.x",
        ProgramArguments: ["/tmp/x", "--a"],
        RunAtLoad: true,
        StartInterval: 300,
        EnvironmentVariables: { DYLD_INSERT_LIBRARIES: "/tmp/x.dylib", API_KEY: "FAKE-api-key-1234" },
      }),
      "~/Library/LaunchAgents/broken.plist": "not a list",
      "/Library/LaunchDaemons/y.plist":
        "<plist><dict><key>Label</key><string>com.y</string><key>Program</key><string>/usr/local/bin/y</string><key>WatchPaths</key><array><string>/etc/hosts</string></array><key>StartCalendarInterval</key><dict><key>Hour</key><integer>3</integer></dict><key>UserName</key><string>root</string></dict></plist>",
      "/private/var/db/com.apple.xpc.launchd/disabled.plist": binaryPlist({ "com.y": true }),
    });
    const { outcome, records } = await read(launchd);
    expect(outcome).toBe("ok");
    expect(
      records.map(({ name, kind, trigger, runs, enabled, odd }) => [name, kind, trigger, runs, enabled, odd]),
    ).toEqual([
      ["com.x", "item", "RunAtLoad, StartInterval=300", ["/tmp/x --a"], true, ["its file has a hidden name"]],
      ["broken.plist", "unreadable", undefined, [], undefined, []],
      [
        "com.y",
        "item",
        "StartCalendarInterval=Hour 3, WatchPaths=/etc/hosts",
        ["/usr/local/bin/y"],
        false,
        [],
      ],
    ]);
    expect(records[0]?.sets).toContain("DYLD_INSERT_LIBRARIES=/tmp/x.dylib");
    expect(records[2]?.user).toBe("root");
    expect(JSON.stringify(records)).not.toContain("FAKE");
    expect(fake.ran).toEqual([]);
  });

  it("login items, login hooks and what is opened again", async () => {
    const { read } = await made({
      "/private/var/db/com.apple.backgroundtaskmanagement/BackgroundItems-v8.btm": binaryPlist({
        $objects: ["$null", "file:///Users/Shared/x.app/", "com.evil.helper", "noise"],
      }),
      "/Library/Preferences/com.apple.loginwindow.plist": binaryPlist({ LoginHook: "/tmp/hook" }),
      "~/Library/Preferences/ByHost/com.apple.loginwindow.UUID.plist": binaryPlist({
        TALAppsToRelaunchAtLogin: [{ Path: "/Applications/X.app", BundleID: "com.x" }],
      }),
    });
    const { records } = await read(loginItems);
    expect(records.map(({ name, runs, sets }) => [name, runs, sets])).toEqual([
      ["BackgroundItems-v8.btm", [], ["file:///Users/Shared/x.app/", "com.evil.helper"]],
      ["LoginHook", ["/tmp/hook"], []],
      ["applications to open again", [], ["/Applications/X.app"]],
    ]);
  });

  it("periodic scripts, emond rules and plug-ins", async () => {
    const { read } = await made({
      "/private/etc/periodic/daily/999.x": "#!/bin/sh\n/tmp/x\n",
      "/private/etc/emond.d/rules/x.plist": binaryPlist([
        {
          name: "x",
          enabled: true,
          eventTypes: ["startup"],
          actions: [{ type: "RunCommand", command: "/bin/sh", arguments: ["-c", "y"] }],
        },
      ]),
      "/Library/Security/SecurityAgentPlugins/evil.bundle/x": "",
    });
    expect((await read(macScripts)).records.map(({ name, runs, trigger }) => [name, runs, trigger])).toEqual([
      ["999.x", ["/tmp/x"], "periodic"],
      ["x", ["/bin/sh -c y"], "startup"],
      ["evil.bundle", [], "every login and authorization"],
    ]);
  });

  it("accounts of the local directory, without their hashes", async () => {
    const base = "/private/var/db/dslocal/nodes/Default";
    const { read } = await made({
      [`${base}/users/eve.plist`]: binaryPlist({
        name: ["eve"],
        uid: ["0"],
        shell: ["/bin/zsh"],
        home: ["/Users/eve"],
        IsHidden: ["1"],
        ShadowHashData: [Buffer.from("FAKE-hash")],
      }),
      [`${base}/users/_www.plist`]: "x",
      [`${base}/groups/admin.plist`]: binaryPlist({ users: ["root", "eve"] }),
      "/Library/Managed Preferences/com.x.plist": binaryPlist({ PayloadIdentifier: "com.evil.profile.one" }),
    });
    const { records } = await read(macProfiles);
    expect(records.map(({ name, sets, odd }) => [name, sets, odd])).toEqual([
      [
        "eve",
        ["uid=0", "home=/Users/eve", "groups=admin"],
        ["has the user number of root", "hidden from the login window"],
      ],
      ["com.x.plist", ["com.evil.profile.one"], []],
    ]);
    expect(JSON.stringify(records)).not.toContain("FAKE");
  });

  it("permissions, downloads and installations, from databases that are not touched", async () => {
    const on = await made({
      "/Library/Receipts/InstallHistory.plist": binaryPlist([
        {
          date: new Date("2026-11-20T10:00:00Z"),
          displayName: "Node",
          displayVersion: "24",
          processName: "installer",
          packageIdentifiers: ["org.nodejs"],
        },
      ]),
    });
    const tcc = "/home/user/Library/Application Support/com.apple.TCC/TCC.db";
    await database(
      on,
      tcc,
      "CREATE TABLE access (service TEXT, client TEXT, client_type INT, auth_value INT, last_modified INT);" +
        "INSERT INTO access VALUES ('kTCCServiceSystemPolicyAllFiles','/Users/Shared/x',1,2,1700000000),('kTCCServiceCamera','com.no',0,0,1);",
    );
    await database(
      on,
      "/home/user/Library/Preferences/com.apple.LaunchServices.QuarantineEventsV2",
      "CREATE TABLE LSQuarantineEvent (LSQuarantineEventIdentifier TEXT, LSQuarantineTimeStamp REAL, LSQuarantineAgentBundleIdentifier TEXT, LSQuarantineDataURLString TEXT, LSQuarantineOriginURLString TEXT);" +
        "INSERT INTO LSQuarantineEvent VALUES ('E1', 721692800, 'com.apple.Safari', 'https://x.example/a.dmg', 'https://x.example');",
    );
    const before = on.fake.written.length;
    expect((await on.read(macPrivacy)).records).toMatchObject([
      {
        name: "SystemPolicyAllFiles for /Users/Shared/x",
        sets: ["granted 2023-11-14T22:13:20.000Z"],
        odd: ["a program in a folder for everybody has it"],
      },
    ]);
    expect((await readMacDownloads(on.sources)).records).toMatchObject([
      {
        kind: "quarantine",
        at: "2023-11-14T22:13:20.000Z",
        by: "com.apple.Safari",
        what: "https://x.example/a.dmg",
      },
      { kind: "installation", at: "2026-11-20T10:00:00.000Z", what: "Node 24", from: "org.nodejs" },
    ]);
    expect(on.fake.written.length).toBe(before);
  });

  it("says what is no database, and does not end the source", async () => {
    const on = await made({ "~/Library/Application Support/com.apple.TCC/TCC.db": "no database at all" });
    const { outcome, reason } = await on.read(macPrivacy);
    expect(outcome).toBe("partial");
    expect(reason).toContain("TCC.db could not be read");
  });

  it("is not looked for on a disk that is no Mac's", async () => {
    here = await disk({ files: { "~/Library/LaunchAgents/x.plist": "x", "/Library/StartupItems/y": "" } });
    for (const source of [launchd, loginItems, macScripts, macPrivacy, macProfiles]) {
      expect(await here.read(source)).toEqual({ outcome: "ok", records: [] });
    }
    expect(await readMacStatus(here.sources)).toEqual({ outcome: "ok", records: [] });
  });
});

describe("a live Mac", () => {
  it("asks for signatures, profiles and protections, each with its own limit", async () => {
    const on = await made(
      { "/Library/LaunchDaemons/y.plist": binaryPlist({ Label: "com.y", Program: "/usr/local/bin/y" }) },
      {
        live: true,
        facts: { platform: "darwin" },
        onRun: ([name], { timeoutMs }) => {
          expect(timeoutMs).toBeLessThanOrEqual(90_000);
          if (name === "codesign")
            return { code: 1, stderr: "/usr/local/bin/y: code object is not signed at all\n" };
          if (name === "csrutil") return { stdout: "System Integrity Protection status: disabled.\n" };
          if (name === "log") return { timedOut: true, code: null, stdout: "{}\n" };
          return { code: null, missing: true };
        },
      },
    );
    expect((await on.read(launchd)).records[0]?.sets).toEqual(["its program is not signed"]);
    expect(await on.read(macProfiles)).toMatchObject({
      outcome: "partial",
      reason: "the installed configuration profiles could not be listed",
    });
    const { outcome, reason, records } = await readMacStatus(on.sources);
    expect(outcome).toBe("partial");
    expect(reason).toContain("log show");
    expect(reason).toContain("spctl is not there");
    expect(records[0]).toEqual({
      command: "csrutil status",
      code: 0,
      lines: ["System Integrity Protection status: disabled."],
    });
  });

  it("prints signatures and profiles that are read", () => {
    expect(
      parseCodesign("Executable=/x\nIdentifier=com.y\nAuthority=Developer ID\nTeamIdentifier=AB12\n"),
    ).toEqual(["Identifier=com.y", "Authority=Developer ID", "TeamIdentifier=AB12"]);
    const profiles = binaryPlist({
      _computerlevel: [{ ProfileIdentifier: "com.p", ProfileItems: [{ PayloadType: "com.apple.proxy" }] }],
    });
    expect(parseProfiles(profiles)).toEqual([{ name: "com.p", payloads: ["com.apple.proxy"] }]);
    expect(parseProfiles(Buffer.from("noise"))).toEqual([]);
  });
});
