import { appendFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { disk, type Disk } from "./cli.ts";

const key = "sk-ant-api03-FAKE-in-a-note-FAKE-0123456789abcdefghij";

/** One case of `collect`, made once: what follows reads it, or makes its own. */
let at: Disk;
let id: string;
let folder: string;
beforeAll(async () => {
  at = await disk();
  const { exit, out } = await at.on("collect", "--json");
  expect(exit).toBe(0);
  const made = (JSON.parse(out) as { case: { id: string; path: string } }).case;
  ({ id, path: folder } = made);
});

describe("case list", () => {
  it("is an array of records, newest first", async () => {
    const { exit, out, err } = await at.on("case", "list", "--json");
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    expect(JSON.parse(out)).toMatchObject([
      { id, path: folder, playbook: "collect", state: "open", locked: false },
    ]);
  });

  it("says that there is none, and does not make the folder for it", async () => {
    const { run, dataDir } = await disk();
    expect((await run("case", "list", "--data-dir", dataDir)).out).toBe(`no case yet in ${dataDir}\n`);
    expect((await run("case", "list", "--data-dir", dataDir, "--json")).out).toBe("[]\n");
    await expect(readdir(dataDir)).rejects.toThrow("ENOENT");
  });

  it("lists a damaged case with what is wrong", async () => {
    const other = await disk();
    await other.on("collect");
    const [name = ""] = await readdir(join(other.dataDir, "cases"));
    await writeFile(join(other.dataDir, "cases", name, "case.sqlite"), "no database");
    const { out } = await other.on("case", "list");
    expect(out).toMatch(
      new RegExp(`^${name} +damaged +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d +.*not a database`, "m"),
    );
  });
});

describe("case show", () => {
  it("tells steps, artifacts, archives, findings and rotations as JSON", async () => {
    const { exit, out } = await at.on("case", "show", "--json");
    expect(exit).toBe(0);
    const view = JSON.parse(out) as Record<string, unknown>;
    expect(view).toMatchObject({
      id,
      path: folder,
      playbook: "collect",
      steps: {
        "volatile/discover": { state: "done" },
        "volatile/capture": { state: "skipped" },
        "collect/all": { state: "done" },
        "report/write": { state: "done" },
      },
      archives: [],
      receipts: [],
      switchedOff: [],
    });
    expect((view["artifacts"] as unknown[]).length).toBeGreaterThan(10);
    expect(view["findings"]).toBeGreaterThan(0);
  });

  it("is a page for people", async () => {
    const { out } = await at.on("case", "show", id);
    expect(out).toContain(`${id}: Collect and analyse\n`);
    expect(out).toMatch(/^collect\/all +done/m);
    expect(out).toMatch(/^analyse\/baseline +skipped +neither the state folder/m);
  });

  it.each(["2026", "19990101"])("knows cases by the beginning of their name: %s", async (beginning) => {
    const prefix = beginning === "2026" ? id.slice(0, 13) : beginning;
    expect((await at.on("case", "show", prefix)).exit).toBe(beginning === "2026" ? 0 : 10);
  });
});

describe("case verify", () => {
  it("finds an untouched case intact, in the contract's shape", async () => {
    const { exit, out, err } = await at.on("case", "verify", "--json");
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    const told = JSON.parse(out) as { journal: { entries: number } };
    expect(told).toMatchObject({
      case: id,
      journal: { intact: true },
      artifacts: { altered: 0, missing: 0 },
      archives: { checked: 0 },
      verdict: "intact",
    });
    expect(told.journal.entries).toBeGreaterThan(20);
  });

  it("finds an altered artifact, and ends with 5", async () => {
    const other = await disk();
    await other.on("collect");
    const [name = ""] = await readdir(join(other.dataDir, "cases"));
    const evidence = join(other.dataDir, "cases", name, "evidence");
    const [file = ""] = (await readdir(evidence)).filter((one) => one.startsWith("sessions"));
    await appendFile(join(evidence, file), "{}\n");
    const script = await other.on("case", "verify", "--json");
    expect(script.exit).toBe(5);
    expect(JSON.parse(script.out)).toMatchObject({ verdict: "tampered", artifacts: { altered: 1 } });
    const people = await other.on("case", "verify");
    expect(people.exit).toBe(5);
    expect(people.out).toMatch(/: tampered\n/);
    expect(people.out).toContain(file);
  });
});

describe("case note", () => {
  it("keeps a note without the secret in it, and says where", async () => {
    const { exit, out, err } = await at.on("case", "note", `revoked ${key} by phone`);
    expect({ exit, out, err }).toEqual({ exit: 0, out: "", err: `noted in ${id}\n` });
    const report = await at.on("report");
    expect(report.out).toContain("by phone");
    expect(report.out).not.toContain(key);
    expect((await readFile(join(folder, "case.sqlite"))).includes(key)).toBe(false);
  });
});

describe("case close", () => {
  it("takes a case out of what commands take by themselves; by name it is still there", async () => {
    const other = await disk();
    const made = JSON.parse((await other.on("collect", "--json")).out) as { case: { id: string } };
    expect(await other.on("case", "close")).toEqual({ exit: 0, out: "", err: `closed ${made.case.id}\n` });
    const listed = JSON.parse((await other.on("case", "list", "--json")).out) as unknown[];
    expect(listed).toMatchObject([{ id: made.case.id, state: "closed" }]);

    const gone = await other.on("report", "--json");
    expect(gone.exit).toBe(10);
    const { error } = JSON.parse(gone.err) as { error: Record<string, unknown> };
    expect(error).toMatchObject({ code: "no-such-case", message: "there is no open case", exit: 10 });
    expect(error["hint"]).toContain(`${made.case.id} (closed)`);
    expect((await other.on("report", made.case.id)).exit).toBe(0);
    expect((await other.on("case", "verify", made.case.id)).exit).toBe(0);

    const resumed = await other.on("resume", made.case.id, "--json");
    expect(resumed.exit).toBe(2);
    expect(JSON.parse(resumed.err)).toMatchObject({ error: { code: "not-resumable" } });
  });
});

describe("a case that is not there, or in use", () => {
  it.each([
    ["case", "show"],
    ["timeline"],
    ["findings"],
    ["report"],
    ["postmortem"],
    ["resume"],
    ["case", "close"],
  ])("%s %s: exit 10 and what there is", async (...words) => {
    const { exit, out, err } = await at.on(...words, "19990101-0000-nothing", "--json");
    expect({ exit, out }).toEqual({ exit: 10, out: "" });
    const { error } = JSON.parse(err) as { error: { code: string; hint: string } };
    expect(error.code).toBe("no-such-case");
    expect(error.hint).toContain(id);
  });

  it("another claw-ir holds it: exit 11 and who", async () => {
    const other = await disk();
    await other.on("collect");
    const [name = ""] = await readdir(join(other.dataDir, "cases"));
    // PID 1 lives, and the same claw-ir on another host cannot be asked.
    const holder = { pid: 1, startTicks: 0, host: "other-host", at: "2026-11-21T10:00:00.000Z", nonce: "00" };
    await writeFile(join(other.dataDir, "cases", name, "case.lock"), `${JSON.stringify(holder)}\n`);
    const { exit, err } = await other.on("report", "--json");
    expect(exit).toBe(11);
    const { error } = JSON.parse(err) as { error: { code: string; hint: string } };
    expect(error.code).toBe("case-locked");
    expect(error.hint).toMatch(/process 1 on other-host .* wait for it/);
    expect((await other.on("case", "list")).out).toContain("in use by another claw-ir");
    // Verifying only reads: it works while another run is at work.
    expect((await other.on("case", "verify")).exit).toBe(0);
  });
});
