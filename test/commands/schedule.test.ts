/** Scheduling through the command line, and what a run by a timer leaves behind: log, status, copies, and word of a failure. */
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../src/host/host.ts";
import { Secret } from "../../src/model/secret.ts";
import { appendLog, logFile, postWebhook } from "../../src/preserve/schedule/index.ts";
import { watchedRun } from "../../src/commands/schedule/watched.ts";
import { notInstalled } from "../support/fake-host.ts";
import { crontabProgram } from "../support/schedule-stand-ins.ts";
import { live, type Live, type LiveOptions } from "./live.ts";

const mine = "0 5 * * * /bin/mine\n";

interface Scheduled extends Live {
  readonly crontab: () => string | undefined;
  readonly words: string;
  /** What the hook got on its stdin. */
  readonly told: string[];
}

async function scheduled(options: LiveOptions = {}): Promise<Scheduled> {
  const crontab = crontabProgram(mine);
  const told: string[] = [];
  const at = await live({
    secrets: { "seal.passphrase": "correct horse FAKE" },
    onRun: ([name, ...args], { input }) => {
      const text = typeof input === "string" ? input : "";
      if (name === "crontab") return crontab.run(args, text);
      if (!name.endsWith("/hook")) return notInstalled;
      told.push(text);
      return args.length === 0 ? {} : { code: 99 };
    },
    ...options,
  });
  return { ...at, crontab: crontab.text, told, words: await at.put("words", "correct horse FAKE\n") };
}

describe("backup schedule", () => {
  it("shows what it would install, and installs nothing", async () => {
    const { run, crontab, words } = await scheduled();
    const { exit, out, err } = await run(
      "backup",
      "schedule",
      "--daily",
      "03:30",
      "--passphrase-from",
      words,
    );
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    expect(out).toContain("\n    30 3 * * * umask 077; ");
    expect(out).toContain(`backup create --scheduled --passphrase-from ${words}`);
    expect(out).toContain("nothing is installed");
    expect(crontab()).toBe(mine);
  });

  it("says what is there when no time is given", async () => {
    const { run } = await scheduled();
    expect((await run("backup", "schedule")).out).toMatch(/^no backup is scheduled\n/);
    expect((await run("backup", "schedule", "--json")).out).toBe('{"what":"backup","installed":[]}\n');
  });

  it("installs after an explicit yes, and takes exactly that away again", async () => {
    const { run, crontab, words, answer, asked } = await scheduled();
    const command = [
      "backup",
      "schedule",
      "--weekly",
      "Sun",
      "04:00",
      "--passphrase-from",
      words,
      "--keep-last",
      "7",
    ];
    const yes = await answer({ "schedule.install": true });
    const { exit, out } = await run(...command, "--install", "--json", ...yes);
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ name: "claw-ir-backup", with: "cron", installed: true });
    expect(asked()).toEqual(["schedule.install"]);
    expect(crontab()).toMatch(
      /^0 5 \* \* \* \/bin\/mine\n# BEGIN [^]*\n0 4 \* \* 0 umask 077; .* --keep-last 7 /,
    );
    expect((await run("backup", "schedule")).out).toBe("backup: crontab line, 0 4 * * 0\n");
    expect((await run("backup", "schedule", "--uninstall", "--dry-run")).out).toContain("would be removed");
    expect(crontab()).not.toBe(mine);
    expect((await run("backup", "schedule", "--uninstall")).exit).toBe(0);
    expect(crontab()).toBe(mine);
    expect((await run("backup", "schedule", "--uninstall")).out).toBe("no backup is scheduled\n");
  });

  it("--yes does not install, a dry run does not, a no does not", async () => {
    const { run, crontab, words, answer } = await scheduled();
    const command = ["backup", "schedule", "--daily", "03:30", "--passphrase-from", words, "--install"];
    expect(await run(...command, "--yes")).toMatchObject({ exit: 2 });
    expect(await run(...command, "--dry-run")).toMatchObject({ exit: 0 });
    expect(await run(...command, ...(await answer({ "schedule.install": false })))).toMatchObject({
      exit: 130,
    });
    expect(crontab()).toBe(mine);
  });

  it.each([
    [["--daily", "03:30", "--install"], "no-recipient"],
    [["--install", "--recipient", "x"], "schedule-options"],
    [["--daily", "03:30", "--passphrase-from", "fd:3"], "no-descriptor"],
    [["--daily", "25:00"], "bad-time"],
    [["--install", "--uninstall"], "schedule-options"],
    [["--daily", "03:30", "--install", "--via", "restic"], "restic-options"],
    [["--daily", "03:30", "--install", "--copy-to", "s3:bucket"], "no-rclone"],
  ])("%j is refused: %s", async (words, code) => {
    const { run, crontab } = await scheduled();
    const { exit, err } = await run("backup", "schedule", "--json", ...words);
    expect(JSON.parse(err)).toMatchObject({ error: { code } });
    expect(exit).not.toBe(0);
    expect(crontab()).toBe(mine);
  });

  it("a mounted disk has no schedule", async () => {
    const { run, home, words } = await scheduled();
    const { exit, err } = await run(
      ...["backup", "schedule", "--daily", "03:30", "--install", "--passphrase-from", words],
      ...["--root", home, "--home", "/", "--json"],
    );
    expect({ exit, code: (JSON.parse(err) as { error: { code: string } }).error.code }).toEqual({
      exit: 2,
      code: "schedule-options",
    });
  });

  it("drill schedule looks every week whether one is due; drill --schedule is the same", async () => {
    const { run, words } = await scheduled();
    const page = await run("drill", "schedule", "--passphrase-from", words);
    expect(page.out).toMatch(
      /^ {4}30 4 \* \* 0 umask 077; .* drill --if-due --scheduled --passphrase-from /m,
    );
    expect(await run("drill", "--schedule", "--passphrase-from", words)).toEqual(page);
  });

  it("drill schedule installs no drill that could open nothing", async () => {
    const { run, crontab } = await scheduled();
    const before = crontab();
    const { exit, err } = await run("drill", "schedule", "--install", "--json");
    expect({ exit, error: JSON.parse(err) as unknown }).toMatchObject({
      exit: 2,
      error: { error: { code: "no-private-key", hint: expect.stringMatching(/--private-key/) as string } },
    });
    expect(crontab()).toBe(before);
  });
});

