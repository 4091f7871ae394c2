/** Who may talk to the agent: shown with what is known of it, removed where a person says so, and not brought back by an older archive. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { exits } from "../../src/model/errors.ts";
import { at as valueAt, list } from "../../src/model/json.ts";
import { containing, disk, type Disk, linesOf, type Ran } from "./cli.ts";
import { passphrase, sealState } from "./sealed-state.ts";

const night = {
  "incident.device": "unknown",
  "incident.abuse": "abuse",
  "incident.since": "2026-11-20T11:00Z",
  "incident.responder": "the night shift",
  "seal.to": "passphrase",
  "target.change": true,
  "devices.remove-all": true,
  "devices.switch-off-jobs": [],
  "devices.pair-again": [],
};

async function play(at: Disk, id: string, more: object, ...argv: readonly string[]): Promise<Ran> {
  const file = await at.put("answers.json", JSON.stringify({ ...night, ...more }));
  const secret = await at.put("passphrase", `${passphrase}\n`);
  return at.on(id, "--answers", file, "--passphrase-from", secret, ...argv);
}

function endOf({ out }: Ran): Record<string, unknown> | undefined {
  return linesOf(out).find(({ id, state }) => id === "rotate/allow-lists" && state !== "started");
}

function withState<T>(stateDir: string, work: (db: Database.Database) => T): T {
  const db = new Database(join(stateDir, "state/openclaw.sqlite"));
  try {
    return work(db);
  } finally {
    db.close();
  }
}

async function reportIn({ dataDir }: Disk): Promise<string> {
  const [id = ""] = await readdir(join(dataDir, "cases"));
  const folder = join(dataDir, "cases", id, "reports");
  const [name = ""] = (await readdir(folder)).filter((one) => one.endsWith(".md"));
  return readFile(join(folder, name), "utf8");
}

const senders = (stateDir: string): readonly unknown[] =>
  withState(stateDir, (db) =>
    db.prepare("SELECT entry FROM channel_pairing_allow_entries ORDER BY entry").pluck().all(),
  );

/** An old friend, somebody who came with the incident, one who asks, and what somebody wrote into the config. */
async function planted(): Promise<Disk> {
  const at = await disk();
  withState(at.stateDir, (db) =>
    db.exec(`
      INSERT INTO channel_pairing_allow_entries VALUES ('telegram', 'default', '111', 0, ${Date.parse("2026-10-01")}),
        ('telegram', 'default', '666', 1, ${Date.parse("2026-11-20T12:00:00Z")});
      INSERT INTO channel_pairing_requests VALUES ('telegram', 'default', '667', 'FAKECODE', '2026-11-20T12:30:00Z', '2026-11-20T12:30:00Z', NULL);`),
  );
  const file = join(at.stateDir, "openclaw.json");
  const text = await readFile(file, "utf8");
  await writeFile(
    file,
    text.replace('"dmPolicy": "pairing"', '"dmPolicy": "allowlist",\n      "allowFrom": ["668"]'),
  );
  return at;
}
const stranger = "channel-allow:telegram/default/666";
const written = "config-list:channels.telegram.allowFrom/668";

