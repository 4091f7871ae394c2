import { mkdir, readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { dryRun } from "../../src/playbooks/dry-run.ts";
import { playbooks } from "../../src/playbooks/index.ts";
import { steps } from "../../src/playbooks/steps/index.ts";
import { fakeHost } from "../support/fake-host.ts";
import { collect, fakePlaybook, fakeStep, installationOf, targetOf, type Walked } from "./stage.ts";

async function tell(
  id: keyof typeof playbooks,
  { live = true, found = true } = {},
): Promise<Walked & { readonly quiet: boolean }> {
  const fake = await fakeHost();
  const dataDir = fake.path("data");
  await mkdir(dataDir);
  const target = targetOf(fake, live);
  const options = {
    dataDir,
    dryRun: true,
    json: false,
    verbose: false,
    recipients: [],
    passphraseGiven: false,
  };
  const at = { host: fake.host, target, installation: installationOf(target, found), options };
  const walked = await collect(asyncOf(dryRun(playbooks[id], steps, at)));
  const untouched = fake.written.length + fake.ran.length + fake.sent.length + fake.asked().length === 0;
  const quiet = untouched && (await readdir(dataDir)).length === 0;
  await fake.cleanup();
  return { ...walked, quiet };
}

async function* asyncOf<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}

describe.each(Object.keys(playbooks) as (keyof typeof playbooks)[])("a dry run of %s", (id) => {
  it("tells every step and does nothing", async () => {
    const { events, steps: told, summary, quiet } = await tell(id);
    expect(quiet).toBe(true);
    expect(events[0]).toEqual({ type: "case", id: null, path: null });
    expect(told.map((one) => one.id)).toEqual(playbooks[id].steps.map((one) => one.id));
    expect(told.map(({ seq }) => seq)).toEqual(told.map((_, index) => index + 1));
    for (const { state, reason } of told) {
      expect(state).toBe("skipped");
      expect(reason).toMatch(/^dry run[^:]*: \S/);
    }
    expect(summary).toMatchObject({ case: null, exit: 0, report: null, archives: [] });
  });

  it("says what would be skipped on a mounted disk, and without a state", async () => {
    const mounted = await tell(id, { live: false });
    const without = await tell(id, { found: false });
    for (const [index, entry] of playbooks[id].steps.entries()) {
      const step = steps.get(entry.id);
      if (step?.liveOnly === true)
        expect(mounted.steps[index]?.reason).toMatch(/^would be skipped: the file system under \/mnt/);
      if (step?.needsState === true)
        expect(without.steps[index]?.reason).toBe("would be skipped: no readable OpenClaw state was found");
    }
  });
});

describe("a dry run", () => {
  it("says which steps a question decides", async () => {
    const fake = await fakeHost();
    const target = targetOf(fake, true);
    const options = {
      dataDir: "/x",
      dryRun: true,
      json: false,
      verbose: false,
      recipients: [],
      passphraseGiven: false,
    };
    const playbook = fakePlaybook(
      { id: "a", confirm: { id: "really", message: "Really?", default: false } },
      { id: "b", when: () => true },
    );
    const known = new Map([fakeStep("a"), fakeStep("b")].map((one) => [one.id, one]));
    const at = { host: fake.host, target, installation: installationOf(target, true), options };
    const reasons = (await collect(asyncOf(dryRun(playbook, known, at)))).steps.map(({ reason }) => reason);
    expect(reasons).toEqual([
      'dry run, after a yes to "Really?": do a',
      "dry run, if the case calls for it: do b",
    ]);
    await fake.cleanup();
  });
});
