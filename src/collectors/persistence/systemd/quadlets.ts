import { accounts } from "../../users.ts";
import { sourceOf } from "../scribe.ts";
import { addUnits } from "./units.ts";

/** Where podman's generator looks for containers to make services of (podman-systemd.unit(5)). */
const shared = [
  "/etc/containers/systemd",
  "/etc/containers/systemd/users",
  "/run/containers/systemd",
  "/usr/share/containers/systemd",
  "/usr/share/containers/systemd/users",
];

/** Containers that systemd starts: a quadlet is a service without a unit file. */
export const quadlets = sourceOf(
  {
    id: "quadlets",
    title: "Containers started by systemd (quadlets)",
    attack: ["T1543.005", "T1543.002", "T1610"],
    timeoutMs: 30_000,
    rootAdds: "the containers of root and of other users",
    platform: "linux",
  },
  async (scribe) => {
    const own = (await accounts(scribe.sources)).flatMap(({ home, uid, user }) => [
      { path: `${home}/.config/containers/systemd`, user },
      ...(uid < 0
        ? []
        : [
            { path: `/etc/containers/systemd/users/${uid}`, user },
            { path: `/run/user/${uid}/containers/systemd`, user },
          ]),
    ]);
    const folders = [...own, ...shared.map((path) => ({ path }))];
    // Quadlets may lie one folder deeper.
    const deeper: { readonly path: string }[] = [];
    for (const folder of folders) {
      for (const name of await scribe.names(folder.path)) {
        const path = `${folder.path}/${name}`;
        const known = folders.some((other) => other.path === path);
        if (!/\.\w{1,12}$/.test(name) && !known && (await scribe.stat(path))?.kind === "dir")
          deeper.push({ ...folder, path });
      }
    }
    await addUnits(scribe, [...folders, ...deeper]);
  },
);
