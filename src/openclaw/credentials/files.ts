import { join } from "node:path";
import { messageOf } from "../../model/errors.ts";
import { isDict, parseJson, str } from "../../model/json.ts";
import type { Reading } from "../../model/outcome.ts";
import { read } from "../../model/outcome.ts";
import type { Credential } from "../../model/records.ts";
import { parseConfig } from "../config.ts";
import type { Installation } from "../types.ts";
import type { FileView } from "../view.ts";
import { parseEnvFile } from "./env-file.ts";
import { configName, envName, isSecretVariable } from "./names.ts";
import type { CredentialName } from "./names.ts";
import { profileSecrets } from "./profiles.ts";
import { credential } from "./record.ts";
import type { CredentialAt } from "./record.ts";
import { secretsInConfig } from "./scan.ts";

const maxFileBytes = 4 * 1024 * 1024;
const maxFiles = 400;

interface Reader {
  readonly view: FileView;
  readonly installation: Installation;
  readonly key: Uint8Array | undefined;
  readonly found: Credential[];
  readonly problems: string[];
}

/** The secrets in the config, its copies, environment files and credential files: the same in every layout. */
export async function fileCredentials(
  view: FileView,
  installation: Installation,
  key: Uint8Array | undefined,
): Promise<Reading<Credential>> {
  const reader: Reader = { view, installation, key, found: [], problems: [] };
  configSecrets(reader);
  await configCopies(reader);
  await envFiles(reader);
  await jsonFiles(reader);
  return read(reader.found, reader.problems);
}

function add(reader: Reader, found: CredentialAt): void {
  reader.found.push(credential(found, reader.key));
}

/** The merged config. Values from an include are placed by their key: the file they stand in is among `config.files`. */
function configSecrets(reader: Reader): void {
  const { config } = reader.installation;
  for (const { path, keys, secret, ref } of secretsInConfig(config.value)) {
    add(reader, {
      ...configName(keys),
      secret,
      ref,
      live: true,
      place: { path: config.path, locator: path },
    });
  }
  if (config.outcome !== "ok" && config.outcome !== "missing")
    reader.problems.push(`secrets in ${config.path} may be missing: ${config.reason ?? config.outcome}`);
}

/** Beside the config in use the one of an earlier name, which stays when that changes. */
const configCopy = /^(?:openclaw|clawdbot|moltbot|moldbot)\.json(?:\.[A-Za-z0-9._-]{1,80})?$/;

/** `openclaw.json.bak*`, `.last-good`, `.clobbered.<time>` and the like: old values, and current ones a second time. */
async function configCopies(reader: Reader): Promise<void> {
  const { target } = reader.installation;
  const dirs = new Set([join(target.configPath, ".."), target.stateDir]);
  for (const dir of dirs) {
    for (const name of await namesOf(reader, dir)) {
      if (!configCopy.test(name) || join(dir, name) === target.configPath) continue;
      await withText(reader, join(dir, name), (text, shown) => {
        const parsed = parseConfig(text);
        if (parsed.problem !== undefined) throw new Error(parsed.problem);
        for (const { path, keys, secret, ref } of secretsInConfig(parsed.value))
          add(reader, {
            ...configName(keys),
            secret,
            ref,
            live: false,
            place: { path: shown, locator: path },
          });
      });
    }
  }
}

async function envFiles(reader: Reader): Promise<void> {
  const { target, agents } = reader.installation;
  const service = join(target.stateDir, "service-env");
  const services = (await namesOf(reader, service)).filter((name) => name.endsWith(".env"));
  const places = [
    join(target.stateDir, ".env"),
    join(target.stateDir, "gateway.systemd.env"),
    ...services.map((name) => join(service, name)),
    ...agents.map((agent) => join(agent.workspace, ".env")),
  ];
  for (const path of new Set(places)) {
    await withText(reader, path, (text, shown) => {
      for (const { name, value, line } of parseEnvFile(text)) {
        if (!isSecretVariable(name, value)) continue;
        const place = { path: shown, locator: `line ${line}` };
        add(reader, { ...envName(name), secret: value, live: true, place });
      }
    });
  }
}

/** Where credential files lie, and whether they are in use: what an upgrade left behind is not. */
async function jsonFiles(reader: Reader): Promise<void> {
  const { target, agents } = reader.installation;
  const dir = target.stateDir;
  const places: string[] = [join(dir, "secrets.json")];
  const folders = [dir, ...["credentials", "identity"].map((name) => join(dir, name))];
  for (const folder of [...folders, ...agents.map((agent) => agent.dir)]) {
    for (const name of await namesOf(reader, folder)) {
      if (credentialFile.test(name) && places.length < maxFiles) places.push(join(folder, name));
      else if (folder.endsWith("credentials") && places.length < maxFiles) places.push(join(folder, name));
    }
  }
  places.push(...(await below(reader, join(dir, "credentials"))));
  for (const path of new Set(places)) await jsonFile(reader, path);
}

