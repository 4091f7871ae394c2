/**
 * Who answers a question: --answers, --yes or a person. Pure: it reads no terminal and draws nothing, so that the whole
 * policy of HostPrompt can be read, and tested, here.
 */
import { ClawError } from "../model/errors.ts";
import { isDict } from "../model/json.ts";
import { shown } from "../model/text.ts";
import type { ChooseManySpec, ChooseSpec, ConfirmSpec, SecretSpec, TextSpec } from "./prompt.ts";

export type Decision<T> = { readonly use: T } | { readonly ask: true };

export interface AnswerPolicy {
  /** The object in the file of --answers: prompt id → answer. */
  readonly answers: Readonly<Record<string, unknown>>;
  /** --yes: the default of every question that has one, except explicit confirmations and secrets. */
  readonly yes: boolean;
  /** A person can be asked. */
  readonly interactive: boolean;
}

const ask = { ask: true } as const;

/** Own keys only: an id must not find Object.prototype. Null means "not answered here". */
function given(policy: AnswerPolicy, id: string): unknown {
  return Object.hasOwn(policy.answers, id) ? (policy.answers[id] ?? undefined) : undefined;
}

function invalid(id: string, why: string, example: unknown): ClawError {
  return new ClawError(`the answer to "${id}" is not valid: ${why}`, {
    exit: "usage",
    code: "answer-invalid",
    hint: `in the file of --answers: ${exampleText(id, example)}`,
  });
}

function exampleText(id: string, example: unknown): string {
  return shown(JSON.stringify({ [id]: example }), 300);
}

function askOr<T>(
  policy: AnswerPolicy,
  spec: { readonly id: string; readonly message: string },
  hint: string,
): Decision<T> {
  if (policy.interactive) return ask;
  throw new ClawError(`nobody is there to answer "${spec.id}": ${shown(spec.message)}`, {
    exit: "usage",
    code: "prompt-unanswered",
    hint,
  });
}

function answerHint(id: string, example: unknown): string {
  return `give the answer with --answers FILE, where the file holds ${exampleText(id, example)}`;
}

const words: ReadonlyMap<string, boolean> = new Map([
  ["yes", true],
  ["no", false],
]);

/** True, false, "yes" or "no". */
export function decideConfirm(spec: ConfirmSpec, policy: AnswerPolicy): Decision<boolean> {
  const answer = given(policy, spec.id);
  if (answer !== undefined) {
    const value = typeof answer === "string" ? words.get(answer.toLowerCase()) : answer;
    if (typeof value !== "boolean") throw invalid(spec.id, "it takes true or false", spec.default);
    return { use: value };
  }
  if (policy.yes && spec.explicit !== true) return { use: spec.default };
  const explicit = policy.yes ? "--yes does not answer this question: " : "";
  return askOr(policy, spec, explicit + answerHint(spec.id, true));
}

function allowed(spec: ChooseSpec | ChooseManySpec): string {
  const values = spec.choices.map(({ value }) => JSON.stringify(value));
  return values.length === 0
    ? "there is nothing to choose from"
    : `allowed: ${shown(values.join(", "), 400)}`;
}

/** The value of one choice; --yes takes the default where the question has one. */
export function decideChoose(spec: ChooseSpec, policy: AnswerPolicy): Decision<string> {
  const example = spec.default ?? spec.choices[0]?.value ?? "";
  const answer = given(policy, spec.id);
  if (answer === undefined) {
    if (policy.yes && spec.default !== undefined) return { use: spec.default };
    return askOr(policy, spec, `${answerHint(spec.id, example)}; ${allowed(spec)}`);
  }
  const choice = spec.choices.find(({ value }) => value === answer);
  if (choice === undefined) throw invalid(spec.id, allowed(spec), example);
  return { use: choice.value };
}

/**
 * An array of choice values; doubles count once, the order is that of the choices. "all" and "default" stand for every
 * choice and for the default, for who cannot know the values beforehand. --yes takes the default.
 */
export function decideMany(spec: ChooseManySpec, policy: AnswerPolicy): Decision<readonly string[]> {
  const example = spec.default.length > 0 ? spec.default : spec.choices.slice(0, 1).map(({ value }) => value);
  const answer = given(policy, spec.id);
  if (answer === undefined) {
    if (policy.yes) return { use: spec.default };
    return askOr(policy, spec, `${answerHint(spec.id, example)}; ${allowed(spec)}`);
  }
  if (answer === "default") return { use: spec.default };
  if (answer === "all") return { use: everyChoice(spec) };
  if (!Array.isArray(answer))
    throw invalid(spec.id, 'it takes an array of values, "all" or "default"', example);
  const chosen = new Set<unknown>(answer);
  const known = spec.choices.map(({ value }) => value).filter((value) => chosen.has(value));
  if (known.length !== chosen.size) throw invalid(spec.id, allowed(spec), example);
  return { use: known };
}

/** A choice called "all" means that itself; else every choice there is. */
function everyChoice({ choices }: ChooseManySpec): readonly string[] {
  const values = choices.map(({ value }) => value);
  return values.includes("all") ? ["all"] : values;
}

/** A string that passes the question's own check; --yes takes the default where the question has one. */
export function decideText(spec: TextSpec, policy: AnswerPolicy): Decision<string> {
  const example = spec.default ?? "…";
  const answer = given(policy, spec.id);
  if (answer === undefined) {
    if (policy.yes && spec.default !== undefined) return { use: spec.default };
    return askOr(policy, spec, answerHint(spec.id, example));
  }
  if (typeof answer !== "string") throw invalid(spec.id, "it takes a string", example);
  const wrong = spec.check?.(answer);
  if (wrong !== undefined) throw invalid(spec.id, wrong, example);
  return { use: answer };
}

/** Called when no file or descriptor was given for it. `use: undefined` is "skipped". */
export function decideSecret(spec: SecretSpec, policy: AnswerPolicy): Decision<undefined> {
  if (given(policy, spec.id) !== undefined) {
    throw new ClawError(
      `the answer to "${spec.id}" is a secret and must not stand in the file of --answers`,
      {
        exit: "usage",
        code: "answer-invalid",
        hint: secretHint(spec.id),
      },
    );
  }
  if (!policy.interactive && spec.optional === true) return { use: undefined };
  return askOr(policy, spec, secretHint(spec.id));
}

function secretHint(id: string): string {
  return id.includes("passphrase")
    ? "give it with --passphrase-from FILE or fd:N"
    : `give it with --secret-from ${id.replace(/^secret\./, "")}=FILE or =fd:N`;
}

/** The parsed file of --answers. */
export function answersOf(parsed: unknown): Readonly<Record<string, unknown>> {
  if (isDict(parsed)) return parsed;
  throw new ClawError("the answers are not a JSON object of prompt ids and answers", {
    exit: "usage",
    code: "answers-not-an-object",
    hint: 'write them as {"prompt-id": "answer"}',
  });
}
