import { describe, expect, it } from "vitest";
import { cancelled } from "../../src/model/errors.ts";
import { finishedSteps, lastStates } from "../../src/playbooks/progress.ts";
import { fakePlaybook, fakeStep, journaled, stage, type Stage } from "./stage.ts";

/** The same case in a new process: the old one's Ctrl-C is over. */
async function nextRun(before: Stage): Promise<Stage> {
  return before.reopen({ ...before.fake.host, signal: new AbortController().signal });
}

describe("resume", () => {
  it("does not repeat finished steps, and tells them", async () => {
    const first = await stage();
    const ran: string[] = [];
    const step = (id: string) =>
      fakeStep(id, ({ host }) => {
        ran.push(id);
        if (id === "c" && ran.length === 3) {
          first.fake.cancel();
          host.signal.throwIfAborted();
        }
        return id === "b" ? { state: "partial", reason: "half" } : { state: "done" };
      });
    const steps = ["a", "b", "c", "d"].map(step);
    const playbook = fakePlaybook("a", "b", "c", "d");
    expect((await first.walk(playbook, steps)).thrown).toMatchObject({ exit: "cancelled" });

    const next = await nextRun(first);
    const { told, steps: events, summary, thrown } = await next.walk(playbook, steps, true);
    expect(thrown).toBeUndefined();
    expect(ran).toEqual(["a", "b", "c", "c", "d"]);
    expect(told).toEqual(["a done", "b partial", "c started", "c done", "d started", "d done"]);
    expect(events.slice(0, 2).map(({ reason }) => reason)).toEqual([
      "finished in an earlier run",
      "finished in an earlier run",
    ]);
    // What was done in part earlier still counts.
    expect(summary).toMatchObject({ exit: 3, outcome: "done in part: b" });
    // Told, but not journaled a second time.
    expect(journaled(next.subject).filter((line) => line.startsWith("a "))).toEqual(["a started", "a done"]);
  });

  it("tries failed steps again, and those that a kill -9 left without an end", async () => {
    const first = await stage();
    let times = 0;
    const flaky = fakeStep("a", () => {
      times += 1;
      if (times === 1) throw new Error("not yet");
      return { state: "done" };
    });
    await first.walk(fakePlaybook("a"), [flaky]);
    await first.subject.journal.append("step", { id: "b", state: "started" });
    const next = await nextRun(first);
    const { told } = await next.walk(fakePlaybook("a", "b"), [flaky, fakeStep("b")], true);
    expect(told).toEqual(["a started", "a done", "b started", "b done"]);
  });

  it("asks an unanswered question again", async () => {
    const first = await stage();
    const asking = fakeStep("a", async ({ host }) => ({
      state: "done",
      reason: await host.prompt.text({ id: "since", message: "Since when?" }),
    }));
    expect((await first.walk(fakePlaybook("a"), [asking])).thrown).toMatchObject({ exit: "usage" });
    first.fake.answers["since"] = "3d";
    const { steps, thrown } = await (await nextRun(first)).walk(fakePlaybook("a"), [asking], true);
    expect(thrown).toBeUndefined();
    expect(steps.at(-1)).toMatchObject({ state: "done", reason: "3d" });
  });

  it("runs skipped steps, when what kept them from running is over", async () => {
    const first = await stage({ live: false });
    await first.walk(fakePlaybook("a"), [fakeStep("a", undefined, { liveOnly: true })]);
    const { told } = await (await nextRun(first)).walk(fakePlaybook("a"), [fakeStep("a")], true);
    expect(told).toEqual(["a started", "a done"]);
  });

  it("does not ask again about a step that was declined, unless the playbook says that it is due once more", async () => {
    const confirm = { id: "start", message: "Start?", default: false };
    const first = await stage({ answers: { start: false, other: false } });
    const steps = [fakeStep("a"), fakeStep("b"), fakeStep("c")];
    const playbook = fakePlaybook(
      { id: "a", confirm, again: ({ case: subject }) => subject.facts.get("started") !== true },
      { id: "b", confirm: { ...confirm, id: "other" } },
      { id: "c", again: ({ case: subject }) => subject.facts.get("started") !== true },
    );
    expect((await first.walk(playbook, steps)).told.slice(0, 2)).toEqual(["a declined", "b declined"]);
    first.fake.answers["start"] = true;
    const second = await nextRun(first);
    expect((await second.walk(playbook, steps, true)).told).toEqual([
      "a started",
      "a done",
      "b declined",
      "c started",
      "c done",
    ]);
    second.subject.facts.set("started", true);
    const third = await nextRun(second);
    expect((await third.walk(playbook, steps, true)).told).toEqual(["a done", "b declined", "c done"]);
  });

  it("runs again what always runs, also after it was done", async () => {
    const first = await stage();
    const playbook = fakePlaybook({ id: "look", always: true }, "a");
    const steps = [fakeStep("look"), fakeStep("a")];
    await first.walk(playbook, steps);
    const { told } = await (await nextRun(first)).walk(playbook, steps, true);
    expect(told).toEqual(["look started", "look done", "a done"]);
  });

  it("can itself be interrupted and carried on, any number of times", async () => {
    let at = await stage();
    const playbook = fakePlaybook("a", "b", "c");
    for (const [round, id] of ["a", "b", "c"].entries()) {
      const { thrown, told } = await at.walk(
        playbook,
        ["a", "b", "c"].map((name) =>
          fakeStep(name, () => {
            if (name === id) throw cancelled();
            return { state: "done" };
          }),
        ),
        round > 0,
      );
      expect(thrown).toMatchObject({ exit: "cancelled" });
      expect(told.at(-1)).toBe(`${id} failed`);
      at = await nextRun(at);
    }
    const { summary } = await at.walk(
      playbook,
      ["a", "b", "c"].map((name) => fakeStep(name)),
      true,
    );
    expect(summary).toMatchObject({ exit: 0, outcome: "done" });
  });
});

describe("progress", () => {
  const journalOf = async (...lines: readonly string[]) => {
    const { subject } = await stage();
    for (const line of lines) {
      const [id = "", state = "", reason] = line.split(" ");
      await subject.journal.append("step", { id, state, ...(reason === undefined ? {} : { reason }) });
    }
    return subject.journal;
  };

  it("a step is finished by its last state", async () => {
    const journal = await journalOf("a started", "a done", "b started", "c done", "c started", "d failed");
    expect([...finishedSteps(journal)]).toEqual([["a", "done"]]);
  });

  it("a skipped step is not finished, and does not undo what was", async () => {
    const journal = await journalOf("a done", "a skipped", "b skipped");
    expect([...finishedSteps(journal)]).toEqual([["a", "done"]]);
  });

  it("the last state of each step is what the report tells", async () => {
    const journal = await journalOf("a started", "a failed why", "a started", "a done", "b skipped because");
    expect(Object.fromEntries(lastStates(journal))).toMatchObject({
      a: { state: "done" },
      b: { state: "skipped", reason: "because" },
    });
    expect(lastStates(journal).get("a")?.reason).toBeUndefined();
  });

  it("entries of other kinds and without an id are not steps", async () => {
    const { subject } = await stage();
    await subject.journal.append("note", { id: "a", state: "done" });
    await subject.journal.append("step", { state: "done" });
    expect(finishedSteps(subject.journal).size).toBe(0);
  });
});
