import { configWeights } from "./config-weights.ts";
import type { ConfigWeight } from "./gateway-weights.ts";

const otherwise: ConfigWeight = {
  key: /^/,
  severity: "low",
  why: "the config differs from the baseline",
  attack: ["T1565.001"],
};

/** How bad it is that this key has a new value. */
export function weigh(
  key: string,
  after: string | undefined,
): Pick<ConfigWeight, "severity" | "why" | "attack" | "checks"> {
  const name = key.slice(0, 500);
  const weight = configWeights.find((one) => one.key.test(name)) ?? otherwise;
  const { why, attack, worse, checks } = weight;
  const bad = after !== undefined && worse?.value.test(after) === true;
  const told = checks === undefined ? {} : { checks };
  return { why, attack, ...told, severity: bad ? worse.severity : weight.severity };
}
