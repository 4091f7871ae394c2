import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { CronJob } from "../../src/model/job-records.ts";
import type { Reading } from "../../src/model/outcome.ts";
import { switchOffJobs } from "../../src/openclaw/write/index.ts";
import { evidenceRoots } from "../../src/preserve/evidence-roots.ts";
import { realState, type RealState } from "./real-state.ts";

let state: RealState;
afterEach(() => state.cleanup());

const at = Date.UTC(2026, 10, 20, 12);
const job = {
  id: "elsewhere",
  name: "kept elsewhere",
  enabled: true,
  payload: { kind: "agentTurn", message: "m" },
};
const list = JSON.stringify({ version: 1, jobs: [job] });

/** A state whose config names another place for the jobs, below a mounted root. */
async function withStore(store: string, files: Readonly<Record<string, string>>): Promise<void> {
  state = await realState({}, "2026.2.26");
  const config = join(state.stateDir, "openclaw.json");
  const value = JSON.parse(await readFile(config, "utf8")) as object;
  await writeFile(config, JSON.stringify({ ...value, cron: { store } }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(state.path(path)), { recursive: true });
    await writeFile(state.path(path), text);
  }
}

async function jobs(): Promise<Reading<CronJob> & { readonly runs: readonly string[] }> {
  const reader = await state.open({ only: ["state"] });
  const found = reader.cronJobs();
  const runs = reader.cronRuns().records.map(({ jobId }) => jobId);
  await reader.close();
  return { ...found, runs };
}

const store = "/srv/jobs/list.json";
const files = {
  "/srv/jobs/list.json": list,
  "/srv/jobs/list-state.json": JSON.stringify({
    version: 1,
    jobs: { elsewhere: { state: { lastRunAtMs: at, nextRunAtMs: at } } },
  }),
  "/srv/jobs/runs/elsewhere.jsonl": `${JSON.stringify({ ts: at, jobId: "elsewhere", action: "finished", status: "ok" })}\n`,
  "/srv/jobs/other.json": '{"jobs":[{"id":"of-somebody-else"}]}',
};

describe("jobs that the config keeps elsewhere", () => {
  it("are read with their state and their runs, and sealed", async () => {
    await withStore(store, files);
    const found = await jobs();
    expect(found.outcome).toBe("ok");
    expect(found.records[0]).toMatchObject({
      ...{ id: "elsewhere", enabled: true, runs: 1, lastRunAt: "2026-11-20T12:00:00.000Z" },
      place: { path: store, locator: "elsewhere" },
    });
    expect(found.records.map(({ id }) => id)).not.toContain("of-somebody-else");
    expect(found.records.length).toBeGreaterThan(1);
    expect(found.runs).toContain("elsewhere");
    const { roots } = await evidenceRoots(state.host, await state.look(), [], []);
    expect(roots.map(({ as }) => as)).toEqual(
      expect.arrayContaining([store, "/srv/jobs/list-state.json", "/srv/jobs/runs"]),
    );
  });

  it("are switched off there, and what is beside them stays", async () => {
    await withStore(store, files);
    const done = await switchOffJobs(state.host, await state.look(), ["elsewhere"]);
    expect(done).toMatchObject({
      changed: [{ path: store, locator: "elsewhere" }],
      skipped: [],
      items: [{ what: "cron job kept elsewhere", how: `disabled in ${store} (elsewhere)` }],
    });
    expect((await jobs()).records.find(({ id }) => id === "elsewhere")?.enabled).toBe(false);
    const states = await readFile(state.path("/srv/jobs/list-state.json"), "utf8");
    expect(states).toContain("lastRunAtMs");
    expect(states).not.toContain("nextRunAtMs");
    expect(await readFile(state.path("/srv/jobs/other.json"), "utf8")).toBe(files["/srv/jobs/other.json"]);
  });

  it("are followed through links inside the root only, and never written through one", async () => {
    await withStore("/srv/link.json", { "/srv/jobs/list.json": list });
    // The examined host's own /srv/jobs: a link in an image must not lead to this machine's.
    await symlink(store, state.path("/srv/link.json"));
    expect((await jobs()).records[0]).toMatchObject({ id: "elsewhere", place: { path: "/srv/link.json" } });
    await expect(switchOffJobs(state.host, await state.look(), ["elsewhere"])).rejects.toThrow(
      "/srv/link.json is reached through a link",
    );
    expect(await readFile(state.path(store), "utf8")).toBe(list);
    await state.cleanup();
    await withStore("/srv/out.json", {});
    await mkdir(state.path("/srv"), { recursive: true });
    await symlink("../../../../../../../../../../etc/hostname", state.path("/srv/out.json"));
    const found = await jobs();
    expect(found).toMatchObject({ outcome: "partial", reason: /\/srv\/out\.json could not be read/ });
  });

  it.each(["jobs/list.json", "${JOBS}/list.json"])(
    "at %s cannot be followed, and that is said",
    async (named) => {
      await withStore(named, {});
      const reason = `cron.store of the config names no place that can be followed: ${named}`;
      expect(await jobs()).toMatchObject({ outcome: "partial", reason });
      const done = await switchOffJobs(state.host, await state.look(), []);
      expect(done.skipped).toEqual([{ what: "cron jobs kept elsewhere", reason }]);
    },
  );

  it("are in two places where both have files: each is set, and what the config names counts", async () => {
    const own = { ...job, name: "in the usual place" };
    await withStore(store, files);
    const usual = join(state.stateDir, "cron", "jobs.json");
    await writeFile(usual, JSON.stringify({ version: 1, jobs: [own] }));
    expect((await jobs()).records.filter(({ id }) => id === "elsewhere")).toMatchObject([
      { name: "kept elsewhere", place: { path: store } },
      { name: "in the usual place", leftover: true },
    ]);
    await switchOffJobs(state.host, await state.look(), ["elsewhere"]);
    for (const path of [usual, state.path(store)])
      expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ jobs: [{ enabled: false }] });
  });

  it("of a broken file leave every other as it was", async () => {
    await withStore(store, { ...files, "/srv/jobs/list.json": '{"jobs":[' });
    const usual = join(state.stateDir, "cron", "jobs.json");
    await writeFile(usual, list);
    await expect(switchOffJobs(state.host, await state.look(), ["elsewhere"])).rejects.toThrow(
      "/srv/jobs/list.json holds no JSON object",
    );
    expect(await readFile(usual, "utf8")).toBe(list);
  });
});
