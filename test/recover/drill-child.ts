/** A claw-ir that drills: argv is data folder, archive, private key, program. */
import { argv } from "node:process";
import { createRealHost } from "../../src/host/real/index.ts";
import { findInstallation, resolveTarget } from "../../src/openclaw/index.ts";
import { runDrill } from "../../src/recover/index.ts";

const [, , dataDir = "", archive = "", privateKey = "", openclaw = ""] = argv;
const host = createRealHost({
  yes: false,
  nonInteractive: true,
  color: false,
  secretFiles: {},
  version: "0.0.0-test",
  env: { HOME: dataDir },
});
const target = await resolveTarget(host, { stateDir: `${dataDir}/none` });
await runDrill(host, {
  archive,
  unlock: { privateKey },
  dataDir,
  gateway: { start: true, openclaw },
  installation: await findInstallation(host, target),
  dueDays: 90,
  scheduled: false,
  progress: { start: () => undefined, detail: () => undefined },
});
