/**
 * One seal or one verification by the built library, as a process of its own from start to end: `claw.ts seal|verify
 * ARGUMENTS`, the arguments as JSON. `npm run build` first. Prints one JSON object.
 */
import { readFileSync } from "node:fs";
import { argv, resourceUsage, stdout } from "node:process";
import type * as Archive from "../../src/archive/index.ts";
import type * as RealHost from "../../src/host/real/index.ts";
import type * as SecretModule from "../../src/model/secret.ts";
import type * as Keys from "../../src/preserve/keys/keys.ts";

/** What the benchmark hands over. */
export interface ClawArguments {
  readonly archive: string;
  /** What is sealed; not needed to verify. */
  readonly tree?: string;
  /** Armoured public key to seal to; none: the passphrase. */
  readonly publicKey?: string;
  /** What opens the archive; none: the passphrase. */
  readonly privateKey?: string;
  /** A file that holds it. */
  readonly passphrase: string;
  readonly compression?: Archive.Compression;
  readonly check?: "contents" | "ciphertext";
}

const built = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;

const { sealArchive, verifyArchive } = (await import(built("archive/index.js"))) as typeof Archive;
const { createRealHost } = (await import(built("host/real/index.js"))) as typeof RealHost;
const { Secret } = (await import(built("model/secret.js"))) as typeof SecretModule;

const [, , verb, json] = argv;
const given = JSON.parse(json ?? "{}") as ClawArguments;
const passphrase = new Secret(readFileSync(given.passphrase, "utf8").trim());
const host = createRealHost({
  yes: false,
  nonInteractive: true,
  color: false,
  secretFiles: {},
  version: "0.0.0",
  env: process.env,
});

async function seal(): Promise<unknown> {
  const { publicKey, tree = "", archive, compression, check } = given;
  const { recipientsOf } = (await import(built("preserve/keys/keys.js"))) as typeof Keys;
  const recipients =
    publicKey === undefined ? [] : await recipientsOf(host, readFileSync(publicKey), publicKey);
  return sealArchive(host, {
    kind: "backup",
    roots: [{ real: tree, as: "/state" }],
    outFile: archive,
    recipients,
    ...(publicKey === undefined ? { passphrase } : {}),
    ...(compression === undefined ? {} : { compression }),
    ...(check === undefined ? {} : { check }),
    meta: { hostname: "bench", tool: "claw-ir bench" },
  });
}

async function verify(): Promise<unknown> {
  const { privateKey, archive } = given;
  return verifyArchive(host, archive, { unlock: privateKey === undefined ? { passphrase } : { privateKey } });
}

const result = verb === "seal" ? await seal() : await verify();
host.dispose();
const { maxRSS, userCPUTime, systemCPUTime } = resourceUsage();
stdout.write(
  `${JSON.stringify({ result, rssMb: Math.round(maxRSS / 1024), cpu: (userCPUTime + systemCPUTime) / 1e6 })}\n`,
);
