/** What lies in a .ssh folder besides its configuration and the authorized keys: keys, start files, sockets, known hosts. */
import { textOf } from "../../files.ts";
import type { Account } from "../../users.ts";
import { assignmentsIn, shownAssignment } from "../assignment.ts";
import { expandGlob } from "../glob.ts";
import { scriptLines } from "../script-lines.ts";
import type { SourceFile } from "../item.ts";
import type { Scribe } from "../scribe.ts";
import { wholeText } from "../scribe.ts";
import { parsePrivateKey } from "./private-key.ts";
import { fingerprintOf, parseCertificate } from "./wire.ts";

const maxNames = 200;
const head = 65_536;

export async function addSshFolder(
  scribe: Scribe,
  account: Account,
  names: readonly string[],
): Promise<void> {
  const folder = `${account.home}/.ssh`;
  if (names.length > maxNames) scribe.miss(`${folder}: only the first ${maxNames} names were looked at`);
  for (const name of names.slice(0, maxNames)) {
    const path = `${folder}/${name}`;
    if (name === "rc") await addRc(scribe, path, account);
    else if (name === "environment") await addEnvironment(scribe, path, account);
    else if (/^known_hosts/.test(name)) await addKnownHosts(scribe, path, account);
    else if (/^authorized_keys./.test(name) && name !== "authorized_keys2")
      await addUnused(scribe, path, account);
    else if (name !== "config" && !/^authorized_keys2?$/.test(name))
      await addOther(scribe, path, account, names);
  }
}

/** sshd runs it with sh at every login, also where a key has no forced command. */
export async function addRc(scribe: Scribe, path: string, account: Account | undefined): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  const user = account?.user;
  scribe.add({ name: "rc", user, trigger: "ssh login", runs: scriptLines(wholeText(scribe, file)), file });
}

/** Read by sshd where PermitUserEnvironment allows it. */
async function addEnvironment(scribe: Scribe, path: string, account: Account): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  const sets = textOf(file.bytes)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .flatMap((line) => assignmentsIn(line).slice(0, 1))
    .map(({ name, value }) => shownAssignment(scribe.sources.redactor, name, value));
  scribe.add({ name: "environment", user: account.user, trigger: "ssh login", sets, file });
}

/** The hosts it knows say where an intruder could go next; they are counted, and lie in the sealed home. */
async function addKnownHosts(scribe: Scribe, path: string, account: Account): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  const lines = textOf(file.bytes)
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const hashed = lines.filter((line) => line.startsWith("|1|")).length;
  const authorities = lines.filter((line) => line.startsWith("@cert-authority"));
  scribe.add({
    name: path.slice(path.lastIndexOf("/") + 1),
    user: account.user,
    sets: [
      `${lines.length} hosts, ${hashed} of them hashed`,
      ...authorities.map((line) => line.slice(0, 120)),
    ],
    file,
  });
}

async function addUnused(scribe: Scribe, path: string, account: Account): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  scribe.add({ name: path.slice(path.lastIndexOf("/") + 1), user: account.user, enabled: false, file });
}

/** Private keys, certificates and sockets; anything else in the folder is of no interest here. */
async function addOther(
  scribe: Scribe,
  path: string,
  account: Account,
  names: readonly string[],
): Promise<void> {
  const stat = await scribe.stat(path);
  if (stat?.kind === "socket") {
    addSocket(scribe, path, account);
    return;
  }
  if (stat?.kind !== "file" && stat?.kind !== "symlink") return;
  const file = await scribe.file(path, head);
  if (file === undefined) return;
  const text = textOf(file.bytes);
  if (path.endsWith("-cert.pub")) addCertificate(scribe, file, text, account);
  else addPrivate(scribe, file, text, account, await publicOf(scribe, path, names));
}

function addPrivate(
  scribe: Scribe,
  file: SourceFile,
  text: string,
  account: Account,
  fingerprint: string | undefined,
): void {
  const key = parsePrivateKey(text);
  if (key === undefined) return;
  const { format, type, encrypted, cipher } = key;
  const sealed =
    encrypted === undefined ? "damaged" : encrypted ? `encrypted (${cipher ?? format})` : "not encrypted";
  scribe.add({
    name: file.path.slice(file.path.lastIndexOf("/") + 1),
    user: account.user,
    attack: ["T1552.004"],
    sets: [
      `private key ${type ?? format}, ${sealed}`,
      ...(key.fingerprint === undefined && fingerprint === undefined
        ? []
        : [key.fingerprint ?? fingerprint ?? ""]),
    ],
    odd: encrypted === false ? ["a private key without a passphrase"] : [],
    // The hash of a key is as good as a fingerprint of its secret: it is left out.
    file: { ...file, facts: withoutHash(file.facts) },
  });
}

function withoutHash({ bytes, mode, uid, modifiedAt, ...rest }: SourceFile["facts"]): SourceFile["facts"] {
  const { gid, bornAt } = rest;
  return {
    ...{ bytes, mode, uid, modifiedAt },
    ...(gid === undefined ? {} : { gid }),
    ...(bornAt === undefined ? {} : { bornAt }),
  };
}

/** The fingerprint in the public key beside it. */
async function publicOf(scribe: Scribe, path: string, names: readonly string[]): Promise<string | undefined> {
  const name = `${path.slice(path.lastIndexOf("/") + 1)}.pub`;
  if (!names.includes(name)) return undefined;
  const file = await scribe.file(`${path}.pub`, head);
  const blob = file === undefined ? undefined : textOf(file.bytes).split(/[ \t\n]/)[1];
  return blob === undefined || blob === "" ? undefined : fingerprintOf(Buffer.from(blob, "base64"));
}

function addCertificate(scribe: Scribe, file: SourceFile, text: string, account: Account): void {
  const certificate = parseCertificate(Buffer.from(text.split(/[ \t\n]/)[1] ?? "", "base64"));
  scribe.add({
    ...(certificate === undefined ? { kind: "unreadable" as const } : {}),
    name: certificate === undefined ? file.path : `certificate ${certificate.keyId}`,
    user: account.user,
    sets:
      certificate === undefined
        ? []
        : [
            `${certificate.kind} certificate of ${certificate.fingerprint}, signed by ${certificate.authority}`,
            `names ${certificate.principals.join(",") || "everybody"}`,
            `valid ${certificate.validAfter ?? "from ever"} to ${certificate.validBefore ?? "for ever"}`,
            ...certificate.critical,
          ],
    file,
  });
}

/** A master connection's socket: whoever may write to it uses the connection without any key. */
function addSocket(scribe: Scribe, path: string, account: Account): void {
  scribe.add({
    name: path.slice(path.lastIndexOf("/") + 1),
    user: account.user,
    attack: ["T1563.001"],
    trigger: "while the connection is open",
    sets: ["a socket of a running connection"],
    path,
  });
}

/** Sockets that ControlPath patterns stand for: what follows the first "%" is different for each connection. */
export async function addControlSockets(
  scribe: Scribe,
  account: Account,
  patterns: readonly string[],
): Promise<void> {
  for (const pattern of new Set(patterns)) {
    const path = pattern.replaceAll("%d", account.home).replace(/^~(?=\/)/, account.home);
    if (!path.startsWith("/") || path.startsWith(`${account.home}/.ssh/`) || path.startsWith("/.ssh/"))
      continue;
    for (const found of await expandGlob(scribe.sources, path.replaceAll(/%./g, "*").replaceAll(/\*+/g, "*")))
      if ((await scribe.stat(found))?.kind === "socket") addSocket(scribe, found, account);
  }
}
