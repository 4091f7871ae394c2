/** The commands that list one kind: as a person sees them, and as JSON. `npx vitest -u` writes the screens anew. */
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { columnsOf } from "../../src/model/columns.ts";
import { findInstallation, openState, resolveTarget } from "../../src/openclaw/index.ts";
import { fakeHost } from "../support/fake-host.ts";
import { cliOf, containing, someText } from "./cli.ts";
import { looking, looks, type Looking } from "./looking.ts";

type Row = Readonly<Record<string, unknown>> & {
  readonly unusual: readonly Readonly<Record<string, unknown>>[];
  readonly place: { readonly path: string };
};

let at: Looking;
let secrets: readonly string[];
beforeAll(async () => {
  at = await looking();
  secrets = await secretsOf(at);
});

/** Every value that the state holds. */
async function secretsOf({ root }: Looking): Promise<readonly string[]> {
  const fake = await fakeHost({ readable: [root] });
  const target = await resolveTarget(fake.host, { root, home: "/home/claw" });
  const state = await openState(fake.host, await findInstallation(fake.host, target), fake.root);
  const values = (await state.credentials()).records.flatMap(({ secret }) => secret?.reveal() ?? []);
  await state.close();
  await fake.cleanup();
  return values.filter((value) => value.length >= 8);
}

const rowsOf = (out: string): readonly Row[] => JSON.parse(out) as readonly Row[];

describe.each(looks)("claw-ir %s", (command) => {
  it.each([60, 80, 120])("is as it was, %d columns wide, and fits", async (width) => {
    const { out, err } = await at.look(width, command);
    expect(err).toBe("");
    // When a folder was made is another time in every run.
    const text = out.replaceAll(/20\d\d-\d\d-\d\dT[\d:.]*Z?/g, "TIME");
    await expect(text).toMatchFileSnapshot(`../golden/look/${command}-${width}.txt`);
    expect(out.split("\n").filter((line) => columnsOf(line) >= width)).toEqual([]);
  });

  it("is an array of records with their place, the unusual first, as JSON", async () => {
    const { out } = await at.look(80, command, "--json");
    const rows = rowsOf(out);
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) {
      expect(row.place.path).toEqual(someText);
      expect(Array.isArray(row.unusual)).toBe(true);
      for (const one of row.unusual)
        expect(one).toMatchObject({
          ...{ rule: someText, severity: someText, confidence: someText, why: someText, finding: someText },
        });
    }
    const marked = rows.map(({ unusual }) => unusual.length > 0);
    // Of each of its tables, one after the other.
    if (command !== "cron" && command !== "persistence")
      expect(marked).toEqual([...marked].sort((a, b) => Number(b) - Number(a)));
    expect(marked.some((one) => one)).toBe(command !== "sessions");
  });

  it("never shows a secret", async () => {
    expect(secrets.length).toBeGreaterThan(5);
    for (const options of [["--all"], ["--all", "--json"]]) {
      const { out, err } = await at.look(200, command, ...options);
      expect(secrets.filter((secret) => `${out}${err}`.includes(secret))).toEqual([]);
    }
  });

  it("shows only the unusual with --unusual, so many with --limit, and counts the rest", async () => {
    const unusual = rowsOf((await at.look(80, command, "--unusual", "--json")).out);
    expect(unusual.filter((row) => row.unusual.length === 0)).toEqual([]);
    const { out } = await at.look(120, command, "--all", "--limit", "1");
    const all = await at.look(120, command, "--limit", "1");
    expect(out).not.toContain(" more, ");
    if (command === "secrets") expect(all.out).toMatch(/… and \d+ more, \d+ of them unusual: --all/);
  });

  it("changes nothing, makes no case, and leaves nothing behind", async () => {
    const other = await looking();
    await rm(other.dataDir, { recursive: true });
    const before = await other.listing();
    await other.look(80, command);
    await other.look(80, command, "--json", "--dry-run");
    expect(await other.listing()).toEqual(before);
    await expect(readdir(other.dataDir)).rejects.toThrow("ENOENT");
  });

  it("ends with nothing left behind when it is cancelled while it reads", async () => {
    const cancel = new AbortController();
    const other = await looking((host) => ({
      ...host,
      signal: cancel.signal,
      sqlite: {
        ...host.sqlite,
        open: async (...given) => {
          cancel.abort();
          return await host.sqlite.open(...given);
        },
      },
    }));
    const { exit, out } = await other.look(80, command, "--json");
    expect({ exit, out }).toEqual({ exit: 130, out: "" });
    expect((await readdir(other.dataDir)).filter((name) => name !== "fingerprint.key")).toEqual([]);
  });
});

