/**
 * Text that fetches code from somewhere and runs it: the common first step of malicious skills, jobs and injected
 * instructions. Works on shell, PowerShell and on shell inside prose or other code. Linear in the length of the text: every
 * expression is anchored, bounded or without nested repetition, and long lines are cut into windows.
 */
import { logicalLines } from "./lines.ts";

export interface Idiom {
  /** Stable, kebab-case. */
  readonly name: string;
  /** One sentence for a finding. */
  readonly says: string;
  readonly line: number;
  /** The logical line, not yet cleaned for showing. */
  readonly excerpt: string;
}

const fetcher = /\b(?:curl|wget2?|aria2c|lwp-request|lwp-download|lynx)(?:\.exe)?[ \t]+["'\w$({~/.-]/;
const decoder =
  /\bbase(?:64|32)\b[^|]{0,40}?(?:[ \t]-[A-Za-z]{0,8}[dD]\b|--decode)|\bopenssl[ \t]+(?:base64|enc)\b[^|]{0,80}?[ \t]-d\b|\bxxd[ \t]+-r/;
const prefix = String.raw`^\s*(?:sudo(?:[ \t]+-\S+){0,4}[ \t]+|(?:/usr/bin/|/bin/)?env(?:[ \t]+\w+=\S*){0,4}[ \t]+|nohup[ \t]+|command[ \t]+|exec[ \t]+|busybox[ \t]+)?(?:\/?(?:[\w.-]{1,40}\/){0,8})`;
const shell = new RegExp(
  `${prefix}(?:ba|z|da|k|a|c|tc|fi)?sh(?:\\.exe)?(?=$|[\\s"'\`)\\\\;&>])(?![ \\t]+-c\\b)`,
);
const interpreter = new RegExp(
  `${prefix}(?:python[\\d.]{0,5}|node|deno|bun|perl|ruby|php|osascript|pwsh|powershell)[ \\t]*(?:-[ \\t]*)?(?=$|["'\`)\\\\;&>])`,
);
const substituted =
  /\b(?:eval|(?:ba|z|da|k)?sh[ \t]+-\w{1,6}|(?:python[\d.]{0,5}|node|perl|ruby)[ \t]+-[ceE])[ \t]+["']?(?:\$\(|`)[ \t]*(?:curl|wget)\b/;
const processSubstitution =
  /(?:\b(?:source|(?:ba|z|k)?sh)|(?:^|[\s;&|])\.)[ \t]+(?:-\w{1,6}[ \t]+)?<\([ \t]*(?:curl|wget)\b/;
const powershellFetch =
  /\b(?:iwr|irm|invoke-webrequest|invoke-restmethod|downloadstring|downloadfile|start-bitstransfer|net\.webclient)\b/i;
const powershellRun = /\b(?:iex|invoke-expression)\b/i;
const scriptFetch = /\b(?:urlopen|urllib|requests\.get|httpx\.get|https?\.get|fetch|axios)\b/;
const scriptRun = /\b(?:exec|eval|new Function|compile|vm\.run\w{2,20})\s?\(/;
const inlineScript = /\b(?:python[\d.]{0,5}|node|deno|bun|perl|ruby)[ \t]+(?:eval[ \t]+|-[ceE][ \t])/;
const nestedRun =
  /\b(?:exec|eval|Function)\s?\([^\n]{0,120}?(?:urlopen|urllib|requests\.get|httpx\.get|https?\.get|fetch\()/;
const remotePackage =
  /\b(?:npx|bunx|uvx|pnpm[ \t]+dlx|yarn[ \t]+dlx|pipx[ \t]+run|npm[ \t]+(?:i|install|exec)|pip3?[ \t]+install|deno[ \t]+run|bun[ \t]+x)\b[^\n;|&]{0,80}?[ \t]["']?(?:https?:\/\/|git\+(?:https?|ssh):|github:)/;

const tests: readonly {
  readonly name: string;
  readonly says: string;
  readonly hit: (line: string) => boolean;
}[] = [
  {
    name: "pipe-to-shell",
    says: "downloads text and pipes it into an interpreter",
    hit: (l) => pipes(l, fetcher),
  },
  {
    name: "decode-to-shell",
    says: "decodes hidden text and pipes it into an interpreter",
    hit: (l) => pipes(l, decoder),
  },
  {
    name: "substituted",
    says: "runs what a download prints",
    hit: (l) => substituted.test(l) || processSubstitution.test(l),
  },
  {
    name: "powershell",
    says: "downloads and runs code in PowerShell",
    hit: (l) => powershellRun.test(l) && powershellFetch.test(l),
  },
  {
    name: "inline-script",
    says: "downloads and runs code in a one-line script",
    hit: (l) => nestedRun.test(l) || (inlineScript.test(l) && scriptFetch.test(l) && scriptRun.test(l)),
  },
  {
    name: "remote-package",
    says: "runs or installs a package straight from a URL",
    hit: (l) => remotePackage.test(l),
  },
];

/** One of these words is in everything the tests above find; most text has none and is done with. */
const possible =
  /curl|wget|aria2c|lwp-|lynx|base(?:64|32)|openssl|xxd|iex|invoke-|urlopen|urllib|requests\.|httpx|https?\.get|fetch|axios|npx|bunx|uvx|dlx|pipx|npm|pip|deno|bun/i;
const maxText = 1 << 20;
const maxHits = 20;

/** Every place where the text fetches and runs; at most 20. Text after the first MiB is not looked at. */
export function findFetchAndRun(text: string): readonly Idiom[] {
  const head = text.slice(0, maxText);
  return [...inLines(head), ...downloadedThenRun(head), ...insideBase64(head)].slice(0, maxHits);
}

function inLines(text: string): readonly Idiom[] {
  const found: Idiom[] = [];
  if (!possible.test(text)) return found;
  for (const { line, number } of logicalLines(text)) {
    for (const { name, says, hit } of tests) {
      if (found.length < maxHits && hit(line)) found.push({ name, says, line: number, excerpt: line });
    }
  }
  return found;
}

/** Whether a pipeline leads from the producer into an interpreter that runs its standard input. */
function pipes(line: string, producer: RegExp): boolean {
  let armed = false;
  for (const part of line.split("|")) {
    if (part === "") armed = false;
    else if (armed && (shell.test(part) || interpreter.test(part))) return true;
    const end = Math.max(part.lastIndexOf(";"), part.lastIndexOf("&&"));
    armed = end < 0 ? armed || producer.test(part) : producer.test(part.slice(end));
  }
  return false;
}

const download = /\b(?:curl|wget)\b[^\n|;&]{0,400}/g;
const curlFile = /[ \t](?:-[A-Za-z]{0,6}o|--output)(?:[ \t]+|=)["']?([\w./~$-]{1,120})/;
const wgetFile = /[ \t](?:-[A-Za-z]{0,6}O|--output-document)(?:[ \t]+|=)["']?([\w./~$-]{1,120})/;
const maxDownloads = 200;
const remoteName = /\/([\w.-]{2,80})["']?[ \t]*$/;
const runner =
  /(?:chmod[ \t]+\S{1,10}|(?:ba|z|da)?sh|python[\d.]{0,5}|node|source|sudo|open|installer|(?:^|[\s;&"'`])\.)[ \t]+["']?[\w./~$-]{0,80}$|(?:^|[\s;&"'`])(?:\.\/|~\/|\/(?:tmp|var\/tmp|dev\/shm)\/)$/;

/** `curl -o FILE URL` and, within the next 2000 characters, something that runs FILE. */
function downloadedThenRun(text: string): readonly Idiom[] {
  const found: Idiom[] = [];
  let seen = 0;
  for (const match of text.matchAll(download)) {
    seen += 1;
    if (seen > maxDownloads) break;
    const [command] = match;
    const file = fileOf(command);
    if (file === undefined) continue;
    const from = match.index + command.length;
    if (!runs(text.slice(from, from + 2000), file)) continue;
    found.push({
      name: "download-then-run",
      says: "downloads a file and runs it",
      line: text.slice(0, match.index).split("\n").length,
      excerpt: text.slice(match.index, from + 120),
    });
    if (found.length >= 5) break;
  }
  return found;
}

/** The name under which a download is stored. */
function fileOf(command: string): string | undefined {
  const named = (command.startsWith("curl") ? curlFile : wgetFile).exec(command)?.[1];
  const target = named ?? remoteName.exec(command.trimEnd())?.[1];
  const file = target?.slice(target.lastIndexOf("/") + 1);
  return file === "" || file === "-" ? undefined : file;
}

function runs(after: string, file: string): boolean {
  for (let i = after.indexOf(file); i >= 0; i = after.indexOf(file, i + file.length)) {
    if (runner.test(after.slice(Math.max(0, i - 60), i))) return true;
  }
  return false;
}

const encoded = /[A-Za-z0-9+/]{32,}={0,2}/g;
const maxTokens = 64;

/** Base64 in the text whose decoded form fetches and runs. One level deep. */
function insideBase64(text: string): readonly Idiom[] {
  const found: Idiom[] = [];
  let tokens = 0;
  for (const match of text.matchAll(encoded)) {
    tokens += 1;
    if (tokens > maxTokens || found.length >= 5) break;
    const decoded = Buffer.from(match[0].slice(0, 65_536), "base64").toString("latin1");
    if (!/^[\t\n\r -~]{16,}$/.test(decoded)) continue;
    const line = text.slice(0, match.index).split("\n").length;
    for (const hit of inLines(decoded).slice(0, 1)) {
      found.push({
        name: `${hit.name}-in-base64`,
        says: `hides in base64 what ${hit.says}`,
        line,
        excerpt: hit.excerpt,
      });
    }
  }
  return found;
}
