/** Object with the entries that have a value: optional fields are left out, never undefined. */
export type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

export function present<T extends Readonly<Record<string, unknown>>>(fields: T): Present<T> {
  const kept: Present<T> = {};
  for (const key in fields) {
    const value = fields[key];
    if (isThere(value)) kept[key] = value;
  }
  return kept;
}

function isThere<T>(value: T): value is Exclude<T, undefined> {
  return value !== undefined;
}
