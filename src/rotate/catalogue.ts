/** The credential catalogue: what can be rotated, where, and how to see that the old one is dead. Facts and words are data. */
import { ClawError } from "../model/errors.ts";
import { bool, dict, list, num, parseJson, str, strings } from "../model/json.ts";
import { linearPattern } from "./pattern.ts";

/**
 * How a credential is replaced: "overlap" two live at once · "two-slots" the provider keeps a second one · "reset" the new
 * one kills the old at once · "generated" claw-ir makes it · "sign-in" withdraw and sign in again · "review" nothing to
 * replace, entries to remove.
 */
export const methods = ["overlap", "two-slots", "reset", "generated", "sign-in", "review"] as const;
export type Method = (typeof methods)[number];

/** A page to open, or what to do, or both. */
export interface Where {
  readonly page?: string;
  readonly how?: string;
}

export interface ProbeAnswer {
  readonly status: number;
  /** A dotted path into the JSON answer that must equal `equals`. */
  readonly field?: string;
  readonly equals?: string | number | boolean;
  /** Text that the answer must hold. */
  readonly contains?: string;
  readonly verdict: "alive" | "dead";
}

export interface Probe {
  readonly method: "GET" | "POST";
  /** https; "{secret}" only where `secretInUrl`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The URL must never be shown or logged. */
  readonly secretInUrl: boolean;
  /** False where no first-party text confirms how dead keys are answered. */
  readonly confirmed: boolean;
  /** What one try costs, where it is not free. */
  readonly cost?: string;
  /** The first that fits decides; no fit is "unknown". */
  readonly answers: readonly ProbeAnswer[];
}

export interface CatalogueEntry {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  /** 1 within the hour, 2 the same day, 3 this week. */
  readonly urgency: number;
  readonly method: Method;
  /** Kinds of credential records that this can be; empty: any that carries a key. */
  readonly kinds: readonly string[];
  /** OpenClaw's provider and channel ids. */
  readonly providers: readonly string[];
  readonly env: readonly string[];
  /** Config paths, table rows and files; "*" stands for one part. */
  readonly config: readonly string[];
  /** Matches the whole value, and no other entry's values. */
  readonly pattern?: RegExp;
  readonly create: Where;
  readonly revoke: Where;
  readonly usage?: Where;
  /** How the user sees that the old one is dead, where claw-ir cannot. */
  readonly check?: string;
  readonly probe?: Probe;
  readonly notes: readonly string[];
  readonly unconfirmed: readonly string[];
}

export interface Catalogue {
  readonly asOf: string;
  /** In the order of rotation. */
  readonly groups: readonly { readonly id: string; readonly title: string }[];
  readonly entries: readonly CatalogueEntry[];
}

function broken(where: string, what: string): ClawError {
  return new ClawError(`the credential catalogue is broken: ${where}: ${what}`, {
    exit: "failed",
    code: "broken-catalogue",
    hint: "mend templates/credentials.json, or install claw-ir again",
  });
}

/** Parses and checks the text of templates/credentials.json. Throws a ClawError that names the entry and the fault. */
export function loadCatalogue(text: string): Catalogue {
  const root = dict(parseJson(text));
  if (root["version"] !== 1) throw broken("version", "is not 1, or the file is no JSON");
  const groups = list(root["groups"]).map((group) => ({
    id: required(dict(group)["id"], "groups", "id"),
    title: required(dict(group)["title"], "groups", "title"),
  }));
  const known = new Set(groups.map(({ id }) => id));
  const entries = list(root["credentials"]).map((value) => entryOf(dict(value), known));
  const ids = new Set<string>();
  for (const { id } of entries) {
    if (ids.has(id)) throw broken(id, "is there twice");
    ids.add(id);
  }
  if (entries.length === 0) throw broken("credentials", "is empty");
  return { asOf: required(root["asOf"], "asOf", "asOf"), groups, entries };
}

function required(value: unknown, where: string, what: string): string {
  const text = str(value);
  if (text === undefined || text === "") throw broken(where, `${what} is missing`);
  return text;
}

