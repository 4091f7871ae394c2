import type { Scribe } from "../scribe.ts";

/** Authority, identifier and team of `codesign -dv --verbose=4`, which writes to its standard error. */
export function parseCodesign(text: string): readonly string[] {
  if (/not signed at all/.test(text)) return ["its program is not signed"];
  return text.split("\n").flatMap((line) => {
    const match = /^(Identifier|Authority|TeamIdentifier|Signature)=(.{1,200})$/.exec(line);
    return match === null ? [] : [`${match[1] ?? ""}=${match[2] ?? ""}`];
  });
}

const asked = new WeakMap<object, number>();
const maxAsked = 60;

/** On a live Mac, who signed the program of an item outside /System; nothing of a mounted disk. */
export async function signatureOf(
  scribe: Scribe,
  item: string,
  program: string | undefined,
): Promise<readonly string[]> {
  const { host, target } = scribe.sources;
  const live = target.live && host.facts.platform === "darwin";
  if (!live || program?.startsWith("/") !== true || item.startsWith("/System/")) return [];
  const count = asked.get(scribe) ?? 0;
  asked.set(scribe, count + 1);
  if (count >= maxAsked) {
    scribe.miss(`signatures of more than ${maxAsked} programs were not looked at`);
    return [];
  }
  const result = await host.run(["codesign", "-dv", "--verbose=4", "--", program], {
    timeoutMs: 3000,
    maxBytes: 65_536,
  });
  return result.missing || result.timedOut ? [] : parseCodesign(result.stderr);
}