describe("what is unusual", () => {
  const marksOf = async (...argv: readonly string[]): Promise<readonly string[]> =>
    rowsOf((await at.look(80, ...argv, "--json", "--unusual")).out).flatMap(({ unusual }) =>
      unusual.map(({ rule, severity }) => `${String(rule)} ${String(severity)}`),
    );

  it.each([
    ["skills", "skill-hidden-text high"],
    ["skills", "skill-odd-file low"],
    ["skills", "skill-fetch-and-run high"],
    ["devices", "device-admin high"],
    ["devices", "device-silent low"],
    ["devices", "device-pending high"],
    ["cron", "job-command medium"],
    ["cron", "host-cron critical"],
    ["persistence", "key-forced-command high"],
    ["persistence", "persistence-place high"],
    ["persistence", "persistence-loader high"],
    ["secrets", "secret-copy low"],
  ])("of %s is marked: %s", async (command, mark) => {
    expect(await marksOf(command)).toContain(mark);
  });

  it("is more when the start of the incident is named", async () => {
    const marks = await marksOf("devices", "--since", "2026-11-01");
    expect(marks).toContain("device-unknown high");
    expect(await marksOf("skills", "--since", "2026-11-21")).toContain("skill-in-window medium");
  });

  it("lists only sessions of that time, and of one agent", async () => {
    const count = async (...options: readonly string[]): Promise<number> =>
      rowsOf((await at.look(80, "sessions", "--json", ...options)).out).length;
    const all = await count();
    expect(all).toBeGreaterThan(1);
    expect(await count("--since", "2026-11-01")).toBe(all);
    expect(await count("--since", "2026-11-24")).toBe(0);
    expect(await count("--agent", "main")).toBe(all);
    expect(await count("--agent", "nobody")).toBe(0);
  });

  it("reaches --fail-on, or not", async () => {
    expect((await at.look(80, "devices", "--fail-on", "high")).exit).toBe(4);
    expect((await at.look(80, "devices", "--fail-on", "critical")).exit).toBe(0);
    expect((await at.look(80, "secrets", "--fail-on", "medium")).exit).toBe(0);
  });
});

describe("what cannot be read", () => {
  it("is said, never called clean, and ends with 3", async () => {
    const other = await looking();
    await writeFile(join(other.stateDir, "state", "openclaw.sqlite"), "no database any more");
    const { exit, out, err } = await other.look(100, "devices");
    expect({ exit, err }).toEqual({ exit: 3, err: "" });
    expect(out).toMatch(/^no devices; not everything could be read, see below\n/);
    expect(out).toMatch(/^ {2}not seen +\/home\/claw\/\.openclaw\/state\/openclaw\.sqlite /m);
    const json = await other.look(100, "devices", "--json");
    expect({ exit: json.exit, out: json.out }).toEqual({ exit: 3, out: "[]\n" });
    expect(JSON.parse(json.err)).toEqual({
      error: { code: "read-in-part", message: containing("openclaw.sqlite"), hint: someText, exit: 3 },
    });
  });

  it("is the whole state: devices end with 10, the host's jobs are listed all the same", async () => {
    const other = await looking();
    await rm(other.stateDir, { recursive: true });
    const { exit, err } = await other.look(100, "devices", "--json");
    expect({ exit, error: JSON.parse(err) as unknown }).toMatchObject({
      exit: 10,
      error: { error: { code: "no-state" } },
    });
    const cron = await other.look(140, "cron");
    expect(cron.exit).toBe(3);
    expect(cron.out).toContain("https://x.example/i | sh");
    expect(cron.out).toMatch(/^4 crontab lines and timers of the host, 1 unusual\n/m);
    expect(cron.out).toContain("not seen    There is no OpenClaw state at /home/claw/.openclaw");
    expect(cron.out).toMatch(/^no jobs of OpenClaw; not everything could be read, see below\n/);
  });

  it("is no time: nothing is read", async () => {
    expect(await at.look(80, "cron", "--since", "soon", "--json")).toMatchObject({ exit: 2, out: "" });
    expect(await at.look(80, "cron", "--limit", "many", "--json")).toMatchObject({ exit: 2, out: "" });
  });
});

it("says what it did not look at, until it is asked to", async () => {
  const said = "not asked   set-user-id programs";
  expect((await at.look(140, "persistence")).out).toContain(said);
  const full = (await at.look(140, "persistence", "--full")).out;
  expect(full).not.toContain(said);
  expect(full).toContain("no database of installed packages was found");
});

it("says that fingerprints will be others next time where claw-ir has no key yet", async () => {
  const other = await looking();
  await rm(other.dataDir, { recursive: true });
  const text = "fingerprints differ from run to run";
  expect((await other.look(100, "secrets")).out).toContain(text);
  expect((await at.look(100, "secrets")).out).not.toContain(text);
  expect(await readdir(other.tmp)).toEqual([]);
});

it("needs no host to print help", async () => {
  const run = cliOf(() => {
    throw new Error("no host is needed");
  });
  for (const command of looks) expect((await run(command, "--help")).exit).toBe(0);
});
