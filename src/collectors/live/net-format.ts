/** Routes, neighbours and names as facts: pure functions. Formats: proc(5), route(8), resolv.conf(5), hosts(5). */
import type { HostFact } from "../../model/live-records.ts";

const maxLines = 10_000;

interface Line {
  readonly words: readonly string[];
  readonly place: { readonly path: string; readonly locator: string };
}

/** Lines as words; comments ("#", and ";" in resolv.conf) and empty lines are left out. */
function* linesOf(text: string, path: string, skip = 0): Generator<Line> {
  for (const [i, line] of text.split("\n", maxLines).entries()) {
    if (i < skip) continue;
    const words = line
      .replace(/[#;].*$/, "")
      .split(/[ \t]+/)
      .filter((word) => word !== "");
    if (words.length > 0) yield { words, place: { path, locator: `line ${i + 1}` } };
  }
}

/** /proc/net/arp. */
export function parseArp(text: string, path: string): readonly HostFact[] {
  return [...linesOf(text, path, 1)].flatMap(({ words, place }) => {
    const [address, , flags, hardware, , device] = words;
    if (address === undefined || hardware === undefined || device === undefined) return [];
    return [
      {
        kind: "neighbour",
        name: address,
        detail: `${hardware} on ${device} (flags ${flags})`,
        traits: [],
        place,
      },
    ];
  });
}

/** A 32-bit word as the kernel prints it on a little- or big-endian machine. */
function dotted(hex: string, littleEndian: boolean): string {
  const bytes = [0, 2, 4, 6].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return (littleEndian ? bytes.reverse() : bytes).join(".");
}

/** /proc/net/route. */
export function parseRoutes(text: string, path: string, littleEndian: boolean): readonly HostFact[] {
  return [...linesOf(text, path, 1)].flatMap(({ words, place }) => {
    const [device, to, via, , , , metric, mask] = words;
    const hex = /^[0-9A-Fa-f]{8}$/;
    if (device === undefined || !hex.test(to ?? "") || !hex.test(via ?? "") || !hex.test(mask ?? ""))
      return [];
    const bits = Number.parseInt(mask ?? "0", 16)
      .toString(2)
      .replaceAll("0", "").length;
    const name = `${dotted(to ?? "", littleEndian)}/${bits}`;
    const gateway = dotted(via ?? "", littleEndian);
    return [
      { kind: "route", name, detail: `via ${gateway} on ${device} (metric ${metric})`, traits: [], place },
    ];
  });
}

/** /proc/net/ipv6_route: 32 hex digits each, in the order of the address. */
export function parseRoutes6(text: string, path: string): readonly HostFact[] {
  return [...linesOf(text, path)].flatMap(({ words, place }) => {
    const [to, bits, , , via, metric, , , , device] = words;
    const hex = /^[0-9a-f]{32}$/;
    if (!hex.test(to ?? "") || !hex.test(via ?? "") || device === undefined) return [];
    const name = `${groups(to ?? "")}/${Number.parseInt(bits ?? "0", 16)}`;
    return [
      {
        kind: "route6",
        name,
        detail: `via ${groups(via ?? "")} on ${device} (metric ${Number.parseInt(metric ?? "0", 16)})`,
        traits: [],
        place,
      },
    ];
  });
}

function groups(hex: string): string {
  const parts = hex.match(/.{4}/g) ?? [];
  return parts.map((part) => part.replace(/^0{1,3}/, "")).join(":");
}

/** /proc/net/dev: the interfaces with what went through them since they came up. */
export function parseDevices(text: string, path: string): readonly HostFact[] {
  return [...linesOf(text.replaceAll(":", ": "), path, 2)].flatMap(({ words, place }) => {
    const [name, received, , , , , , , , sent] = words;
    if (name === undefined || !name.endsWith(":") || sent === undefined) return [];
    return [
      {
        kind: "interface",
        name: name.slice(0, -1),
        detail: `${received} bytes received, ${sent} bytes sent`,
        traits: /^(?:tun|tap|wg|tailscale|ts|zt|nordlynx|ppp)\d*/.test(name) ? (["tunnel"] as const) : [],
        data: { received: Number(received), sent: Number(sent) },
        place,
      },
    ];
  });
}

/** /etc/resolv.conf: who answers for names. */
export function parseResolvers(text: string, path: string): readonly HostFact[] {
  return [...linesOf(text, path)].map(({ words, place }) => ({
    kind: "resolver",
    name: words[0] ?? "",
    detail: words.slice(1).join(" "),
    traits: [],
    place,
  }));
}

/** Names whose answer an intruder likes to give. */
const worthRedirecting =
  /(?:^|\.)(?:openclaw\.ai|clawhub\.(?:ai|com)|anthropic\.com|openai\.com|openrouter\.ai|googleapis\.com|github\.com|githubusercontent\.com|npmjs\.org|pypi\.org|debian\.org|ubuntu\.com|telegram\.org|discord\.com|slack\.com)$/i;

/** /etc/hosts: names that never reach a resolver. */
export function parseHosts(text: string, path: string): readonly HostFact[] {
  return [...linesOf(text, path)].flatMap(({ words: [address, ...names], place }) =>
    names.map((name): HostFact => ({
      kind: "host-name",
      name,
      detail: address ?? "",
      traits: worthRedirecting.test(name) ? ["redirected-name"] : [],
      place,
    })),
  );
}