const credentialFile =
  /^(?:secrets|creds|oauth|auth|auth-profiles|models|device|device-auth|exec-approvals)\.json(?:\.[A-Za-z0-9._:-]{1,120})?$/;

/** WhatsApp and others keep a folder per account. */
async function below(reader: Reader, dir: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const channel of await foldersOf(reader, dir)) {
    for (const folder of [channel, ...(await foldersOf(reader, channel))]) {
      for (const name of await namesOf(reader, folder))
        if (credentialFile.test(name) && found.length < maxFiles) found.push(join(folder, name));
    }
  }
  return found;
}

async function jsonFile(reader: Reader, path: string): Promise<void> {
  await withText(reader, path, (text, shown) => {
    const value = parseJson(text);
    if (value === undefined) throw new Error("it is no valid JSON");
    const live = path.endsWith(".json");
    if (isDict(value) && isDict(value["profiles"])) {
      const found = profileSecrets(value, live, (id) => ({ path: shown, locator: `profiles.${id}` }));
      for (const one of found) add(reader, one);
      return;
    }
    const owner = isDict(value) ? str(value["deviceId"]) : undefined;
    for (const { path: at, keys, secret, ref } of secretsInConfig(value))
      add(reader, {
        ...fileName(path, keys, at, owner),
        secret,
        ref,
        live,
        place: { path: shown, locator: at },
      });
  });
}

/** `owner` is the device that the file names as its own. */
type Namer = (keys: readonly string[], at: string, owner?: string) => CredentialName;

/** By the name of a file before ".json". */
const namers = new Map<string, Namer>([
  ["secrets", (_keys, at) => ({ kind: "store-secret", provider: "file", label: at })],
  // As the databases of later versions call them: a credential keeps its name when its place changes.
  ["device", () => ({ kind: "identity-key", provider: "openclaw", label: "device identity primary" })],
  [
    "device-auth",
    (keys, _at, owner = "") => ({
      kind: "device-token",
      provider: "device",
      label: `client ${owner.slice(0, 12)}.${keys.at(-2) ?? ""}`,
    }),
  ],
  ["exec-approvals", () => ({ kind: "socket-token", provider: "openclaw", label: "exec approvals socket" })],
  ["models", (keys) => configName(["models", ...keys])],
  ["oauth", (_keys, at) => ({ kind: "oauth", provider: "openclaw", label: `oauth.${at}` })],
]);

function fileName(
  path: string,
  keys: readonly string[],
  at: string,
  owner: string | undefined,
): CredentialName {
  const channel = /\/credentials\/([A-Za-z0-9_-]{1,64})\/([^/]{1,100})\//.exec(path);
  if (channel !== null)
    return { kind: "channel-token", provider: channel[1] ?? "", label: `${channel[2] ?? ""}.${at}` };
  const name = path.split("/").at(-1)?.split(".json")[0] ?? "";
  const namer = namers.get(name);
  return (
    namer?.(keys, at, owner) ?? {
      kind: "other",
      provider: path.split("/").at(-2) ?? "",
      label: `${name}.${at}`,
    }
  );
}

async function namesOf(reader: Reader, dir: string): Promise<readonly string[]> {
  return (await entriesOf(reader, dir)).filter((entry) => entry.kind !== "dir").map((entry) => entry.name);
}

async function foldersOf(reader: Reader, dir: string): Promise<readonly string[]> {
  const folders = (await entriesOf(reader, dir)).filter((entry) => entry.kind === "dir");
  return folders.slice(0, 100).map((entry) => join(dir, entry.name));
}

async function entriesOf(reader: Reader, dir: string): Promise<Awaited<ReturnType<FileView["list"]>>> {
  try {
    return await reader.view.list(dir);
  } catch (error) {
    reader.problems.push(
      `${reader.installation.target.toHost(dir)} could not be listed: ${messageOf(error)}`,
    );
    return [];
  }
}

/** Hands over the text of a file if there is one. What goes wrong is said and never thrown. */
async function withText(
  reader: Reader,
  path: string,
  use: (text: string, shown: string) => void,
): Promise<void> {
  const shown = reader.installation.target.toHost(path);
  try {
    if ((await reader.view.stat(path)) === undefined) return;
    use(await reader.view.readText(path, maxFileBytes), shown);
  } catch (error) {
    reader.problems.push(`${shown} was not searched for secrets: ${messageOf(error)}`);
  }
}
