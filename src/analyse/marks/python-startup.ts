import { isGenuine, noPackageText } from "../../model/persistence.ts";
import type { PersistenceItem } from "../../model/persistence.ts";
import type { Mark } from "../mark.ts";
import { itemFindings } from "../persistence.ts";

const base = {
  id: "python-startup",
  title: "Code that every start of a Python runs",
  severity: "medium",
  attack: ["T1546.018"],
} as const;

/** Lines that setuptools, virtualenv, coverage, namespace packages and editable installations write. */
const ordinary =
  /^import (?:os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os\.environ\.get\(var, '(?:local|stdlib)'\) == 'local'; enabled and __import__\('_distutils_hack'\)(?:\.add_shim\(\))?;?|_virtualenv|sys, types, os;\s?has_mfs = sys\.version_info > \(3, 5\);[\s\S]{1,900}|__editable__\w{1,200}; __editable__\w{1,200}\.install\(\)|coverage; coverage\.process_startup\(\)|sys; exec\('try: import coverage; coverage\.process_startup\(\)[\s\S]{1,100}|distutils_hack|_pdbpp_path_hack\.\w{1,20}|zope)\s*$/;
const strong =
  /\b(?:exec|eval|compile)\s*\(|__import__\(|base64|urllib|urlopen|requests|socket|subprocess|os\.(?:system|popen)|ctypes|zlib\.decompress|marshal/;

/** Lines of a start-up file that no usual package writes, unless the distribution brought the file. */
export function ownStartLines(item: PersistenceItem): readonly string[] {
  if (item.mechanism !== "python-startup" || isGenuine(item)) return [];
  return item.runs.filter((line) => !ordinary.test(line));
}

export const pythonStartupMark: Mark = {
  ...base,
  needs: ["persistence"],
  mechanisms: ["python-startup"],
  evaluate: (input) =>
    itemFindings(base, input, (item) => {
      const lines = ownStartLines(item);
      if (lines.length === 0) return undefined;
      const lies = item.odd.includes(noPackageText) ? `${noPackageText}, and ` : "";
      return lies !== "" || lines.some((line) => strong.test(line))
        ? { says: `${lies}runs code of its own with every start of this Python`, severity: "high" }
        : { says: "imports a module with every start of this Python" };
    }),
};
