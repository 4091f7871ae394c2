/** What collectors read beside the databases of every state there is: the config per key, and the texts that steer the agent. */
import { afterEach, expect, it } from "vitest";
import { createRedactor } from "../../src/case/index.ts";
import { createReadings, type Sources } from "../../src/collectors/index.ts";
import { resolveTarget } from "../../src/openclaw/index.ts";
import { golden } from "./golden.ts";
import { fingerprintKey, realState, type RealState } from "./real-state.ts";

const homes = {
  "2026.2.26": ["op", "openclaw-2026.2.26"],
  "2026.6.11": ["op", "openclaw-2026.6.11"],
  "2026.9.6": ["claw", "openclaw"],
} as const;
const releases = Object.keys(homes) as readonly (keyof typeof homes)[];

let state: RealState;
afterEach(() => state.cleanup());

it.each(releases.flatMap((release) => [[release, "config"] as const, [release, "texts"] as const]))(
  "the %s of a real state: its %s are read as they were before",
  async (release, kind) => {
    state = await realState({}, release);
    const [user, folder] = homes[release];
    const target = await resolveTarget(state.host, { root: state.root, home: `/home/${user}` });
    const redactor = createRedactor(fingerprintKey);
    const readings = createReadings();
    const sources: Sources = {
      host: state.host,
      target,
      installation: await state.look(),
      redactor,
      readings,
    };
    const reading = await readings.get(kind, sources);
    expect(reading.outcome).toBe("ok");
    expect(reading.records.length).toBeGreaterThan(0);
    // Files belong to whoever unpacked them, with the bits that person's umask leaves.
    const records = reading.records.map((record) =>
      "uid" in record ? { ...record, uid: "its owner", mode: "as unpacked" } : record,
    );
    const text = golden({ ...reading, records });
    expect(text).not.toMatch(/FAKE|sk-mock/);
    await expect(text).toMatchFileSnapshot(`../golden/${folder}/${kind}.json`);
  },
);
