/** Files of environment variables: /etc/environment and environment.d(5), pam_env.conf(5) and ~/.pam_environment. */
import type { NamedValue } from "../assignment.ts";

export interface EnvironmentLine extends NamedValue {
  /** From 1. */
  readonly line: number;
}

const maxLines = 10_000;
const maxLine = 16_384;
const assignment = /^(?:export[ \t]+)?([A-Za-z_]\w{0,100})=(.*)$/s;
const pamVariable = /^([A-Za-z_]\w{0,100})(?:[ \t]+(.*))?$/s;

function* lines(text: string): Generator<{ readonly text: string; readonly line: number }> {
  for (const [i, raw] of text.split("\n", maxLines).entries()) {
    const bare = raw.slice(0, maxLine).trim();
    if (bare !== "" && !bare.startsWith("#")) yield { text: bare, line: i + 1 };
  }
}

/** `NAME=value` lines; others mean nothing and are left out. */
export function parseEnvironment(text: string): readonly EnvironmentLine[] {
  return [...lines(text)].flatMap(({ text: one, line }) => {
    const [, name, value] = assignment.exec(one) ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value: unquoted(value), line }];
  });
}

/** `NAME DEFAULT=value OVERRIDE=value`; the value is both, as written. `NAME=value` is understood, too. */
export function parsePamEnvironment(text: string): readonly EnvironmentLine[] {
  return [...lines(text)].flatMap(({ text: one, line }) => {
    const [, name, value] = assignment.exec(one) ?? pamVariable.exec(one) ?? [];
    if (name === undefined) return [];
    const given = [...(value ?? "").matchAll(/(?:DEFAULT|OVERRIDE)=("[^"]*"|\S+)/g)].map(([, v = ""]) =>
      unquoted(v),
    );
    return [{ name, value: given.length === 0 ? unquoted(value ?? "") : given.join(":"), line }];
  });
}

function unquoted(value: string): string {
  const quote = value[0];
  const quoted = value.length >= 2 && (quote === '"' || quote === "'") && value.endsWith(quote);
  return quoted ? value.slice(1, -1) : value;
}