describe("a run by a timer", () => {
  it("is silent, logged, recorded, copied and pruned", async () => {
    const { run, dataDir, words, path, advance } = await scheduled();
    await mkdir(path("disk"));
    const command = ["backup", "create", "--scheduled", "--non-interactive", "--passphrase-from", words];
    for (let count = 0; count < 3; count += 1) {
      const ran = await run(...command, "--copy-to", path("disk"), "--keep-last", "2");
      expect(ran).toEqual({ exit: 0, out: "", err: "" });
      await advance(24 * 3600_000);
    }
    const archives = (await readdir(join(dataDir, "backups"))).filter((name) => name.endsWith(".gpg"));
    expect(archives).toHaveLength(2);
    expect((await readdir(path("disk"))).filter((name) => name.endsWith(".gpg"))).toHaveLength(3);
    const log = await readFile(join(dataDir, "logs", "backup.log"), "utf8");
    expect(log.trim().split("\n")).toHaveLength(6);
    expect(log).toMatch(/^2026-11-21T10:00:\S+Z started\n2026-11-21T10:00:\S+Z done: /);
    const status = JSON.parse(await readFile(join(dataDir, "status.json"), "utf8")) as object;
    expect(status).toMatchObject({
      backup: { last: { exit: 0, scheduled: true, archive: expect.stringMatching(/\.gpg$/) as unknown } },
      prune: { last: { exit: 0, scheduled: true } },
    });
    for (const file of ["status.json", "logs/backup.log"])
      expect((await stat(join(dataDir, file))).mode & 0o777).toBe(0o600);
    const [newest] = JSON.parse((await run("backup", "list", "--json")).out) as { copies: object[] }[];
    expect(newest?.copies).toMatchObject([{ to: path("disk") }]);
  });

  it("tells a failure to the hook and the webhook, each once more if need be, and ends with its own exit code", async () => {
    const sent: HttpRequest[] = [];
    const at = await scheduled({
      http: (request) => {
        sent.push(request);
        return sent.length === 1
          ? { ok: false, reason: "timeout", detail: "no answer from https://hooks.example.org/FAKE-token" }
          : { ok: true, status: 204, headers: {}, body: "" };
      },
    });
    const hook = await at.put("hook", "#!/bin/sh\n");
    const address = await at.put("address", "https://hooks.example.org/FAKE-token\n");
    await writeFile(join(at.dataDir, "backups"), "a file in the way of the folder");
    const ran = await at.run(
      ...["backup", "create", "--scheduled", "--passphrase-from", at.words, "--json"],
      ...["--on-failure", hook, "--webhook-from", address],
    );
    expect(ran.exit).toBe(1);
    const notice = JSON.parse(at.told[0] ?? "") as object;
    expect(notice).toMatchObject({
      tool: "claw-ir",
      kind: "backup",
      exit: 1,
      code: expect.any(String) as unknown,
    });
    expect(sent.map(({ url, method }) => [method, url])).toEqual([
      ["POST", "https://hooks.example.org/FAKE-token"],
      ["POST", "https://hooks.example.org/FAKE-token"],
    ]);
    expect(JSON.parse(sent[1]?.body ?? "")).toEqual(notice);
    const kept = `${await readFile(join(at.dataDir, "status.json"), "utf8")}${await readFile(join(at.dataDir, "logs/backup.log"), "utf8")}`;
    expect(kept).toContain('"exit": 1');
    expect(kept).not.toContain("hooks.example.org");
  });

  it("a copy that did not arrive is exit 3, and told; the backup counts", async () => {
    const at = await scheduled();
    const hook = await at.put("hook", "#!/bin/sh\n");
    const ran = await at.run(
      ...["backup", "create", "--scheduled", "--passphrase-from", at.words, "--json"],
      ...["--copy-to", at.path("not-mounted"), "--on-failure", hook],
    );
    expect(ran.exit).toBe(3);
    expect(JSON.parse(ran.out)).toMatchObject({
      copies: [
        {
          to: at.path("not-mounted"),
          verified: false,
          error: expect.stringContaining("no folder") as unknown,
        },
      ],
    });
    expect(at.told).toHaveLength(1);
    expect((await at.run("backup", "list", "--json")).out).toContain(".gpg");
  });

  it("another backup at work: exit 11, and the log says so", async () => {
    const at = await scheduled();
    // PID 1 lives, and the same claw-ir on another host cannot be asked.
    const holder = { pid: 1, startTicks: 0, host: "other-host", at: "2026-11-21T09:00:00.000Z", nonce: "00" };
    await writeFile(join(at.dataDir, "backup.lock"), JSON.stringify(holder));
    expect((await at.run("backup", "create", "--scheduled", "--passphrase-from", at.words)).exit).toBe(11);
    expect(await readFile(join(at.dataDir, "logs/backup.log"), "utf8")).toContain(
      "failed (11): another claw-ir is",
    );
  });

  it("what goes wrong with telling changes nothing but log and status", async () => {
    const at = await scheduled({ http: () => ({ ok: true, status: 500, headers: {}, body: "" }) });
    const address = await at.put("address", "https://hooks.example.org/FAKE\n");
    const run = { kind: "backup", dataDir: at.dataDir, scheduled: true } as const;
    const options = { onFailure: at.path("no-such-program"), webhookFrom: address };
    const exit = await watchedRun(at.host, { ...run, options }, () =>
      Promise.resolve({ exit: 1, message: "it broke" }),
    );
    expect(exit).toBe(1);
    const status = await readFile(join(at.dataDir, "status.json"), "utf8");
    expect(status).toMatch(
      /it broke; .*no-such-program is not there, or may not be run; the webhook was not reached: status 500/,
    );
  });

  it.each(["http://example.org/", "ftp://example.org/", "no address", "file:///etc/passwd"])(
    "no webhook goes to %s",
    async (url) => {
      const at = await scheduled();
      const notice = {
        tool: "claw-ir",
        kind: "drill",
        host: "h",
        startedAt: "",
        endedAt: "",
        exit: 1,
      } as const;
      expect(await postWebhook(at.host, new Secret(url), notice)).toMatch(/^the webhook was not called/);
      expect(at.sent).toEqual([]);
    },
  );

  it("the log is turned over at 1 MiB, five old ones are kept, and no line can forge another", async () => {
    const { host, dataDir } = await scheduled();
    const file = logFile(dataDir, "backup");
    for (let round = 0; round < 7; round += 1) {
      await mkdir(join(dataDir, "logs"), { recursive: true });
      await writeFile(file, `${round}${"x".repeat(1024 * 1024)}`);
      await appendLog(host, file, "next\n2026-01-01T00:00:00Z forged \u001b[2J");
    }
    const names = (await readdir(join(dataDir, "logs"))).sort();
    expect(names).toEqual([
      "backup.log",
      "backup.log.1",
      "backup.log.2",
      "backup.log.3",
      "backup.log.4",
      "backup.log.5",
    ]);
    expect((await readFile(`${file}.5`, "utf8")).slice(0, 1)).toBe("2");
    const last = await readFile(file, "utf8");
    expect(last).toBe("2026-11-21T10:00:00.000Z next\\n2026-01-01T00:00:00Z forged \\u{1b}[2J\n");
  });
});

describe("drill --if-due", () => {
  it("does nothing while none is due, and says until when", async () => {
    const { run, dataDir } = await scheduled();
    const good = {
      startedAt: "2026-11-01T00:00:00.000Z",
      endedAt: "2026-11-01T00:00:01.000Z",
      exit: 0,
      scheduled: true,
    };
    const status = (nextDue: string): string =>
      JSON.stringify({ drill: { last: { ...good, nextDue }, lastGood: { ...good, nextDue } } });
    await writeFile(join(dataDir, "status.json"), status("2027-01-30T00:00:00.000Z"));
    expect(await run("drill", "--if-due")).toEqual({
      exit: 0,
      out: "no drill is due before 2027-01-30\n",
      err: "",
    });
    // Due within a week: it is made, and there is no backup to make it with.
    await writeFile(join(dataDir, "status.json"), status("2026-11-25T00:00:00.000Z"));
    expect((await run("drill", "--if-due")).exit).toBe(10);
  });
});
