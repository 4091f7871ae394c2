import { decideChoose, decideConfirm, decideMany, decideSecret, decideText } from "../../src/host/answers.ts";
import type { Choice, HostPrompt, SecretSpec } from "../../src/host/prompt.ts";
import { Secret } from "../../src/model/secret.ts";

/** A question as it was put. */
export interface Asked {
  readonly id: string;
  readonly kind: "confirm" | "choose" | "chooseMany" | "text" | "secret";
  readonly message: string;
  readonly choices?: readonly Choice[];
}

/**
 * An answer by prompt id: the value as in --answers, or a function of the question that gives it (and may throw `cancelled()`
 * to press Ctrl-C).
 */
export type FakeAnswers = Record<string, unknown>;
export type FakeSecrets = Record<string, string | undefined | (() => string | undefined)>;

export interface FakePrompt {
  readonly host: HostPrompt;
  readonly questions: Asked[];
}

/** Mutable: a test may add answers as it goes. An unanswered question throws as without a terminal. */
export function fakePrompt(answers: FakeAnswers, secrets: FakeSecrets, yes: boolean): FakePrompt {
  const questions: Asked[] = [];
  const put = (kind: Asked["kind"], spec: { id: string; message: string; choices?: readonly Choice[] }) => {
    const { id, message, choices } = spec;
    const asked: Asked = { id, kind, message, ...(choices === undefined ? {} : { choices }) };
    questions.push(asked);
    const answer = answers[id];
    const value: unknown =
      typeof answer === "function" ? (answer as (asked: Asked) => unknown)(asked) : answer;
    return { answers: value === undefined ? {} : { [id]: value }, yes, interactive: false };
  };
  const settled = <T>(decision: { readonly use: T } | { readonly ask: true }): T => {
    if ("use" in decision) return decision.use;
    throw new Error("fake host: nobody can be asked");
  };
  const secret = async (spec: SecretSpec): Promise<Secret | undefined> => {
    const policy = put("secret", spec);
    if (!Object.hasOwn(secrets, spec.id)) {
      settled(decideSecret(spec, policy));
      return undefined;
    }
    const given = secrets[spec.id];
    const value = typeof given === "function" ? given() : given;
    if (value !== undefined && value !== "") return new Secret(value);
    if (spec.optional === true) return undefined;
    throw new Error(`fake host: the secret "${spec.id}" is empty and not optional`);
  };
  return {
    questions,
    host: {
      interactive: true,
      confirm: async (spec) => settled(decideConfirm(spec, put("confirm", spec))),
      choose: async (spec) => settled(decideChoose(spec, put("choose", spec))),
      chooseMany: async (spec) => settled(decideMany(spec, put("chooseMany", spec))),
      text: async (spec) => settled(decideText(spec, put("text", spec))),
      secret,
    },
  };
}
