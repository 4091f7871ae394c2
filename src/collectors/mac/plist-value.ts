/** What a property list holds, and looks at it that never throw. */
export type Plist = string | number | boolean | Date | Uint8Array | readonly Plist[] | PlistDict;
export interface PlistDict {
  readonly [key: string]: Plist;
}

export const maxValues = 200_000;
export const maxDepth = 64;

export function plistDict(value: unknown): PlistDict {
  const plain = typeof value === "object" && value !== null && !Array.isArray(value);
  return plain && !(value instanceof Date) && !(value instanceof Uint8Array) ? (value as PlistDict) : {};
}
export function plistList(value: unknown): readonly Plist[] {
  return Array.isArray(value) ? (value as readonly Plist[]) : [];
}
export function plistStrings(value: unknown): readonly string[] {
  return plistList(value).filter((one) => typeof one === "string");
}
export function plistText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Every string in a value, however deep, at most `max`. */
export function stringsIn(value: Plist, max = 2000): readonly string[] {
  const found: string[] = [];
  const waiting: Plist[] = [value];
  for (let one = waiting.pop(); one !== undefined && found.length < max; one = waiting.pop()) {
    if (typeof one === "string") found.push(one);
    else if (Array.isArray(one)) waiting.push(...[...(one as readonly Plist[])].reverse());
    else waiting.push(...Object.values(plistDict(one)).reverse());
  }
  return found;
}
