import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventsOfRecords } from "../../../../src/collectors/traces/logs/login-records.ts";
import { parseLastlog } from "../../../../src/collectors/traces/logs/lastlog.ts";
import { guessLayout, type UtmpLayout, utmpRecords } from "../../../../src/model/utmp.ts";
import { mutatedBytes } from "../../../support/mutated.ts";
import { utmp, type Written } from "./utmp-bytes.ts";

const layouts: readonly UtmpLayout[] = [
  { size: 384, littleEndian: true },
  { size: 400, littleEndian: true },
  { size: 384, littleEndian: false },
  { size: 400, littleEndian: false },
];
const day = Date.UTC(2026, 10, 20);
const story: readonly Written[] = [
  { type: 2, user: "reboot", line: "~", host: "6.1.0", ms: day },
  { type: 7, user: "claw", line: "pts/0", host: "203.0.113.9", ms: day + 60_000, pid: 812 },
  { type: 8, user: "", line: "pts/0", host: "", ms: day + 120_000, pid: 812 },
  { type: 1, user: "shutdown", line: "~", host: "6.1.0", ms: day + 180_000 },
];

const zero: Written = { type: 0, user: "", line: "", host: "", ms: 0 };

describe("records of logins", () => {
  for (const layout of layouts) {
    const name = `${layout.size} bytes, ${layout.littleEndian ? "little" : "big"} end first`;
    it(`are read whatever machine wrote them: ${name}`, () => {
      const bytes = utmp(story, layout);
      expect(guessLayout(bytes)).toEqual(layout);
      expect(
        [...utmpRecords(bytes, layout)].map(({ type, user, host, ms }) => ({ type, user, host, ms })),
      ).toEqual(story.map(({ type, user, host, ms }) => ({ type, user, host, ms })));
    });
  }

  it("come back as they were written, in every layout", () => {
    const one = fc.record({
      type: fc.integer({ min: 1, max: 9 }),
      user: fc.stringMatching(/^[a-z]{0,32}$/),
      line: fc.stringMatching(/^[a-z0-9/]{0,32}$/),
      host: fc.stringMatching(/^[a-z0-9.:]{0,256}$/),
      ms: fc.integer({ min: 1_000_000, max: 2_000_000_000 }).map((seconds) => seconds * 1000),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), fc.constantFrom(...layouts), (written, layout) => {
        const back = [...utmpRecords(utmp(written, layout), layout)];
        expect(back.map(({ type, user, line, host, ms }) => ({ type, user, line, host, ms }))).toEqual(
          written,
        );
      }),
    );
  });

  const events = (written: readonly Written[], path = "/var/log/wtmp") =>
    eventsOfRecords({ path, bytes: utmp(written, layouts[0] ?? { size: 384, littleEndian: true }) });

  it("become logins, logouts, boots and shutdowns", () => {
    expect(events(story).map(({ kind, at, user, from }) => [kind, at, user, from])).toEqual([
      ["boot", "2026-11-20T00:00:00.000Z", undefined, "6.1.0"],
      ["login", "2026-11-20T00:01:00.000Z", "claw", "203.0.113.9"],
      ["logout", "2026-11-20T00:02:00.000Z", undefined, "pts/0"],
      ["shutdown", "2026-11-20T00:03:00.000Z", "shutdown", "6.1.0"],
    ]);
    const failed = events(
      [{ type: 6, user: "root", line: "ssh:notty", host: "203.0.113.9", ms: day }],
      "/var/log/btmp.1",
    );
    expect(failed).toMatchObject([
      { kind: "login-failed", user: "root", from: "203.0.113.9", program: "btmp" },
    ]);
  });

  it("tell of records that were overwritten, cut, or put in between", () => {
    const said = (written: readonly Written[]): readonly string[] =>
      events(written)
        .filter(({ kind }) => kind === "log")
        .map(({ text }) => text);
    expect(said([...story, zero, zero])).toEqual(["2 records of /var/log/wtmp were overwritten with zeros"]);
    expect(
      said([...story, { type: 7, user: "x", line: "pts/1", host: "", ms: day - 86_400_000 }])[0],
    ).toMatch(/^times go back/);
    const clock: readonly Written[] = [
      ...story,
      { type: 3, user: "date", line: "|", host: "", ms: day + 200_000 },
      { type: 4, user: "date", line: "{", host: "", ms: day - 86_400_000 },
      { type: 7, user: "x", line: "pts/1", host: "", ms: day - 86_300_000 },
    ];
    expect(said(clock)).toEqual([]);
    const cut = utmp(story, { size: 384, littleEndian: true }).subarray(0, 384 * 4 - 100);
    expect(eventsOfRecords({ path: "/var/log/wtmp", bytes: cut }).at(-1)?.text).toBe(
      "/var/log/wtmp ends in the middle of a record (284 bytes)",
    );
  });

  it("are read from the middle of a long file where one begins", () => {
    const layout = { size: 384, littleEndian: true } as const;
    const long = Array.from({ length: 80 }, (_, i): Written => ({
      ...(story[1] ?? zero),
      ms: day + i * 1000,
    }));
    const bytes = utmp(long, layout);
    const tail = bytes.subarray(bytes.length - 20_000);
    const found = eventsOfRecords({ path: "/var/log/wtmp", bytes: tail, stat: { size: bytes.length } });
    expect(found.length).toBeGreaterThan(20);
    expect(found.every(({ kind, user }) => kind === "login" && user === "claw")).toBe(true);
    expect(found.at(-1)?.place.locator).toBe(`byte ${384 * 79}`);
  });

  it("are taken whatever they hold", () => {
    const real = utmp([...story, ...story], { size: 384, littleEndian: true });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 2000 }), mutatedBytes(real)), (bytes) => {
        for (const event of eventsOfRecords({ path: "/var/log/wtmp", bytes }))
          expect(event.at === undefined || !Number.isNaN(Date.parse(event.at))).toBe(true);
        parseLastlog(Buffer.concat([bytes, Buffer.alloc(292)]).subarray(0, 292), "claw");
      }),
    );
  });

  it("have the last login of each account", () => {
    const bytes = Buffer.alloc(292);
    bytes.writeUInt32LE(day / 1000, 0);
    bytes.write("pts/0", 4);
    bytes.write("203.0.113.9", 36);
    expect(parseLastlog(bytes, "claw")).toMatchObject({
      at: "2026-11-20T00:00:00.000Z",
      from: "203.0.113.9",
    });
    expect(parseLastlog(Buffer.alloc(292), "claw")).toBeUndefined();
  });
});
