import { cancelled } from "../../model/errors.ts";
import { Secret } from "../../model/secret.ts";
import {
  type AnswerPolicy,
  decideChoose,
  decideConfirm,
  decideMany,
  decideSecret,
  decideText,
} from "../answers.ts";
import type { ChooseManySpec, ChooseSpec, ConfirmSpec, HostPrompt, SecretSpec, TextSpec } from "../prompt.ts";
import type { HostTerminal } from "../terminal.ts";
import { confirmTail, secretTail, shownChoice, shownMessage, shownWithDefault } from "./prompt-text.ts";
import { type SecretSource, secretReader } from "./secret-source.ts";
import { throwIfAborted, type Signals } from "./signals.ts";

export interface PromptOptions extends AnswerPolicy {
  readonly secretFiles: Readonly<Record<string, SecretSource>>;
  readonly signals: Signals;
  readonly terminal: HostTerminal;
}

interface Drawing {
  readonly signal: AbortSignal;
  readonly output: NodeJS.WritableStream;
}

/** Draws one question on stderr; stdout carries results. Ctrl-C and an aborted run both end in `cancelled()`. */
async function draw<T>(options: PromptOptions, prompt: (context: Drawing) => Promise<T>): Promise<T> {
  const { signals, terminal } = options;
  throwIfAborted(signals.signal);
  terminal.progress("");
  try {
    return await prompt({ signal: signals.signal, output: process.stderr });
  } catch (error) {
    if (error instanceof Error && (error.name === "ExitPromptError" || error.name === "AbortPromptError")) {
      throwIfAborted(signals.signal);
      signals.cancel();
      throw cancelled();
    }
    throw error;
  }
}

const page = { pageSize: 12, loop: false } as const;

/** What stays on the screen after many were chosen: their names up to three, else their number. */
const brief = {
  style: {
    renderSelectedChoices: (
      chosen: readonly { readonly short: string }[],
      all: readonly unknown[],
    ): string =>
      chosen.length > 3
        ? `${chosen.length} of ${all.length}`
        : chosen.map(({ short }) => short).join(", ") || "none",
  },
};

async function confirm(spec: ConfirmSpec, options: PromptOptions): Promise<boolean> {
  const decision = decideConfirm(spec, options);
  if ("use" in decision) return decision.use;
  const { default: prompt } = await import("@inquirer/confirm");
  return draw(options, (context) =>
    prompt(
      { message: shownMessage(spec.message, options.terminal, confirmTail), default: spec.default },
      context,
    ),
  );
}

async function choose(spec: ChooseSpec, options: PromptOptions): Promise<string> {
  const decision = decideChoose(spec, options);
  if ("use" in decision) return decision.use;
  const { default: prompt } = await import("@inquirer/select");
  return draw(options, (context) =>
    prompt(
      {
        message: shownMessage(spec.message, options.terminal),
        choices: spec.choices.map((choice) => shownChoice(choice, options.terminal)),
        ...page,
        ...(spec.default === undefined ? {} : { default: spec.default }),
      },
      context,
    ),
  );
}

async function chooseMany(spec: ChooseManySpec, options: PromptOptions): Promise<readonly string[]> {
  const decision = decideMany(spec, options);
  if ("use" in decision) return decision.use;
  const { default: prompt } = await import("@inquirer/checkbox");
  const choices = spec.choices.map((choice) => ({
    ...shownChoice(choice, options.terminal),
    checked: spec.default.includes(choice.value),
  }));
  return draw(options, (context) =>
    prompt(
      { message: shownMessage(spec.message, options.terminal), choices, ...page, theme: brief },
      context,
    ),
  );
}

async function text(spec: TextSpec, options: PromptOptions): Promise<string> {
  const decision = decideText(spec, options);
  if ("use" in decision) return decision.use;
  const { default: prompt } = await import("@inquirer/input");
  return draw(options, (context) =>
    prompt(
      {
        message: shownWithDefault(spec, options.terminal),
        validate: (answer) => spec.check?.(answer) ?? true,
        ...(spec.default === undefined ? {} : { default: spec.default }),
      },
      context,
    ),
  );
}

/** Nothing of what is typed is echoed, not even its length; the key that would show it is off. */
async function typed(message: string, options: PromptOptions): Promise<string> {
  const { default: prompt } = await import("@inquirer/password");
  return draw(options, (context) =>
    prompt(
      { message: shownMessage(message, options.terminal, secretTail), mask: false, toggleMask: false },
      context,
    ),
  );
}

async function typedSecret(spec: SecretSpec, options: PromptOptions): Promise<Secret | undefined> {
  for (;;) {
    const first = await typed(spec.message, options);
    if (first === "" && spec.optional === true) return undefined;
    if (first === "")
      options.terminal.err("  nothing was typed; please try again, or press Ctrl-C to stop here\n");
    else if (spec.twice !== true || first === (await typed("Once more, to be sure:", options)))
      return new Secret(first);
    else options.terminal.err("  the two are not the same; please type both again\n");
  }
}

export function realPrompt(options: PromptOptions): HostPrompt {
  const fromSource = secretReader();
  return {
    interactive: options.interactive,
    confirm: (spec) => confirm(spec, options),
    choose: (spec) => choose(spec, options),
    chooseMany: (spec) => chooseMany(spec, options),
    text: (spec) => text(spec, options),
    secret: async (spec) => {
      const source = Object.hasOwn(options.secretFiles, spec.id) ? options.secretFiles[spec.id] : undefined;
      if (source !== undefined) return fromSource(spec.id, source, spec.optional === true);
      const decision = decideSecret(spec, options);
      return "use" in decision ? decision.use : typedSecret(spec, options);
    },
  };
}
