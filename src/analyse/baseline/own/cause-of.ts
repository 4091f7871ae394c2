/** A tool call, or a write of the config, as the cause of a change. */
import type { ConfigWrite } from "../../../model/records.ts";
import { shown } from "../../../model/text.ts";
import type { Cause } from "../types.ts";
import type { WritingCall } from "./traces.ts";

export function ofCall({ at, agent, session, seq, tool, path, locator }: WritingCall): Cause {
  return {
    kind: "tool-call",
    says: `the agent ${shown(agent, 40)} did it: tool ${shown(tool, 40)}, session ${shown(session, 60)} #${seq}${at === undefined ? "" : ` at ${at}`}`,
    ...(at === undefined ? {} : { at }),
    tool: shown(tool, 80),
    session: shown(session, 120),
    seq,
    path: shown(path, 400),
    ...(locator === undefined ? {} : { locator: shown(locator, 200) }),
  };
}

export function ofWrite(
  write: ConfigWrite,
  call: WritingCall | undefined,
  redact: (text: string) => string,
): Cause {
  const { at } = write;
  const argv = write.argv?.map((word) => shown(redact(word), 200));
  // The agent can call OpenClaw's own command: then the call is what did it, and the audit is how it shows.
  const near = call?.at !== undefined && Math.abs(Date.parse(call.at) - Date.parse(at)) < nearMs;
  const through = near ? `; ${ofCall(call).says}` : "";
  return {
    kind: "config-audit",
    says: shown(`OpenClaw's config audit has it at ${at}${whoText(write)}${ranText(argv)}${through}`, 500),
    at,
    ...(argv === undefined ? {} : { argv }),
    ...whoOf(write),
    ...(near ? { tool: shown(call.tool, 80), session: shown(call.session, 120), seq: call.seq } : {}),
    ...placeOf(write),
  };
}

const nearMs = 120_000;

function whoOf({ pid, origin }: ConfigWrite): Pick<Cause, "pid" | "origin"> {
  return {
    ...(pid === undefined ? {} : { pid }),
    ...(origin === undefined ? {} : { origin: shown(origin, 40) }),
  };
}

function whoText(write: ConfigWrite): string {
  const { pid, origin } = whoOf(write);
  const parts = [
    ...(pid === undefined ? [] : [`pid ${pid}`]),
    ...(origin === undefined ? [] : [`origin ${origin}`]),
  ];
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

/** Programs without their folders: what was typed. */
function ranText(argv: readonly string[] | undefined): string {
  if (argv === undefined) return "";
  return `: ${argv.map((word) => (word.startsWith("/") ? word.slice(word.lastIndexOf("/") + 1) : word)).join(" ")}`;
}

export function placeOf({ place }: ConfigWrite): Pick<Cause, "path" | "locator"> {
  return {
    path: shown(place.path, 400),
    ...(place.locator === undefined ? {} : { locator: shown(place.locator, 200) }),
  };
}
