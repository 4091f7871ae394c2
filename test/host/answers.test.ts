import { describe, expect, it } from "vitest";
import {
  type AnswerPolicy,
  answersOf,
  decideChoose,
  decideConfirm,
  decideMany,
  decideSecret,
  decideText,
} from "../../src/host/answers.ts";
import type { ClawError } from "../../src/model/errors.ts";

const choices = [
  { value: "a", name: "A" },
  { value: "b", name: "B" },
];
const confirm = { id: "q", message: "Go on?", default: true };
const explicit = { ...confirm, explicit: true };
const choose = { id: "q", message: "Which?", choices, default: "b" };
const many = { id: "q", message: "Which?", choices, default: ["b"] };
const text = {
  id: "q",
  message: "Since when?",
  default: "x",
  check: (answer: string) => (answer === "bad" ? "it is bad" : undefined),
};

const policy = (given: Partial<AnswerPolicy> = {}): AnswerPolicy => ({
  answers: {},
  yes: false,
  interactive: false,
  ...given,
});
const answered = (q: unknown, given: Partial<AnswerPolicy> = {}): AnswerPolicy =>
  policy({ answers: { q }, ...given });

function errorOf(work: () => unknown): Pick<ClawError, "exit" | "code" | "hint" | "message"> {
  try {
    work();
  } catch (error) {
    return error as ClawError;
  }
  throw new Error("nothing was thrown");
}

const ask = { ask: true };
const unanswered = { exit: "usage", code: "prompt-unanswered" };
const invalid = { exit: "usage", code: "answer-invalid" };

