import { describe, expect, it } from "vitest";
import { ClawError, cancelled } from "../../src/model/errors.ts";
import { Secret } from "../../src/model/secret.ts";
import { fakePlaybook, fakeStep, journaled, stage } from "./stage.ts";

const fail = (message: string) => () => {
  throw new Error(message);
};

describe("a walk", () => {
  it("tells the case, each step's start and end, and a summary, in the contract's shape", async () => {
    const { walk, subject } = await stage();
    const { events, thrown } = await walk(fakePlaybook("a", "b"), [
      fakeStep("a", () => ({ state: "done", receipt: { found: 2 } }), { stage: "volatile", mutates: "none" }),
      fakeStep("b", () => ({ state: "partial", reason: "half of it" })),
    ]);
    expect(thrown).toBeUndefined();
    expect(events[0]).toEqual({ type: "case", id: subject.info.id, path: subject.info.path });
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
    const a = { type: "step", seq: 1, id: "a", stage: "volatile", mutates: "none", title: "Title of a" };
    const b = { type: "step", seq: 2, id: "b", stage: "collect", mutates: "case", title: "Title of b" };
    expect(events.slice(1, 5)).toEqual([
      { ...a, state: "started", startedAt: time },
      { ...a, state: "done", startedAt: time, endedAt: time, receipt: { found: 2 } },
      { ...b, state: "started", startedAt: time },
      { ...b, state: "partial", reason: "half of it", startedAt: time, endedAt: time },
    ]);
    expect(events[5]).toEqual({
      type: "summary",
      case: subject.info.id,
      exit: 3,
      outcome: "done in part: b",
      containedInMs: null,
      archives: [],
      findings: { critical: 0, high: 0, medium: 0, low: 0 },
      rotations: { proven: 0, done: 0, pending: 0, failed: 0 },
      report: null,
    });
    expect(events).toHaveLength(6);
  });

  it("journals a step before it runs and after it ended", async () => {
    const { walk, subject } = await stage();
    const seen: (readonly string[])[] = [];
    await walk(fakePlaybook("a", "b"), [
      fakeStep("a", ({ case: at }) => {
        seen.push(journaled(at));
        return { state: "done" };
      }),
      fakeStep("b", ({ case: at }) => {
        seen.push(journaled(at));
        return { state: "done" };
      }),
    ]);
    expect(seen).toEqual([["a started"], ["a started", "a done", "b started"]]);
    expect(journaled(subject)).toEqual(["a started", "a done", "b started", "b done"]);
  });

  it("says and journals a step that fails, and goes on", async () => {
    const { walk, subject } = await stage();
    const { told, steps, summary, thrown } = await walk(fakePlaybook("a", "b"), [
      fakeStep("a", fail("the disk is on fire")),
      fakeStep("b"),
    ]);
    expect(thrown).toBeUndefined();
    expect(told).toEqual(["a started", "a failed", "b started", "b done"]);
    expect(steps[1]?.reason).toBe("the disk is on fire");
    expect(journaled(subject)).toContain("a failed");
    expect(summary).toMatchObject({ exit: 3, outcome: "done in part: a" });
  });

  it("gives a failure's hint, code and exit code", async () => {
    const { walk } = await stage();
    const error = new ClawError("no space left", { exit: "failed", code: "disk-full", hint: "free some" });
    const { steps } = await walk(fakePlaybook("a"), [
      fakeStep("a", () => {
        throw error;
      }),
    ]);
    expect(steps[1]).toMatchObject({
      state: "failed",
      reason: "no space left (free some)",
      receipt: { code: "disk-full", exit: 1 },
    });
  });

  it("makes what a failing step quotes from the host visible and short", async () => {
    const { walk } = await stage();
    const { steps } = await walk(fakePlaybook("a"), [fakeStep("a", fail(`\u001b[2J${"x".repeat(5000)}`))]);
    expect(steps[1]?.reason).toMatch(/^\\u\{1b\}\[2Jx+…$/);
    expect(steps[1]?.reason?.length).toBeLessThanOrEqual(600);
  });

  it("ends at a failed step that others build on, and still runs what always runs", async () => {
    const { walk, subject } = await stage();
    const { told, steps, summary } = await walk(
      fakePlaybook("a", { id: "seal", stopOnFailure: true }, "change", { id: "report", always: true }),
      [fakeStep("a"), fakeStep("seal", fail("no space left")), fakeStep("change"), fakeStep("report")],
    );
    expect(told.slice(2)).toEqual([
      "seal started",
      "seal failed",
      "change skipped",
      "report started",
      "report done",
    ]);
    expect(steps.find(({ id }) => id === "change")?.reason).toBe("not run because seal failed");
    expect(journaled(subject)).toContain("change skipped");
    expect(summary).toMatchObject({ exit: 1, outcome: "stopped: seal failed" });
  });

  it("does not let a partial result stop the walk", async () => {
    const { walk } = await stage();
    const { told } = await walk(fakePlaybook({ id: "seal", stopOnFailure: true }, "b"), [
      fakeStep("seal", () => ({ state: "partial", reason: "one file changed" })),
      fakeStep("b"),
    ]);
    expect(told).toContain("b done");
  });

  it("refuses a playbook with a step nobody knows", async () => {
    const { walk } = await stage();
    const { thrown } = await walk(fakePlaybook("a"), []);
    expect(String(thrown)).toContain("unknown step a");
  });
});

describe("a step that does not run", () => {
  it.each([
    {
      what: "the target is no live host",
      options: { live: false },
      more: { liveOnly: true },
      reason: "the file system under /mnt is examined, not the running host",
    },
    {
      what: "there is no state",
      options: { found: false },
      more: { needsState: true },
      reason: "no readable OpenClaw state was found",
    },
  ])("is skipped with the reason: $what", async ({ options, more, reason }) => {
    const { walk, subject } = await stage(options);
    const { told, steps, summary } = await walk(fakePlaybook("a", "b"), [
      fakeStep("a", fail("must not run"), more),
      fakeStep("b"),
    ]);
    expect(told).toEqual(["a skipped", "b started", "b done"]);
    expect(steps[0]?.reason).toBe(reason);
    expect(steps[0]?.endedAt).toBeUndefined();
    expect(journaled(subject)[0]).toBe("a skipped");
    expect(summary?.exit).toBe(0);
  });

  it("is skipped where it does not apply to the case", async () => {
    const { walk } = await stage();
    const { steps } = await walk(
      fakePlaybook({ id: "a", when: () => "not this kind of device" }, { id: "b", when: () => true }),
      [fakeStep("a", fail("must not run")), fakeStep("b")],
    );
    expect(steps[0]).toMatchObject({ state: "skipped", reason: "not this kind of device" });
    expect(steps.at(-1)).toMatchObject({ id: "b", state: "done" });
  });

  it("fails, and the walk goes on, where its condition cannot be told", async () => {
    const { walk } = await stage();
    const { told } = await walk(fakePlaybook({ id: "a", when: fail("no such fact") }, "b"), [
      fakeStep("a"),
      fakeStep("b"),
    ]);
    expect(told).toEqual(["a failed", "b started", "b done"]);
  });
});

describe("a confirmation", () => {
  const asking = fakePlaybook(
    { id: "a", confirm: { id: "really", message: "Really?", default: true, explicit: true } },
    "b",
  );

  it("that is answered with no declines the step, and journals the answer", async () => {
    const { walk, subject } = await stage({ answers: { really: false } });
    const { told, steps, summary } = await walk(asking, [fakeStep("a", fail("must not run")), fakeStep("b")]);
    expect(told).toEqual(["a declined", "b started", "b done"]);
    expect(steps[0]?.reason).toBe('answered no to "Really?"');
    const answers = [...subject.journal.entries()].filter(({ kind }) => kind === "answer");
    expect(answers.map(({ body }) => body)).toEqual([{ prompt: "really", answer: false }]);
    expect(summary?.exit).toBe(0);
  });

  it("that is answered with yes runs it", async () => {
    const { walk } = await stage({ answers: { really: true } });
    expect((await walk(asking, [fakeStep("a"), fakeStep("b")])).told).toContain("a done");
  });

  it("that nobody answers ends the run with exit 2, and the journal says where", async () => {
    const { walk, subject } = await stage();
    const { told, thrown, summary, steps } = await walk(asking, [fakeStep("a"), fakeStep("b")]);
    expect(thrown).toMatchObject({ exit: "usage", code: "prompt-unanswered" });
    expect(told).toEqual(["a failed"]);
    expect(steps[0]?.reason).toContain('nobody is there to answer "really"');
    expect(journaled(subject)).toEqual(["a failed"]);
    expect(summary).toBeUndefined();
  });

  it("may depend on the case, or not be needed at all", async () => {
    const { walk, fake } = await stage();
    const { told } = await walk(fakePlaybook({ id: "a", confirm: () => undefined }), [fakeStep("a")]);
    expect(told).toEqual(["a started", "a done"]);
    expect(fake.asked()).toEqual([]);
  });
});

describe("a question within a step", () => {
  it("that nobody answers ends the run with exit 2, and the journal says where", async () => {
    const { walk, subject } = await stage();
    const { thrown, told } = await walk(fakePlaybook("a", "b", { id: "report", always: true }), [
      fakeStep("a", async ({ host }) => {
        await host.prompt.text({ id: "since", message: "Since when?" });
        return { state: "done" };
      }),
      fakeStep("b"),
      fakeStep("report"),
    ]);
    expect(thrown).toMatchObject({ exit: "usage", code: "prompt-unanswered" });
    expect(told).toEqual(["a started", "a failed"]);
    expect(journaled(subject)).toEqual(["a started", "a failed"]);
    const last = [...subject.journal.entries()].at(-1);
    expect(last?.body["reason"]).toContain('nobody is there to answer "since"');
    expect(last?.body["receipt"]).toEqual({ code: "prompt-unanswered", exit: 2 });
  });
});

describe("a state that is not this live host's", () => {
  const changing = [
    fakeStep("token", undefined, { mutates: "state" }),
    fakeStep("keys", undefined, { mutates: "remote" }),
    fakeStep("report"),
  ];
  const playbook = fakePlaybook("token", "keys", "report");

  it("is changed only after a yes, which is asked for once", async () => {
    const { walk, fake } = await stage({ live: false, answers: { "target.change": true } });
    const { summary } = await walk(playbook, changing);
    expect(summary?.exit).toBe(0);
    expect(fake.asked()).toEqual(["target.change"]);
  });

  it.each([{ answers: { "target.change": false } }, { yes: true }])("stays as it is: %j", async (options) => {
    const { walk } = await stage({ live: false, ...options });
    const { told, steps } = await walk(playbook, changing);
    expect(told).toEqual(["token declined", "keys declined", "report started", "report done"]);
    expect(steps[0]?.reason).toMatch(/\.openclaw is not the state of this live host and stays as it is$/);
  });

  it("is not asked about on the live host", async () => {
    const { walk, fake } = await stage();
    await walk(playbook, changing);
    expect(fake.asked()).toEqual([]);
  });
});

describe("secrets", () => {
  it("that a step learned of are fingerprints in its reason and receipt, in the stream and in the journal", async () => {
    const { walk, subject } = await stage();
    const secret = "sk-FAKE-learned-in-the-run-0123456789";
    const { events } = await walk(fakePlaybook("a", "b"), [
      fakeStep("a", ({ case: at }) => {
        at.redactor.learn(new Secret(secret));
        return { state: "partial", reason: `got ${secret}`, receipt: { deep: [{ [secret]: secret }] } };
      }),
      fakeStep("b", fail(`refused: ${secret}`)),
    ]);
    const everything = JSON.stringify([events, [...subject.journal.entries()]]);
    expect(everything).not.toContain(secret);
    expect(everything).toContain("fp:");
  });
});

describe("Ctrl-C", () => {
  it("during a step is journaled and thrown on, and what always runs does not run", async () => {
    const { walk, subject, fake } = await stage();
    const { thrown, told, summary } = await walk(fakePlaybook("a", "b", { id: "report", always: true }), [
      fakeStep("a"),
      fakeStep("b", async ({ host }) => {
        fake.cancel();
        await host.clock.sleep(1000);
        return { state: "done" };
      }),
      fakeStep("report"),
    ]);
    expect(thrown).toMatchObject({ exit: "cancelled", code: "cancelled" });
    expect(told).toEqual(["a started", "a done", "b started", "b failed"]);
    expect(journaled(subject).at(-1)).toBe("b failed");
    expect([...subject.journal.entries()].at(-1)?.body["reason"]).toBe("interrupted by the user");
    expect(summary).toBeUndefined();
  });

  it("at a prompt within a step ends the run, also before the signal is seen", async () => {
    const { walk, subject } = await stage({
      answers: {
        since: () => {
          throw cancelled();
        },
      },
    });
    const { thrown } = await walk(fakePlaybook("a", "b"), [
      fakeStep("a", async ({ host }) => {
        await host.prompt.text({ id: "since", message: "Since when?" });
        return { state: "done" };
      }),
      fakeStep("b"),
    ]);
    expect(thrown).toMatchObject({ exit: "cancelled" });
    expect(journaled(subject)).toEqual(["a started", "a failed"]);
  });

  it("at a confirmation is journaled with the step that it was about", async () => {
    const { walk, subject } = await stage({
      answers: {
        really: () => {
          throw cancelled();
        },
      },
    });
    const { thrown, steps } = await walk(
      fakePlaybook("a", { id: "b", confirm: { id: "really", message: "Really?", default: false } }),
      [fakeStep("a"), fakeStep("b")],
    );
    expect(thrown).toMatchObject({ exit: "cancelled" });
    expect(steps.at(-1)).toMatchObject({ id: "b", state: "failed", reason: "interrupted by the user" });
    expect(journaled(subject)).toEqual(["a started", "a done", "b failed"]);
  });

  it("keeps what the step reached, when it came too late to interrupt it", async () => {
    const { walk, fake, subject } = await stage();
    const { thrown } = await walk(fakePlaybook("a", "b"), [
      fakeStep("a", () => {
        fake.cancel();
        return { state: "done" };
      }),
      fakeStep("b", fail("must not run")),
    ]);
    expect(thrown).toMatchObject({ exit: "cancelled" });
    expect(journaled(subject)).toEqual(["a started", "a done", "b failed"]);
  });
});

describe("a used-up budget", () => {
  it("ends the run with its own error and exit code", async () => {
    const world = await stage();
    const controller = new AbortController();
    const used = new ClawError("the time budget of 5 s is used up", {
      exit: "partial",
      code: "budget-used-up",
    });
    const next = await world.reopen({ ...world.fake.host, signal: controller.signal });
    const { thrown, steps } = await next.walk(fakePlaybook("a", "b"), [
      fakeStep("a", () => {
        controller.abort(used);
        throw used;
      }),
      fakeStep("b"),
    ]);
    expect(thrown).toBe(used);
    expect(steps.at(-1)).toMatchObject({
      id: "a",
      state: "failed",
      reason: "the time budget of 5 s is used up",
    });
  });
});
