/** The rows of the table, each measured in turn with what it stands beside. */
import { mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { inTurn, installed, measure, type Measured, medianOf, type Run } from "./measure.ts";
import { claw, clear, gpgDecrypt, gpgEncrypt, type Setting, shell } from "./setting.ts";
import { ratioRow, type Row, seconds, skippedRow } from "./table.ts";
import { makeLargeTree, makeSmallTree } from "./tree.ts";

interface Plan {
  readonly setting: Setting;
  readonly scale: number;
  readonly rounds: number;
}

const names = {
  key: "tar czf - | gpg --encrypt",
  passphrase: "tar czf - | gpg --symmetric AES256",
  native: "tar cf - | zstd -3 | gpg",
  pigz: "tar cf - | pigz | gpg",
  zstd: "claw-ir seal, zstd",
  zstdAll: "claw-ir seal, zstd, every file read back",
  gzip: "claw-ir seal, gzip",
} as const;

function size(setting: Setting, file: string): number {
  return statSync(join(setting.work, file)).size;
}

function sealRuns(setting: Setting, tree: string): readonly Run[] {
  const { publicKey } = setting;
  const ours = { tree: join(setting.work, tree), publicKey };
  const seal = (name: string, file: string, more: object): Run =>
    claw(setting, name, "seal", { ...ours, ...more, archive: join(setting.work, file) });
  const pigz = shell(
    setting,
    names.pigz,
    `tar cf - ${tree} | pigz | ${gpgEncrypt("key", "pigz.gpg", "--compress-algo none")}`,
  );
  return [
    shell(setting, names.key, `tar czf - ${tree} | ${gpgEncrypt("key", "key.gpg")}`),
    seal(names.zstd, "zstd.gpg", { compression: "zstd", check: "ciphertext" }),
    shell(setting, names.passphrase, `tar czf - ${tree} | ${gpgEncrypt("passphrase", "sym.gpg")}`),
    seal(names.zstdAll, "all.gpg", { compression: "zstd" }),
    shell(
      setting,
      names.native,
      `tar cf - ${tree} | zstd -q -3 | ${gpgEncrypt("key", "native.gpg", "--compress-algo none")}`,
    ),
    seal(names.gzip, "gzip.gpg", { compression: "gzip", check: "ciphertext" }),
    ...(installed("pigz") ? [pigz] : []),
  ];
}

export function sealRows({ setting, rounds }: Plan): readonly Row[] {
  const times = inTurn(setting.work, sealRuns(setting, "tree"), rounds);
  const wall = (name: string): number => medianOf(times.get(name)).wall;
  const time = (ours: string, theirs: string, limit: number): Row =>
    ratioRow(ours, theirs, { ours: wall(ours), theirs: wall(theirs), limit, unit: "s" });
  const bytes = (ours: string, our: string, theirs: string, their: string, limit: number): Row =>
    ratioRow(`${ours}: size`, theirs, {
      ours: size(setting, our),
      theirs: size(setting, their),
      limit,
      unit: "MB",
    });
  return [
    time(names.zstd, names.key, 0.15),
    time(names.zstd, names.passphrase, 0.15),
    bytes(names.zstd, "zstd.gpg", names.key, "key.gpg", 1),
    bytes(names.zstd, "zstd.gpg", names.passphrase, "sym.gpg", 1),
    time(names.zstd, names.native, 1.4),
    // Not asked for: what the full read-back costs.
    time(names.zstdAll, names.key, 0.25),
    time(names.gzip, names.key, 0.3),
    time(names.gzip, names.passphrase, 0.3),
    bytes(names.gzip, "gzip.gpg", names.key, "key.gpg", 1.02),
    installed("pigz")
      ? time(names.gzip, names.pigz, 1.4)
      : skippedRow(names.gzip, names.pigz, "pigz is not installed"),
    ...cpuRows(times),
  ];
}

/** For the reader: CPU time does not depend on who else uses the machine. */
function cpuRows(times: ReadonlyMap<string, readonly Measured[]>): readonly Row[] {
  const theirs = medianOf(times.get(names.key)).cpu;
  return [names.zstd, names.gzip, names.native].map((name) => {
    const { cpu } = medianOf(times.get(name));
    return {
      what: `${name}: CPU time`,
      beside: names.key,
      figures: `${seconds(cpu)} beside ${seconds(theirs)}`,
      ratio: `${(cpu / theirs).toFixed(2)} ×`,
      must: "–",
      good: undefined,
    };
  });
}

export function openRows({ setting, rounds }: Plan): readonly Row[] {
  const { work, publicKey, privateKey } = setting;
  const archive = "open.gpg";
  measure(
    work,
    claw(setting, "seal", "seal", { tree: join(work, "tree"), publicKey, archive: join(work, archive) }),
  );
  measure(work, shell(setting, "seal", `tar czf - tree | ${gpgEncrypt("key", "theirs.gpg")}`));
  const into = (): void => {
    rmSync(join(work, "out"), { recursive: true, force: true });
    mkdirSync(join(work, "out"));
  };
  const ours = "claw-ir: open and verify every file";
  const same = "gpg --decrypt | tar -x --zstd, of the same archive";
  const usual = "gpg --decrypt | tar -xz, of their own archive";
  const runs = [
    shell(setting, same, `${gpgDecrypt(archive)} | tar -x --zstd -C out`, into),
    claw(setting, ours, "verify", { archive: join(work, archive), privateKey }),
    shell(setting, usual, `${gpgDecrypt("theirs.gpg")} | tar -xz -C out`, into),
  ];
  const times = inTurn(work, runs, rounds);
  for (const file of [archive, "theirs.gpg"]) clear(work, file);
  rmSync(join(work, "out"), { recursive: true });
  return [same, usual].map((theirs) =>
    ratioRow(ours, theirs, {
      ours: medianOf(times.get(ours)).wall,
      theirs: medianOf(times.get(theirs)).wall,
      limit: 0.7,
      unit: "s",
    }),
  );
}

/** The peak of sealing, reading back included, and of verifying, as the state grows fourfold. */
export function memoryRows({ setting, scale }: Plan): readonly Row[] {
  const { work, publicKey, privateKey } = setting;
  const megabytes = Math.ceil(1024 * scale);
  const peaks = [megabytes, 4 * megabytes].map((many) => {
    const tree = join(work, "large");
    const archive = join(work, "large.gpg");
    makeLargeTree(tree, many);
    const seal = measure(work, claw(setting, "seal", "seal", { tree, publicKey, archive }));
    const verify = measure(work, claw(setting, "verify", "verify", { archive, privateKey }));
    rmSync(tree, { recursive: true });
    clear(work, "large.gpg");
    return { seal: seal.peakMb, verify: verify.peakMb };
  });
  const [small, large] = peaks;
  if (small === undefined || large === undefined) return [];
  return (["seal", "verify"] as const).map((verb) => ({
    what: `peak memory of ${verb}, ${4 * megabytes} MiB`,
    beside: `${megabytes} MiB`,
    figures: `${large[verb]} MB beside ${small[verb]} MB`,
    ratio: `${(large[verb] / small[verb]).toFixed(2)} ×`,
    must: "≤ 1.2 ×, ≤ 200 MB",
    good: large[verb] <= 1.2 * small[verb] && Math.max(large[verb], small[verb]) <= 200,
  }));
}

export function smallRows({ setting, scale, rounds }: Plan): readonly Row[] {
  const { work, publicKey } = setting;
  makeSmallTree(join(work, "small"), Math.ceil(30_000 * scale));
  const repository = join(work, "restic");
  const env = {
    RESTIC_REPOSITORY: repository,
    RESTIC_PASSWORD_FILE: "passphrase",
    RESTIC_CACHE_DIR: join(work, "cache"),
  };
  const restic: Run = {
    name: "restic backup, first run",
    script: "restic backup --quiet small",
    env,
    before: () => {
      for (const folder of [repository, join(work, "cache")])
        rmSync(folder, { recursive: true, force: true });
      measure(work, { name: "restic init", script: "restic init", env });
    },
  };
  const ours = claw(setting, "claw-ir seal, small files", "seal", {
    tree: join(work, "small"),
    publicKey,
    archive: join(work, "small.gpg"),
    check: "ciphertext",
  });
  const theirs = shell(setting, names.key, `tar czf - small | ${gpgEncrypt("key", "small-key.gpg")}`);
  const runs = [theirs, ours, ...(installed("restic") ? [restic] : [])];
  const times = inTurn(work, runs, rounds);
  const wall = (run: Run): number => medianOf(times.get(run.name)).wall;
  const row = (other: Run): Row =>
    ratioRow(ours.name, other.name, { ours: wall(ours), theirs: wall(other), limit: 1, unit: "s" });
  return [
    installed("restic") ? row(restic) : skippedRow(ours.name, restic.name, "restic is not installed"),
    row(theirs),
  ];
}