describe("the step", () => {
  it("shows every entry, the suspicious first and marked, and removes nothing that nobody chose", async () => {
    const at = await planted();
    const { out, err } = await play(at, "token-compromised", {}, "--yes");
    const screen = `${out}${err}`;
    const lines = [
      "! telegram:667 (account default) asks to be let in: NEW since the incident",
      "! telegram:666 (account default) may write: NEW since the incident",
      "668 in channels.telegram.allowFrom may write: unknown since when",
      "command /usr/bin/uptime of agent main runs without asking: unknown since when",
      "telegram:111 (account default) may write: older than the incident",
    ];
    const places = lines.map((line) => screen.indexOf(line));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(screen).toContain(
      "in state/openclaw.sqlite channel_pairing_allow_entries, since 2026-11-20T12:00",
    );
    expect(screen).toContain("nothing was chosen");
    expect(senders(at.stateDir)).toEqual(["111", "666"]);
    const report = await reportIn(at);
    expect(report).toContain(
      "Review telegram:666 (account default) may write (NEW since the incident): it was not removed.",
    );
    expect(report).not.toContain("Review telegram:111");
  });

  it("removes what was chosen, proves it, and keeps what lets it in again", async () => {
    const at = await planted();
    const ran = await play(at, "device-compromised", { "allow-lists.remove": [stranger, written] }, "--json");
    expect(ran.err).toBe("");
    expect(endOf(ran)).toMatchObject({
      state: "done",
      reason: "2 entries removed, and read back as gone",
      receipt: { gone: true, before: containing(""), after: containing("") },
    });
    const removed = list(valueAt(endOf(ran)?.["receipt"], "removed")).map((one) => valueAt(one, "entry"));
    expect(removed).toEqual([stranger, written, "config-policy:channels.telegram.dmPolicy/allowlist"]);
    expect(senders(at.stateDir)).toEqual(["111"]);
    const config = JSON.parse(await readFile(join(at.stateDir, "openclaw.json"), "utf8")) as unknown;
    // Channels refuse an allow-list that is empty.
    expect(valueAt(config, "channels", "telegram")).toMatchObject({ dmPolicy: "disabled", allowFrom: [] });
    const report = await reportIn(at);
    expect(report).toContain("/allowlist add dm 666 channel=telegram account=default");
    expect(report).toContain('openclaw config set channels.telegram.allowFrom \\["668"\\]');
    // The journal says it before it is done, and verifies.
    expect((await at.on("case", "verify", "--json")).exit).toBe(exits.ok);
  });

  it("asks by its id where nobody answered", async () => {
    const at = await planted();
    const silent = await play(at, "token-compromised", {}, "--json");
    expect(silent.exit).toBe(exits.usage);
    expect(silent.err).toContain("allow-lists.remove");
    expect(senders(at.stateDir)).toEqual(["111", "666"]);
  });

  it("tells what the baseline has from what it has not, and what could not be read", async () => {
    const at = await disk();
    withState(at.stateDir, (db) =>
      db.exec(
        "INSERT INTO channel_pairing_allow_entries VALUES ('telegram', 'default', '111', 0, 1790000000000)",
      ),
    );
    const yes = await at.put("trust.json", JSON.stringify({ "baseline.init": true }));
    expect((await at.on("baseline", "init", "--answers", yes)).exit).toBe(exits.ok);
    withState(at.stateDir, (db) =>
      db.exec(
        "INSERT INTO channel_pairing_allow_entries VALUES ('telegram', 'default', '222', 1, 1790000000000); DROP TABLE channel_pairing_requests",
      ),
    );
    const { out, err } = await play(at, "token-compromised", { "incident.since": "unknown" }, "--yes");
    expect(`${out}${err}`).toContain("! telegram:222 (account default) may write: NOT in the baseline");
    expect(`${out}${err}`).toContain("telegram:111 (account default) may write: in the baseline of ");
    expect(`${out}${err}`).toContain("nothing was chosen; not every allow-list could be read");
  });
});

describe("an archive that is older than the removal", () => {
  it("does not let them in again, and says so before it is written", async () => {
    const at = await planted();
    const { archive } = await sealState(at);
    await play(at, "token-compromised", { "allow-lists.remove": [stranger, written] });
    const target = join(dirname(at.root), "restored");
    const secret = await at.put("passphrase", `${passphrase}\n`);
    const restore = ["restore", archive, "--target", target, "--passphrase-from", secret, "--json"];
    const entry = { what: "allow-list entry telegram:666 (account default)", state: "removed" };
    const planned = await at.on(...restore, "--dry-run");
    expect(valueAt(JSON.parse(planned.out), "revocations")).toContainEqual(
      expect.objectContaining({ ...entry, detail: "if the archive holds it" }),
    );
    const { exit, out, err } = await at.on(...restore);
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    const state = join(target, "home/claw/.openclaw");
    expect(senders(state)).toEqual(["111"]);
    const config = JSON.parse(await readFile(join(state, "openclaw.json"), "utf8")) as unknown;
    expect(valueAt(config, "channels", "telegram")).toMatchObject({ dmPolicy: "disabled", allowFrom: [] });
    expect(valueAt(JSON.parse(out), "revocations")).toContainEqual(
      expect.objectContaining({ ...entry, detail: containing("/allowlist add dm 666") }),
    );
  });
});
