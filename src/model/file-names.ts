/**
 * File names as bytes and as strings. A POSIX name is bytes; most are UTF-8. A byte that is not takes the form of a lone
 * surrogate U+DC80…U+DCFF, as Python's "surrogateescape" does it, so that every name survives string → bytes → string.
 */
const fatal = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function nameBytes(name: string): Buffer {
  if (name.isWellFormed()) return Buffer.from(name, "utf8");
  const parts: Buffer[] = [];
  for (const char of name) {
    const code = char.codePointAt(0) ?? 0;
    const escaped = code >= 0xdc80 && code <= 0xdcff;
    parts.push(escaped ? Buffer.of(code - 0xdc00) : Buffer.from(char, "utf8"));
  }
  return Buffer.concat(parts);
}

export function nameOf(bytes: Uint8Array): string {
  try {
    return fatal.decode(bytes);
  } catch {
    return escapedName(bytes);
  }
}

/** Decodes sequence by sequence; every byte that starts no valid sequence is escaped. */
function escapedName(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes[at] ?? 0);
    const decoded = length === 0 ? undefined : decodedOrNot(bytes.subarray(at, at + length), length);
    text += decoded ?? String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
    at += decoded === undefined ? 1 : length;
  }
  return text;
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

function decodedOrNot(bytes: Uint8Array, length: number): string | undefined {
  if (bytes.length < length) return undefined;
  try {
    return fatal.decode(bytes);
  } catch {
    return undefined;
  }
}
