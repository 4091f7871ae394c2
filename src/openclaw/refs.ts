import { isDict } from "../model/json.ts";

/** A value that OpenClaw looks up elsewhere. */
export interface SecretRef {
  readonly source: "env" | "file" | "exec" | "store";
  readonly provider: string;
  readonly id: string;
}

const sources = ["env", "file", "exec", "store"] as const;

/** Recognised, and never resolved: an exec source would run the intruder's command. */
export function secretRefOf(value: unknown): SecretRef | undefined {
  if (!isDict(value)) return undefined;
  const source = sources.find((name) => name === value["source"]);
  const id = value["id"];
  if (source === undefined || typeof id !== "string") return undefined;
  const provider = typeof value["provider"] === "string" ? value["provider"] : "default";
  return { source, provider, id };
}

/** "env:default:OPENCLAW_GATEWAY_TOKEN" */
export function showRef(ref: SecretRef): string {
  return `${ref.source}:${ref.provider}:${ref.id}`;
}

/** Whether a string takes its value from the environment: the name in `${NAME}` or `$NAME` that is the whole of it. */
export function envRefOf(text: string): string | undefined {
  return /^\$\{([A-Z_][A-Z0-9_]{0,127})\}$/.exec(text.trim())?.[1];
}
