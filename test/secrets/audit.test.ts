/** No secret outside the seal: what is planted in every place and shape is searched for in all that is written and shown. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { createRedactor } from "../../src/case/index.ts";
import { maskArguments } from "../../src/collectors/live/processes.ts";
import { Secret } from "../../src/model/secret.ts";
import { disk, type Disk, type Ran } from "../commands/cli.ts";
import { Canaries } from "./canaries.ts";
import { plantSecrets } from "./plant.ts";
import { shapes } from "./shapes.ts";

const answers = {
  "incident.credential": ["all"],
  "incident.abuse": "abuse",
  "incident.since": "3d",
  "incident.responder": "the night shift",
  "seal.to": "passphrase",
  "rotate.items": "all",
  "target.change": false,
  "baseline.init": true,
};

const canaries = new Canaries();
/** Output by command, and every file of the data folder that is no seal. */
const written = new Map<string, string>();
const ran = new Map<string, Ran>();

beforeAll(async () => {
  const at = await disk();
  plantSecrets(at.root, canaries);
  const given = await at.put("answers.json", JSON.stringify(answers));
  const passphrase = await at.put("passphrase", "a passphrase of this test\n");
  const run = async (command: string, ...more: readonly string[]): Promise<void> => {
    const all = await at.on(...command.split(" "), ...more);
    ran.set(command, all);
    written.set(`${command}: stdout`, all.out).set(`${command}: stderr`, all.err);
  };
  const withAnswers = ["--answers", given, "--passphrase-from", passphrase];
  await run("collect --full --json");
  for (const look of ["sessions", "skills", "devices", "cron", "persistence", "secrets"]) {
    await run(`${look} --all --json`);
    await run(`${look} --all`);
  }
  await run("timeline --format jsonl");
  await run("findings --json");
  await run("findings");
  await run("report");
  await run("report --json");
  await run("postmortem");
  await run("cost --json");
  await run("baseline init", "--answers", given);
  await run("baseline diff --json");
  await run("key-compromised --json", ...withAnswers);
  await run("cost-spike", "--yes", ...withAnswers);
  await addFiles(at);
}, 900_000);

async function addFiles({ dataDir }: Disk): Promise<void> {
  for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !entry.name.endsWith(".gpg"))
      written.set(path.slice(dataDir.length), await readFile(path, "latin1"));
  }
}

it("writes what it is searched in", () => {
  expect(canaries.size).toBeGreaterThan(1200);
  expect([...ran].filter(([, { exit }]) => exit !== 0 && exit !== 3)).toEqual([]);
  const names = [...written.keys()];
  for (const name of ["case.sqlite", "histories.jsonl", "tool-calls.jsonl", ".md", "journal.jsonl"])
    expect(names.filter((one) => one.endsWith(name)).length, name).toBeGreaterThan(0);
  // The lines are there, without the secrets.
  for (const word of ["api.example", "the NAS", "sshpass", "log in to the router", "db_password"])
    expect(
      [...written.values()].some((text) => text.includes(word)),
      word,
    ).toBe(true);
});

it("shows no secret of a running program's arguments or environment", async () => {
  const redactor = createRedactor(new Uint8Array(32));
  const seen = new Canaries();
  const make = (shape: string): string => seen.make({ place: "argv", shape });
  const scripts = shapes.map(({ name, write }) => ["sh", "-c", write(make(name))]);
  const argvs = [
    ["/usr/bin/curl", "-u", `admin:${make("-u")}`, "-H", `X-Note: ${make("-H")}`, "-b", `sid=${make("-b")}`],
    ["mysql", `-p${make("-p")}`, "shop"],
    ["redis-cli", "-a", make("-a")],
    ["sshpass", "-p", make("sshpass"), "ssh", "nas"],
    ["env", `FOO=${make("env")}`, "run"],
    ["docker", "run", "-e", `FOO=${make("docker -e")}`, "image"],
    ["run", "--auth", make("--auth"), "--hook-pass", make("--hook-pass")],
  ];
  const argv = [...scripts, ...argvs].map((words) => maskArguments(words, redactor));
  const environ = { NODE_OPTIONS: new Secret(make("environment")) };
  expect(seen.in(JSON.stringify(redactor.json({ argv, environ })))).toEqual([]);
});

it("shows no secret in any file outside the seal, nor on the screen", { timeout: 300_000 }, () => {
  const leaks = [...written].flatMap(([where, text]) =>
    canaries.in(text).map(({ place, shape }) => `${where}: ${shape} of ${place}`),
  );
  expect(leaks).toEqual([]);
});
