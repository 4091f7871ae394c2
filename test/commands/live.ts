/** The command line on a fake live host: real files below a temporary root, everything else told by the test. */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { extract } from "tar";
import { afterAll } from "vitest";
import type { Host, HostFs } from "../../src/host/host.ts";
import { parseJson } from "../../src/model/json.ts";
import { fakeHost, notInstalled, type FakeHost, type FakeHostOptions } from "../support/fake-host.ts";
import { cliOf, type Cli } from "./cli.ts";

const archive = fileURLToPath(new URL("../fixtures/states/state-2026.9.6.tar.gz", import.meta.url));

export interface Live extends FakeHost {
  readonly stateDir: string;
  readonly dataDir: string;
  readonly run: Cli;
  /** Prompt id → answer, for --answers. */
  readonly answer: (answers: object) => Promise<readonly string[]>;
}

export interface LiveOptions extends FakeHostOptions {
  /** Leave the home empty. */
  readonly empty?: boolean;
}

const made: FakeHost[] = [];
afterAll(async () => {
  for (const fake of made) await fake.cleanup();
});

/** No gateway runs and no program at all is installed, unless the options say otherwise. */
export async function live({ empty = false, ...options }: LiveOptions = {}): Promise<Live> {
  const fake = await fakeHost({
    // 19411 is the port of the real state's config; 18789 the one it has without a config.
    ports: { 18789: false, 19411: false },
    onRun: () => notInstalled,
    ...options,
    // The unpacked state belongs to whoever runs the tests.
    facts: { uid: process.getuid?.() ?? 0, ...options.facts },
  });
  made.push(fake);
  const host: Host = { ...fake.host, fs: nothingElse(fake.host.fs, fake.root) };
  const dataDir = fake.path("data");
  if (!empty) await extract({ file: archive, cwd: fake.home, preserveOwner: false, preservePaths: true });
  await mkdir(dataDir, { mode: 0o700 });
  const run = cliOf(async (wishes) => {
    if (wishes.answersFile !== undefined)
      Object.assign(fake.answers, parseJson(await readFile(wishes.answersFile, "utf8")));
    return host;
  });
  return {
    ...fake,
    host,
    stateDir: join(fake.home, ".openclaw"),
    dataDir,
    run: (...argv) => run(...argv, ...(argv.includes("--data-dir") ? [] : ["--data-dir", dataDir])),
    answer: async (answers) => ["--answers", await fake.put("answers.json", JSON.stringify(answers))],
  };
}

/** Outside of the root there is nothing: what a fake machine does not have must not be this machine's. */
function nothingElse(fs: HostFs, root: string): HostFs {
  const isThere = (path: string): boolean =>
    path === root || path.startsWith(`${root}/`) || path.includes("/templates");
  const absent = (path: string): Error =>
    Object.assign(new Error(`ENOENT: no such file or directory, '${path}'`), { code: "ENOENT" });
  const orAbsent =
    <Rest extends readonly unknown[], T>(work: (path: string, ...rest: Rest) => Promise<T>) =>
    async (path: string, ...rest: Rest): Promise<T> => {
      if (!isThere(path)) throw absent(path);
      return work(path, ...rest);
    };
  return {
    ...fs,
    stat: async (path) => (isThere(path) ? fs.stat(path) : undefined),
    look: (path) => (isThere(path) ? fs.look(path) : undefined),
    read: orAbsent(fs.read),
    readText: orAbsent(fs.readText),
    readTail: orAbsent(fs.readTail),
    list: orAbsent(fs.list),
    readlink: orAbsent(fs.readlink),
    realpath: orAbsent(fs.realpath),
    open: (path) => {
      if (!isThere(path)) throw absent(path);
      return fs.open(path);
    },
  };
}
