import { str } from "../../model/json.ts";
import type { HostFact } from "../../model/live-records.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";

const base = {
  id: "container-image",
  title: "Container of OpenClaw whose image is not what its name promises",
  severity: "medium",
  attack: ["T1525", "T1204.003"],
} as const;

interface Image {
  readonly fact: HostFact;
  readonly name: string;
  readonly id: string;
}

/** A name with a registry in it can mean another image tomorrow, unless a digest follows. One without is made on this host. */
const fromRegistry = /^[^/]{1,200}\/[^@]{1,400}$/;

function imagesOf(input: MarkInput): readonly Image[] {
  return input.readings.containers.records.flatMap((fact) => {
    const [name, id] = [str(fact.data?.["image"]) ?? "", str(fact.data?.["imageId"]) ?? ""];
    return fact.traits.includes("openclaw") && name !== "" && id !== "" ? [{ fact, name, id }] : [];
  });
}

export const containerImage: Mark = {
  ...base,
  needs: ["containers"],
  evaluate: (input) => {
    const images = imagesOf(input);
    return [...Map.groupBy(images, ({ name }) => name)].flatMap(([name, of]) => {
      const ids = new Set(of.map(({ id }) => id));
      const evidence = of
        .slice(0, 20)
        .map(({ fact, id }) => evidenceAt("containers", fact.place, { input, excerpt: `${name} is ${id}` }));
      const names = of
        .slice(0, 5)
        .map(({ fact }) => quoted(input, fact.name, 40))
        .join(", ");
      if (ids.size > 1) {
        const summary = `${names} run ${quoted(input, name, 120)}, which is ${ids.size} different images`;
        const next = "find out which of them was made by you: make all of them anew from one that you trust";
        return [finding(base, { key: name, summary, evidence, next: [next] })];
      }
      if (!fromRegistry.test(name)) return [];
      const summary = `${names} ran what ${quoted(input, name, 120)} meant when it was fetched: no digest says what it must be`;
      const next =
        "name the image with its digest (NAME@sha256:…), so that nobody can put another one in its place";
      return [
        finding(base, {
          key: name,
          severity: "low",
          confidence: "confirmed",
          summary,
          evidence,
          next: [next],
        }),
      ];
    });
  },
};
