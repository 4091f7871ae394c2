import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createCase } from "../../src/case/index.ts";
import { collectors, createReadings, runCollector } from "../../src/collectors/index.ts";
import { createRealHost } from "../../src/host/real/index.ts";
import type { Artifact } from "../../src/model/evidence.ts";
import { findInstallation, openState, resolveTarget } from "../../src/openclaw/index.ts";
import type { Planted } from "./planted.ts";

export interface Kept {
  readonly artifact: Artifact;
  /** What was written, whole. */
  readonly text: string;
}

/** Every collector on a disk, in order, into a case below `dataDir`. No program is run and nothing but the case is written. */
export async function collectDisk({ root, home }: Planted, dataDir: string): Promise<readonly Kept[]> {
  const host = createRealHost({
    yes: false,
    nonInteractive: true,
    color: false,
    secretFiles: {},
    version: "0.0.0-test",
    env: { HOME: "/nonexistent" },
  });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  try {
    const target = await resolveTarget(host, { root, home });
    const installation = await findInstallation(host, target);
    const subject = await createCase(host, { dataDir, playbook: "collect", title: "test" });
    const state = await openState(host, installation, await subject.scratch());
    const sources = {
      host,
      target,
      installation,
      redactor: subject.redactor,
      readings: createReadings(),
      state,
    };
    const kept: Kept[] = [];
    for (const collector of collectors) {
      const artifact = await runCollector(host, subject, collector, sources);
      const { file } = artifact;
      kept.push({
        artifact,
        text: file === undefined ? "" : readFileSync(join(subject.info.path, file), "utf8"),
      });
    }
    await state.close();
    await subject.release();
    return kept;
  } finally {
    host.dispose();
  }
}
