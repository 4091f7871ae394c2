/** Nanosecond times as pax, manifests and people spell them. A hostile mtime may lie far outside what a Date can hold. */
const nano = 1_000_000_000n;

function split(ns: bigint): { readonly seconds: bigint; readonly rest: bigint } {
  const rest = ((ns % nano) + nano) % nano;
  return { seconds: (ns - rest) / nano, rest };
}

/** "1700000000.000000001", "-1.5"; no fraction where there is none. Negative times count the fraction away from zero. */
export function paxTime(ns: bigint): string {
  const sign = ns < 0n ? "-" : "";
  const absolute = ns < 0n ? -ns : ns;
  const { seconds, rest } = split(absolute);
  const fraction = rest === 0n ? "" : `.${rest.toString().padStart(9, "0").replace(/0+$/, "")}`;
  return `${sign}${seconds}${fraction}`;
}

/** Undefined for what is no pax time. Digits after the ninth are dropped. */
export function parsePaxTime(text: string): bigint | undefined {
  const match = /^(-?)(\d{1,19})(?:\.(\d{0,40}))?$/.exec(text);
  if (match === null) return undefined;
  const fraction = (match[3] ?? "").slice(0, 9).padEnd(9, "0");
  const ns = BigInt(match[2] ?? "0") * nano + BigInt(fraction);
  return match[1] === "-" ? -ns : ns;
}

/** ISO 8601 UTC with nine decimals; a time that no Date can hold is spelled "@seconds.fraction". */
export function isoTime(ns: bigint): string {
  const { seconds, rest } = split(ns);
  const ms = Number(seconds) * 1000;
  if (Math.abs(ms) > 8.64e15) return `@${paxTime(ns)}`;
  return `${new Date(ms).toISOString().slice(0, -5)}.${rest.toString().padStart(9, "0")}Z`;
}
