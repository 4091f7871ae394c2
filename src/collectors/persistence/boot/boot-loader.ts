import { textOf } from "../../files.ts";
import { distinctFolders } from "../folders.ts";
import { addFolders, ownership } from "../script.ts";
import { type Scribe, sourceOf, wholeText } from "../scribe.ts";

/** Parameters of the kernel that start another first program or switch a protection off (kernel-parameters(7), systemd(1)). */
const telling =
  /^(?:init|rdinit|systemd\.(?:run|unit|wants|debug[-_]shell)|rd\.(?:break|systemd\.unit)|single|emergency|selinux|enforcing|apparmor|security|audit|module\.sig_enforce|lockdown|lsm|nokaslr|nosmep|nosmap|mitigations|kgdboc|rd\.shell|1|S|s)(?:=|$)/;
/** Values of them that every distribution sets. */
const ordinary =
  /^(?:security=(?:apparmor|selinux)|apparmor=1|selinux=1|enforcing=1|audit=1|lsm=.*|mitigations=auto.*|init=\/(?:lib|usr\/lib)\/systemd\/systemd|init=\/sbin\/init)$/;

/** Quotes keep blanks together, as the kernel reads them. */
export function kernelParameters(line: string): readonly string[] {
  return [...line.slice(0, 16_384).matchAll(/(?:"[^"]*"|[^\s"])+/g)].map(([word]) => word);
}

function oddOf(parameters: readonly string[]): readonly string[] {
  return parameters
    .filter((one) => telling.test(one) && !ordinary.test(one))
    .map((one) => `the kernel is told ${one.slice(0, 200)}`);
}

async function addCommandLine(scribe: Scribe): Promise<void> {
  // The running kernel's: a mounted disk has none.
  if (!scribe.sources.target.live) return;
  const file = await scribe.file("/proc/cmdline");
  if (file === undefined) return;
  const parameters = kernelParameters(textOf(file.bytes));
  scribe.add({
    ...{ name: "running kernel", path: "/proc/cmdline", trigger: "boot", sets: parameters },
    odd: oddOf(parameters),
  });
}

const loaderFiles = [
  "/boot/grub/grub.cfg",
  "/boot/grub2/grub.cfg",
  "/boot/grub/custom.cfg",
  "/boot/efi/EFI/debian/grub.cfg",
  "/etc/default/grub",
  "/boot/cmdline.txt",
  "/boot/firmware/cmdline.txt",
  "/boot/extlinux/extlinux.conf",
];
const kernelLine =
  /^\s*(?:linux(?:16|efi)?|options|append|APPEND|GRUB_CMDLINE_LINUX(?:_DEFAULT|_RECOVERY)?)(?:\s+|\s*=\s*)(.{1,16000})$/;
const otherLine =
  /^\s*(?:GRUB_INIT_TUNE|GRUB_EARLY_INITRD_LINUX_CUSTOM|insmod\s+http|configfile\s|initrd\s.*\(http)(.{0,2000})/;

async function addLoaderFile(scribe: Scribe, path: string): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const parameters = new Set<string>();
  const whole = /cmdline\.txt$/.test(path);
  for (const line of wholeText(scribe, file).split("\n")) {
    const match = whole ? line : kernelLine.exec(line)?.[1];
    if (match !== undefined) {
      const bare = match.trim().replace(/^"(.*)"$/, "$1");
      for (const one of kernelParameters(bare)) if (parameters.size < 300) parameters.add(one);
    } else if (otherLine.test(line)) {
      parameters.add(line.trim());
    }
  }
  scribe.add({ name, file, trigger: "boot", sets: [...parameters], odd: oddOf([...parameters]) });
}

/** What runs before the system does: the kernel's parameters, the loader's settings, scripts that build or are in the initramfs. */
export const bootLoader = sourceOf(
  {
    id: "boot",
    title: "Kernel parameters, boot loader and initramfs scripts",
    attack: ["T1542.003", "T1037"],
    timeoutMs: 30_000,
    rootAdds: "the boot loader's configuration where only root may read it",
    platform: "linux",
  },
  async (scribe) => {
    await addCommandLine(scribe);
    const entries = ["/boot/loader/entries", "/etc/default/grub.d"];
    const more: string[] = [];
    for (const folder of entries)
      more.push(...(await scribe.names(folder)).map((name) => `${folder}/${name}`));
    for (const path of [...loaderFiles, ...more]) await addLoaderFile(scribe, path);
    await addFolders(scribe, [
      { folder: "/etc/grub.d", trigger: "update-grub", executable: true, not: /^README$/ },
      { folder: "/etc/initramfs-tools/hooks", trigger: "update-initramfs", executable: true },
      { folder: "/etc/initramfs-tools/scripts", trigger: "boot", executable: true, depth: 1 },
      { folder: "/usr/share/initramfs-tools/hooks", trigger: "update-initramfs", executable: true },
      { folder: "/usr/share/initramfs-tools/scripts", trigger: "boot", executable: true, depth: 1 },
      { folder: "/etc/kernel/postinst.d", trigger: "installation of a kernel", executable: true },
      { folder: "/etc/kernel/postrm.d", trigger: "removal of a kernel", executable: true },
      { folder: "/etc/kernel/install.d", trigger: "installation of a kernel", executable: true },
    ]);
    await addDracut(scribe);
  },
);

/** Only modules that no package brought: a usual host has several hundred files here. */
async function addDracut(scribe: Scribe): Promise<void> {
  const folders = ["/etc/dracut.conf.d", "/usr/lib/dracut/modules.d", "/lib/dracut/modules.d"];
  for (const folder of await distinctFolders(scribe.sources, folders)) {
    for (const name of await scribe.names(folder)) {
      const path = `${folder}/${name}`;
      const stat = await scribe.stat(path);
      const paths =
        stat?.kind === "dir" ? (await scribe.names(path)).map((inner) => `${path}/${inner}`) : [path];
      for (const one of paths) {
        if ((await scribe.stat(one))?.kind !== "file") continue;
        const file = await scribe.file(one);
        if (file === undefined || (file.package !== undefined && file.odd.length === 0)) continue;
        const odd = await ownership(scribe, file);
        const lines = textOf(file.bytes)
          .split("\n")
          .map((line) => line.trim());
        const runs = lines.filter((line) => line !== "" && !line.startsWith("#")).slice(0, 200);
        scribe.add({ name, file, trigger: "dracut", runs, odd });
      }
    }
  }
}
