import type { ConfigWrite } from "../../model/records.ts";
import { evidenceAt, finding, inWindow, quoted, span } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";
import { counted } from "../../model/text.ts";

const base = {
  id: "config-out-of-band",
  title: "The config was changed from outside OpenClaw",
  severity: "medium",
  attack: ["T1565.001", "T1562.001"],
} as const;

const weighty =
  /^(?:gateway|tools|hooks|mcp|plugins|approvals|auth|models\.providers|channels|env|secrets)(?:\.|\[|$)/;

export const configOutOfBand: Mark = {
  ...base,
  needs: ["configWrites", "configFile"],
  evaluate: (input) => [...external(input), ...unrecorded(input)],
};

function external(input: MarkInput): ReturnType<Mark["evaluate"]> {
  const events = input.readings.configWrites.records.filter((write) => write.event === "config.external");
  if (events.length === 0) return [];
  const paths = [...new Set(events.flatMap((write) => write.changedPaths))];
  const serious =
    paths.some((path) => weighty.test(path)) && events.some((write) => inWindow(input.window, write.at));
  return [
    finding(base, {
      key: "external",
      severity: serious ? "high" : "medium",
      ...span(events.map((write) => write.at)),
      summary: `${counted(events.length, "change")} by an editor or another program${
        paths.length === 0
          ? ""
          : ` at ${paths
              .slice(0, 12)
              .map((path) => quoted(input, path, 60))
              .join(" ")}`
      }; OpenClaw recorded no process for them`,
      evidence: events.slice(-20).map((write) => evidenceAt("config-writes", write.place)),
      next: [
        "compare with what you edited by hand; the ring of openclaw.json.bak files holds what was there before",
      ],
    }),
  ];
}

/** The last write OpenClaw knows of must have produced the bytes that are there now. */
function unrecorded(input: MarkInput): ReturnType<Mark["evaluate"]> {
  const { sha256, path } = input.config;
  const last = latest(input.readings.configWrites.records);
  if (sha256 === undefined || last?.nextHash === undefined || last.nextHash === sha256) return [];
  return [
    finding(base, {
      key: "unrecorded",
      severity: "high",
      confidence: "likely",
      firstSeen: last.at,
      summary: `the config is not what OpenClaw last wrote or saw (at ${last.at}): it was changed later, and nothing recorded it`,
      evidence: [{ ...evidenceAt("config", { path }), sha256 }, evidenceAt("config-writes", last.place)],
      next: ["compare it with openclaw.json.last-good and with the baseline"],
    }),
  ];
}

function latest(writes: readonly ConfigWrite[]): ConfigWrite | undefined {
  return writes
    .filter((write) => write.nextHash !== undefined)
    .reduce<ConfigWrite | undefined>(
      (best, write) => (best === undefined || write.at >= best.at ? write : best),
      undefined,
    );
}
