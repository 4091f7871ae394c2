import { str, strings } from "../../model/json.ts";
import type { ContainerChangesSeen } from "../../model/container-records.ts";
import type { Finding } from "../../model/evidence.ts";
import { severities, type Severity } from "../../model/outcome.ts";
import { counted } from "../../model/text.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";
import { containerPlaces, packageStore, written, type ContainerPlace } from "./container-places.ts";

const base = {
  id: "container-changed",
  title: "Files of a container were changed where they run or let somebody in",
  severity: "high",
  attack: ["T1610"],
} as const;

const maxEvidence = 20;

type Place = Pick<ContainerPlace, "says" | "severity" | "attack">;
interface Change {
  readonly how: string;
  readonly path: string;
  readonly place: Place;
}

export const containerChanged: Mark = {
  ...base,
  needs: ["containerTraces", "containers"],
  evaluate: (input) =>
    input.readings.containerTraces.records.flatMap((record) =>
      record.kind === "changes" ? judge(record, input) : [],
    ),
};

function judge(record: ContainerChangesSeen, input: MarkInput): readonly Finding[] {
  const changes = changesIn(record, startOf(record, input));
  const worst = severities.find((level) => changes.some(({ place }) => place.severity === level));
  const [first] = changes
    .filter(({ place }) => place.severity === worst)
    .concat(changes.filter(({ place }) => place.severity !== worst));
  if (first === undefined || worst === undefined) return [];
  const more = changes.length === 1 ? "" : `, and ${counted(changes.length - 1, "more file")} of the kind`;
  const found = finding(base, {
    key: `${record.engine}\0${record.container}`,
    severity: worst,
    why: `${quoted(input, first.path, 160)} ${first.place.says}`,
    summary: `in container ${quoted(input, record.container)} ${quoted(input, first.path, 160)} was ${first.how}: it ${first.place.says}${more}`,
    evidence: [...changes]
      .sort((a, b) => rank(a.place.severity) - rank(b.place.severity))
      .slice(0, maxEvidence)
      .map(({ how, path, place }) =>
        evidenceAt(
          "container-traces",
          { path: `${record.engine} container`, locator: input.redact(`${record.id.slice(0, 12)}:${path}`) },
          { input, excerpt: `${how}: ${place.says}` },
        ),
      ),
    next: [
      "copy the files out of it (docker cp) after the seal, then make the container anew from its image; do not start this one again",
    ],
  });
  return [{ ...found, attack: [...new Set([...changes.map(({ place }) => place.attack), ...base.attack])] }];
}

function rank(severity: Severity): number {
  return severities.indexOf(severity);
}

const ways: Readonly<Record<string, string>> = { A: "added", C: "changed", D: "deleted" };

/** What was changed in places that count; a folder that changed because something in it did is none of it. */
function changesIn({ paths }: ContainerChangesSeen, start: ReadonlySet<string>): readonly Change[] {
  const named = paths.map((line) => ({ how: ways[line[0] ?? ""] ?? "changed", path: line.slice(2) }));
  const folders = new Set(named.flatMap(({ path }) => path.slice(0, path.lastIndexOf("/"))));
  const hasPackages = named.some(({ path }) => packageStore.test(path));
  return named.flatMap(({ how, path }): readonly Change[] => {
    if (how === "deleted" || folders.has(path) || written.test(path)) return [];
    if (start.has(path))
      return [
        {
          how,
          path,
          place: { says: "is what the container starts with", severity: "high", attack: "T1554" },
        },
      ];
    const place = containerPlaces.find((one) => one.path.test(path));
    if (place === undefined) return [];
    if (!hasPackages || place.packaged !== true) return [{ how, path, place }];
    const says = `${place.says}; packages were installed there as well, and may have brought it`;
    return [{ how, path, place: { ...place, says, severity: "low" } }];
  });
}

/** Files that its command names, whether by their whole path or from the folder it works in. */
function startOf({ id, container }: ContainerChangesSeen, input: MarkInput): ReadonlySet<string> {
  const fact = input.readings.containers.records.find(
    ({ name, data }) => name === container && str(data?.["id"]) === id,
  );
  const workdir = str(fact?.data?.["workdir"]) ?? "";
  const words = strings(fact?.data?.["command"]).filter((word) => /^[\w./@-]{1,400}$/.test(word));
  return new Set(
    words.map((word) => (word.startsWith("/") ? word : `${workdir}/${word.replace(/^\.\//, "")}`)),
  );
}