describe("who answers a question", () => {
  it.each([
    ["--answers before --yes", confirm, answered(false, { yes: true }), { use: false }],
    ["the word yes", confirm, answered("Yes"), { use: true }],
    ["the word no", confirm, answered("no"), { use: false }],
    ["--yes takes the default", confirm, policy({ yes: true }), { use: true }],
    ["--yes takes a default of no", { ...confirm, default: false }, policy({ yes: true }), { use: false }],
    ["a person", confirm, policy({ interactive: true }), ask],
    ["--yes before a person", confirm, policy({ yes: true, interactive: true }), { use: true }],
    ["an explicit one: the person, not --yes", explicit, policy({ yes: true, interactive: true }), ask],
    ["an explicit one: --answers", explicit, answered(true), { use: true }],
    ["null is no answer", confirm, answered(null, { interactive: true }), ask],
  ] as const)("confirm: %s", (_name, spec, given, expected) => {
    expect(decideConfirm(spec, given)).toEqual(expected);
  });

  it("names an unanswered question and says how to answer it", () => {
    const error = errorOf(() => decideConfirm(confirm, policy()));
    expect(error).toMatchObject(unanswered);
    expect(error.message).toContain('"q"');
    expect(error.message).toContain("Go on?");
    expect(error.hint).toContain('{"q":true}');
    expect(errorOf(() => decideConfirm(explicit, policy({ yes: true }))).hint).toContain(
      "--yes does not answer",
    );
    expect(errorOf(() => decideChoose(choose, policy())).hint).toContain('{"q":"b"}');
    expect(errorOf(() => decideChoose(choose, policy())).hint).toContain('"a", "b"');
    expect(errorOf(() => decideMany(many, policy())).hint).toContain('{"q":["b"]}');
    expect(errorOf(() => decideText(text, policy()))).toMatchObject(unanswered);
  });

  it("takes the default of questions that have one with --yes, and asks where there is none", () => {
    const yes = policy({ yes: true });
    expect(decideChoose({ ...choose, default: "b" }, yes)).toEqual({ use: "b" });
    expect(decideMany(many, yes)).toEqual({ use: many.default });
    expect(decideText({ ...text, default: "here" }, yes)).toEqual({ use: "here" });
    const open = { id: choose.id, message: choose.message, choices: choose.choices };
    expect(errorOf(() => decideChoose(open, yes))).toMatchObject(unanswered);
  });

  it("takes all and default for several choices, without knowing their values", () => {
    expect(decideMany(many, answered("default"))).toEqual({ use: many.default });
    expect(decideMany(many, answered("all"))).toEqual({ use: many.choices.map(({ value }) => value) });
    const named = { ...many, choices: [...many.choices, { value: "all", name: "All" }] };
    expect(decideMany(named, answered("all"))).toEqual({ use: ["all"] });
  });

  it("takes the value of a choice, several of them, or a text that passes its check", () => {
    expect(decideChoose(choose, answered("a"))).toEqual({ use: "a" });
    expect(decideMany(many, answered(["b", "a", "b"]))).toEqual({ use: ["a", "b"] });
    expect(decideMany(many, answered([]))).toEqual({ use: [] });
    expect(decideText(text, answered(""))).toEqual({ use: "" });
    expect(decideChoose(choose, policy({ interactive: true }))).toEqual(ask);
    expect(decideMany(many, policy({ interactive: true }))).toEqual(ask);
    expect(decideText(text, policy({ interactive: true }))).toEqual(ask);
  });

  it.each([
    ["a number for a confirmation", () => decideConfirm(confirm, answered(1))],
    ["another word for a confirmation", () => decideConfirm(confirm, answered("sure"))],
    ["no choice", () => decideChoose(choose, answered("c"))],
    ["the name of a choice", () => decideChoose(choose, answered("A"))],
    ["an array for one choice", () => decideChoose(choose, answered(["a"]))],
    ["one value for many", () => decideMany(many, answered("a"))],
    ["one wrong value among many", () => decideMany(many, answered(["a", "c"]))],
    ["what is no string among many", () => decideMany(many, answered(["a", 1]))],
    ["a number for a text", () => decideText(text, answered(5))],
    ["a text that fails its check", () => decideText(text, answered("bad"))],
  ])("refuses %s, also when a person could be asked", (_name, work) => {
    expect(errorOf(work)).toMatchObject(invalid);
  });

  it("is not answered by what every object has", () => {
    for (const id of ["constructor", "toString", "__proto__"]) {
      expect(decideText({ ...text, id }, policy({ interactive: true }))).toEqual(ask);
    }
  });

  it("takes no secret from the answers, and repeats none", () => {
    const spec = { id: "q", message: "New key" };
    const error = errorOf(() => decideSecret(spec, answered("FAKE-key", { interactive: true })));
    expect(error).toMatchObject(invalid);
    expect(JSON.stringify([error.message, error.hint])).not.toContain("FAKE-key");
    expect(decideSecret(spec, policy({ interactive: true }))).toEqual(ask);
    expect(errorOf(() => decideSecret(spec, policy())).hint).toContain("--secret-from q=FILE");
    expect(errorOf(() => decideSecret({ ...spec, id: "seal.passphrase" }, policy())).hint).toContain(
      "--passphrase-from",
    );
    expect(decideSecret({ ...spec, optional: true }, policy())).toEqual({ use: undefined });
    expect(decideSecret({ ...spec, optional: true }, policy({ interactive: true }))).toEqual(ask);
  });

  it("shows nothing hostile from a message or a choice", () => {
    const hostile = {
      ...choose,
      message: "\u001b[2J\u202egnp",
      choices: [{ value: "\u001b]0;x\u0007", name: "" }],
    };
    const { message, hint } = errorOf(() => decideChoose(hostile, policy()));
    expect(`${message}${hint ?? ""}`).not.toMatch(/[\u0000-\u001f\u202e]/);
  });

  it("takes an object of answers only", () => {
    expect(answersOf({ a: 1 })).toEqual({ a: 1 });
    for (const wrong of [[], null, "x", undefined]) {
      expect(errorOf(() => answersOf(wrong))).toMatchObject({ exit: "usage", code: "answers-not-an-object" });
    }
  });
});