function entryOf(value: Readonly<Record<string, unknown>>, groups: ReadonlySet<string>): CatalogueEntry {
  const id = required(value["id"], "an entry", "id");
  const group = required(value["group"], id, "group");
  if (!groups.has(group)) throw broken(id, `group ${group} is not in groups`);
  const method = methods.find((name) => name === value["method"]);
  if (method === undefined) throw broken(id, "method is unknown");
  const urgency = num(value["urgency"]);
  if (urgency === undefined || ![1, 2, 3].includes(urgency)) throw broken(id, "urgency is not 1, 2 or 3");
  const usage = value["usage"] === undefined ? undefined : whereOf(value["usage"], id, "usage");
  const check = str(value["check"]);
  return {
    id,
    name: required(value["name"], id, "name"),
    group,
    urgency,
    method,
    kinds: strings(value["kinds"]),
    providers: strings(value["providers"]),
    env: strings(value["env"]),
    config: strings(value["config"]),
    ...patternOf(value["pattern"], id),
    create: whereOf(value["create"], id, "create"),
    revoke: whereOf(value["revoke"], id, "revoke"),
    ...(usage === undefined ? {} : { usage }),
    ...(check === undefined ? {} : { check }),
    ...(value["probe"] === undefined ? {} : { probe: probeOf(value["probe"], id) }),
    notes: strings(value["notes"]),
    unconfirmed: strings(value["unconfirmed"]),
  };
}

function patternOf(value: unknown, id: string): { readonly pattern?: RegExp } {
  if (value === undefined) return {};
  const pattern = linearPattern(required(value, id, "pattern"));
  if (pattern === undefined) throw broken(id, "pattern is no regular expression that runs in linear time");
  return { pattern };
}

function whereOf(value: unknown, id: string, name: string): Where {
  const page = str(dict(value)["page"]);
  const how = str(dict(value)["how"]);
  if (page === undefined && how === undefined) throw broken(id, `${name} has neither page nor how`);
  if (page !== undefined && urlOf(page) === undefined)
    throw broken(id, `the page of ${name} is no https address`);
  return { ...(page === undefined ? {} : { page }), ...(how === undefined ? {} : { how }) };
}

/** An https address, or undefined. */
export function urlOf(text: string): URL | undefined {
  const url = URL.parse(text);
  return url?.protocol === "https:" && url.username === "" ? url : undefined;
}

function probeOf(value: unknown, id: string): Probe {
  const probe = dict(value);
  const url = required(probe["url"], id, "probe.url");
  const secretInUrl = bool(probe["secretInUrl"]) === true;
  const method = (["GET", "POST"] as const).find((name) => name === probe["method"]);
  if (method === undefined) throw broken(id, "the probe's method is neither GET nor POST");
  const headers = Object.fromEntries(
    Object.entries(dict(probe["headers"])).map(([name, text]) => [
      name,
      required(text, id, `header ${name}`),
    ]),
  );
  const body = str(probe["body"]);
  checkAddress(url, secretInUrl, id);
  if (![url, body ?? "", ...Object.values(headers)].some((text) => text.includes("{secret}")))
    throw broken(id, "the probe sends no secret");
  const answers = list(probe["answers"]).map((answer) => answerOf(answer, id));
  for (const verdict of ["alive", "dead"])
    if (!answers.some((answer) => answer.verdict === verdict))
      throw broken(id, `no answer of the probe means ${verdict}`);
  const cost = str(probe["cost"]);
  return {
    method,
    url,
    headers,
    ...(body === undefined ? {} : { body }),
    secretInUrl,
    confirmed: bool(probe["confirmed"]) !== false,
    ...(cost === undefined ? {} : { cost }),
    answers,
  };
}

/** Only path and query may carry the secret: the host name says who gets it. */
function checkAddress(url: string, secretInUrl: boolean, id: string): void {
  const address = urlOf(url);
  if (address === undefined) throw broken(id, "the probe's address is not https");
  if (/[{}%]/.test(address.host)) throw broken(id, "the probe's host is not fixed");
  if (url.includes("{secret}") !== secretInUrl)
    throw broken(id, "secretInUrl does not say what the address shows");
}

function answerOf(value: unknown, id: string): ProbeAnswer {
  const answer = dict(value);
  const status = num(answer["status"]);
  const verdict = (["alive", "dead"] as const).find((name) => name === answer["verdict"]);
  if (status === undefined || verdict === undefined)
    throw broken(id, "an answer of the probe lacks status or verdict");
  // 429 and 5xx say something about the server; a dead key must never be read out of them.
  if (verdict === "dead" && (status === 429 || status >= 500))
    throw broken(id, `${status} can never mean dead`);
  const contains = str(answer["contains"]);
  return { status, ...comparisonOf(answer, id), ...(contains === undefined ? {} : { contains }), verdict };
}

function comparisonOf(
  answer: Readonly<Record<string, unknown>>,
  id: string,
): Pick<ProbeAnswer, "field" | "equals"> {
  const field = str(answer["field"]);
  const equals = answer["equals"];
  if (field === undefined && equals === undefined) return {};
  const plain = typeof equals === "string" || typeof equals === "number" || typeof equals === "boolean";
  if (field === undefined || !plain) throw broken(id, "field and equals belong together");
  return { field, equals };
}
