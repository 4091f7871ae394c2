import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { chooseLock, generateRecipient, keysFolder, type LockWishes } from "../../src/preserve/index.ts";
import { diskHost } from "../archive/disk-host.ts";
import { pass, tempFolder } from "../archive/sealing.ts";
import { fakePrompt, type FakeAnswers, type FakeSecrets } from "../support/fake-prompt.ts";

interface Setting {
  readonly said: string[];
  readonly asked: () => readonly string[];
  readonly lock: (wishes?: Partial<LockWishes>) => ReturnType<typeof chooseLock>;
}

function setting(answers: FakeAnswers = {}, secrets: FakeSecrets = {}, yes = false): Setting {
  const dataDir = tempFolder();
  const prompt = fakePrompt(answers, secrets, yes);
  const said: string[] = [];
  const base = { dataDir, recipients: [], passphraseGiven: false, keepOut: [] };
  return {
    said,
    asked: () => prompt.questions.map(({ id }) => id),
    lock: (wishes = {}) =>
      chooseLock(
        { ...diskHost(), prompt: prompt.host },
        { ...base, say: (line) => said.push(line), ...wishes },
      ),
  };
}

async function configured(dataDir: string): Promise<string> {
  const privateOut = join(tempFolder(), "private.asc");
  const made = await generateRecipient(diskHost(), dataDir, {
    name: "Team FAKE",
    passphrase: pass,
    privateOut,
  });
  return made.recipient.fingerprint;
}

test("a configured key is used without a question, and said", async () => {
  const { lock, asked, said } = setting();
  const dataDir = tempFolder();
  const fingerprint = await configured(dataDir);
  const { recipients, passphrase, plaintext } = await lock({ dataDir });
  expect(recipients.map((one) => one.fingerprint)).toEqual([fingerprint]);
  expect([passphrase, plaintext]).toEqual([undefined, undefined]);
  expect(asked()).toEqual([]);
  expect(said).toEqual([`sealing to ed25519 ${fingerprint} Team FAKE`]);
});

test("without a key the passphrase is asked for, or a key made outside every folder the agent reads", async () => {
  const phrase = await setting({ "seal.to": "passphrase" }, { "seal.passphrase": "FAKE words" }).lock();
  expect(phrase.passphrase?.reveal()).toBe("FAKE words");
  expect(phrase.recipients).toEqual([]);

  const [state, stick] = [tempFolder(), tempFolder()];
  const secrets = { "seal.private-key-passphrase": "FAKE words" };
  const made: string[] = [];
  const good = setting({ "seal.to": "generate", "seal.private-key-file": join(stick, "k.asc") }, secrets);
  const { recipients } = await good.lock({
    keepOut: [state],
    onNewKey: async ({ recipient }) => void made.push(recipient.fingerprint),
  });
  expect(recipients.map((one) => one.fingerprint)).toEqual(made);
  expect(existsSync(join(stick, "k.asc"))).toBe(true);
  expect(good.said.join("\n")).toContain("remove it here");

  const bad = setting({ "seal.to": "generate", "seal.private-key-file": join(state, "k.asc") }, secrets);
  await expect(bad.lock({ keepOut: [state] })).rejects.toMatchObject({
    code: "private-key-place",
    exit: "usage",
  });
  expect(existsSync(join(state, "k.asc"))).toBe(false);
});

test("a link does not lead a private key into the data folder", async () => {
  const dataDir = tempFolder();
  const stick = tempFolder();
  symlinkSync(dataDir, join(stick, "stick"));
  const privateOut = join(stick, "stick", "private.asc");
  const made = generateRecipient(diskHost(), dataDir, { name: "x", passphrase: pass, privateOut });
  await expect(made).rejects.toMatchObject({ code: "private-key-place" });
  expect(existsSync(keysFolder(dataDir))).toBe(false);
});

test("nothing is sealed to nobody because nobody answered, also not with --yes and an empty key folder", async () => {
  const { lock } = setting();
  await expect(lock()).rejects.toMatchObject({ code: "prompt-unanswered", exit: "usage" });
  const dataDir = tempFolder();
  mkdirSync(keysFolder(dataDir));
  const withYes = setting({}, {}, true);
  await expect(withYes.lock({ dataDir })).rejects.toMatchObject({ exit: "usage" });
  expect(withYes.asked()).toEqual(["seal.to", "seal.passphrase"]);
});

test("plaintext has to be typed out, and is said", async () => {
  const { lock, said } = setting({ "seal.plaintext": "plaintext" });
  await expect(lock({ plaintext: true })).resolves.toEqual({ recipients: [], plaintext: true });
  expect(said).toEqual(["the archive is not encrypted: it is as secret as the credentials in it"]);
});

test.each(["yes", "PLAINTEXT", "", "plaintext please"])("%j does not mean plaintext", async (typed) => {
  const { lock } = setting({ "seal.plaintext": typed });
  await expect(lock({ plaintext: true })).rejects.toMatchObject({
    code: "plaintext-not-typed",
    exit: "usage",
  });
});

test("--yes does not type it, and a key or a passphrase beside it is a contradiction", async () => {
  await expect(setting({}, {}, true).lock({ plaintext: true })).rejects.toMatchObject({
    code: "prompt-unanswered",
  });
  const { lock, asked } = setting({ "seal.plaintext": "plaintext" });
  for (const wishes of [{ recipients: ["A".repeat(40)] }, { passphraseGiven: true }]) {
    await expect(lock({ plaintext: true, ...wishes })).rejects.toMatchObject({ code: "plaintext-clash" });
  }
  expect(asked()).toEqual([]);
});
