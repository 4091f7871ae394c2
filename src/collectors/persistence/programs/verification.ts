import type { FileStat } from "../../../host/host.ts";
import { changedText } from "../../../model/persistence.ts";
import { type PackageFile, packagesOf, type Verified } from "../../traces/packages.ts";
import { resolveInside } from "../../../openclaw/view.ts";
import { factsOf } from "../item.ts";
import { type Scribe, sourceOf } from "../scribe.ts";

const maxMs = 100_000;
const maxSingle = 20;
const maxShown = 100;

/** Text, pictures and data: nothing of it runs. */
const data =
  /\.(?:json|md|txt|rst|html?|css|png|svg|gif|jpe?g|pyc|pyi|h|hpp|a|xml|gz|xz|pem|map|mo|ttf|otf|proto|ya?ml|csv|d\.ts|typed)$|\/(?:locale|doc|man|icons|firmware|i18n|zoneinfo|perl-base\/unicore)\//;
const libraries = /^\/(?:usr\/)?(?:lib(?:32|64|x32|exec)?|local|games)\/|^\/(?:etc|opt|boot)\//;

/** In this order, so that what matters most is done when the time is over. */
const passes: readonly { readonly what: string; readonly wanted: (file: PackageFile) => boolean }[] = [
  { what: "programs", wanted: ({ path }) => isProgram(path) },
  { what: "configuration files", wanted: ({ config }) => config },
  { what: "libraries", wanted: ({ path, config }) => !config && libraries.test(path) && !data.test(path) },
];

function isProgram(path: string): boolean {
  return /^\/(?:usr\/(?:local\/)?)?s?bin\/|\.so(?:\.\d{1,6}){0,4}$|\.ko(?:\.[xg]z|\.zst)?$/.test(path);
}

/** What differs from the sum that its package brought. The sums lie on the same disk: root could have changed them, too. */
export const verification = sourceOf(
  {
    id: "package-verification",
    title: "Files that are not as their package brought them",
    attack: ["T1554"],
    timeoutMs: 180_000,
    slow: true,
    rootAdds: "files that this user may not read",
    platform: "linux",
  },
  async (scribe) => {
    const packages = await packagesOf(scribe.sources);
    if (packages.outcome !== "ok") scribe.miss(packages.reason ?? "the packages are not known");
    const { clock, signal } = scribe.sources.host;
    const ends = clock.monotonic() + maxMs;
    const changed = new Changed(scribe);
    for (const { what, wanted } of passes) {
      let checked = 0;
      for (const file of packages.files()) {
        if (!wanted(file)) continue;
        if (signal.aborted || clock.monotonic() > ends) {
          scribe.miss(
            `after ${checked} ${what} the time was over; the rest was not compared with its packages`,
          );
          break;
        }
        checked += 1;
        const verdict = await packages.verify(file.path);
        if (verdict !== "same") await changed.look(file, verdict);
      }
    }
    changed.end();
  },
);

/** A package that was replaced as a whole, as npm replaces itself, is one item and not hundreds. */
class Changed {
  readonly #scribe: Scribe;
  readonly #others = new Map<string, { readonly file: PackageFile; readonly stat: FileStat | undefined }[]>();
  readonly #seen = new Set<string>();
  #unread = 0;
  constructor(scribe: Scribe) {
    this.#scribe = scribe;
  }

  async look(file: PackageFile, verdict: Verified): Promise<void> {
    if (this.#seen.has(file.path)) return;
    this.#seen.add(file.path);
    const { host, target } = this.#scribe.sources;
    const real = await resolveInside(host, target.root, target.toReal(file.path)).catch(() => undefined);
    const stat = real === undefined ? undefined : await host.fs.stat(real).catch(() => undefined);
    if (verdict === "unknown") {
      // What was removed on purpose, as documentation from containers, is no intruder's work.
      if (stat?.kind === "file" || real === undefined) this.#unread += 1;
    } else if (file.config || isProgram(file.path)) {
      this.#add(file, stat);
    } else {
      const list = this.#others.get(file.package) ?? [];
      this.#others.set(file.package, list);
      list.push({ file, stat });
    }
  }

  #add(file: PackageFile, stat: FileStat | undefined): void {
    this.#scribe.add({
      ...{ name: file.path, path: file.path, trigger: file.config ? "whoever reads it" : "whoever runs it" },
      sets: file.config ? ["a configuration file that was edited"] : [],
      odd: file.config ? [] : [changedText],
      ...(stat === undefined ? {} : { facts: factsOf(stat) }),
      ...(file.package === "" ? {} : { package: file.package }),
    });
  }

  end(): void {
    for (const [name, files] of this.#others) {
      const [first] = files;
      if (files.length <= maxSingle) for (const { file, stat } of files) this.#add(file, stat);
      else
        this.#scribe.add({
          name: `${files.length} files of ${name}`,
          path: first?.file.path,
          trigger: "whoever runs it",
          sets: files.slice(0, maxShown).map(({ file }) => file.path),
          package: name,
        });
    }
    if (this.#unread > 0) {
      this.#scribe.miss(`${this.#unread} files of packages could not be read and compared`);
    }
  }
}
