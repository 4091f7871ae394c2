import type { Sandbox } from "../../model/activity-records.ts";
import { at, str } from "../../model/json.ts";
import type { HostFact } from "../../model/live-records.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";
import { sandboxBlocks } from "./sandbox-config.ts";

const base = {
  id: "sandbox-differs",
  title: "Sandbox that is not the one OpenClaw was told to make",
  severity: "high",
  attack: ["T1610", "T1525"],
} as const;

/** What OpenClaw takes where the config names no image (src/agents/sandbox/constants.ts of OpenClaw, and its names before). */
const usual = /^(?:openclaw|clawdbot|moltbot)-sandbox(?:-browser|-common)?:[\w.-]{1,100}$/;

export const sandboxDiffers: Mark = {
  ...base,
  needs: ["sandboxes", "containers", "configFile"],
  evaluate: (input) => {
    const { sandboxes, containers } = input.readings;
    const running = new Map(containers.records.map((fact) => [fact.name, fact]));
    const registered = new Set(sandboxes.records.map(({ name }) => name));
    const wanted = wantedImages(input.config.value);
    const listed = sandboxes.records.flatMap((sandbox) => ofRegistry(input, sandbox, running, wanted));
    // A list that could not be read may hold what is not found in it.
    if (sandboxes.outcome !== "ok") return listed;
    const strangers = containers.records.filter(
      ({ name, traits }) => traits.includes("sandbox") && !registered.has(name),
    );
    return [...listed, ...strangers.map((fact) => unlisted(input, fact))];
  },
};

type Told = ReturnType<Mark["evaluate"]>[number];

/** Images that the config names for tools and for the browser. */
function wantedImages(config: unknown): ReadonlySet<string> {
  const parts = sandboxBlocks(config).flatMap(({ value }) => [value["docker"], value["browser"]]);
  return new Set(parts.flatMap((part) => str(at(part, "image")) ?? []));
}

function ofRegistry(
  input: MarkInput,
  sandbox: Sandbox,
  running: ReadonlyMap<string, HostFact>,
  wanted: ReadonlySet<string>,
): readonly Told[] {
  const fact = running.get(sandbox.name);
  const said = differences(input, sandbox, { fact, wanted });
  if (said.length === 0) return [];
  return [
    finding(base, {
      key: sandbox.name,
      firstSeen: sandbox.createdAt,
      lastSeen: sandbox.usedAt,
      summary: `${sandbox.kind} ${quoted(input, sandbox.name)} ${said.join(", and ")}`,
      evidence: [
        evidenceAt("sandboxes", sandbox.place),
        ...(fact === undefined
          ? []
          : [evidenceAt("containers", fact.place, { input, excerpt: fact.detail })]),
      ],
      next: ["seal the evidence, then have it made anew: openclaw sandbox recreate"],
    }),
  ];
}

interface Beside {
  /** The container itself, where its engine knows it. */
  readonly fact: HostFact | undefined;
  readonly wanted: ReadonlySet<string>;
}

function differences(input: MarkInput, sandbox: Sandbox, { fact, wanted }: Beside): readonly string[] {
  const { image, configHash } = sandbox;
  const runs = str(fact?.data?.["image"]);
  const used = runs ?? image;
  const said: string[] = [];
  if (differ(runs, image)) said.push(`runs ${told(input, runs)} and is listed with ${told(input, image)}`);
  if (differ(str(fact?.data?.["configHash"]), configHash))
    said.push("was made with other settings than those it is listed with");
  if (!isNamed(sandbox, used, wanted)) said.push(`runs ${told(input, used)}, which the config does not name`);
  return said;
}

function told(input: MarkInput, image: string | undefined): string {
  return quoted(input, image ?? "");
}

/** By the config, or as OpenClaw's own; what another back end calls an image is none. */
function isNamed({ backEnd }: Sandbox, image: string | undefined, wanted: ReadonlySet<string>): boolean {
  if (image === undefined || (backEnd ?? "docker") !== "docker") return true;
  return wanted.has(image) || usual.test(image);
}

/** Both are known, and they are not the same. */
function differ(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

function unlisted(input: MarkInput, fact: HostFact): Told {
  return finding(base, {
    key: `unlisted\0${fact.name}`,
    severity: "medium",
    firstSeen: fact.at,
    summary: `container ${quoted(input, fact.name)} is called like a sandbox of OpenClaw and is in no list of its`,
    evidence: [evidenceAt("containers", fact.place, { input, excerpt: fact.detail })],
    next: ["find out who started it: OpenClaw lists every sandbox that it makes"],
  });
}
