import { fileURLToPath } from "node:url";
import type { Host } from "../../host/host.ts";

/**
 * A template of templates/schedule with its {{names}} replaced. Values must be escaped for the format already: a unit, a
 * crontab and a plist each escape in their own way. A line that holds one name alone and gets no text is left out.
 */
export async function fillTemplate(
  host: Pick<Host, "fs">,
  file: string,
  values: Readonly<Record<string, string>>,
): Promise<string> {
  const path = fileURLToPath(new URL(`../../../templates/schedule/${file}`, import.meta.url));
  const text = await host.fs.readText(path, { maxBytes: 100_000 });
  return text.replaceAll(
    /^\{\{([a-z]+)\}\}\n|\{\{([a-z]+)\}\}/gm,
    (_all, alone?: string, inside?: string) => {
      const name = alone ?? inside ?? "";
      const value = values[name];
      if (value === undefined) throw new TypeError(`the template ${file} wants ${name}`);
      return alone === undefined || value === "" ? value : `${value}\n`;
    },
  );
}
