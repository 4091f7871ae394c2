/** Places in a container where a file runs by itself or lets somebody in, as `docker diff` and `podman diff` tell them. */
import type { Severity } from "../../model/outcome.ts";

export interface ContainerPlace {
  readonly path: RegExp;
  readonly says: string;
  readonly severity: Severity;
  readonly attack: string;
  /** A package that is installed puts files there, too. */
  readonly packaged?: true;
}

const home = "(?:root|home\\/[^/]{1,100})";

/** The first that fits counts. */
export const containerPlaces: readonly ContainerPlace[] = [
  {
    path: /^\/etc\/ld\.so\.preload$/,
    says: "is loaded into every program",
    severity: "critical",
    attack: "T1574.006",
  },
  {
    path: /\/\.ssh\/(?:authorized_keys2?|rc|environment)$|^\/etc\/ssh\/sshd_config/,
    says: "lets somebody log in",
    severity: "high",
    attack: "T1098.004",
  },
  {
    path: /^\/etc\/(?:sudoers(?:\.d\/.{1,200})?|pam\.d\/.{1,200}|doas\.conf)$/,
    says: "decides who becomes root",
    severity: "high",
    attack: "T1548.003",
    packaged: true,
  },
  {
    path: /^\/etc\/(?:passwd|shadow|group)$/,
    says: "says which accounts there are",
    severity: "medium",
    attack: "T1136.001",
    packaged: true,
  },
  {
    path: /^\/etc\/(?:cron|anacrontab)|^\/var\/spool\/(?:cron|at)\//,
    says: "runs at its time",
    severity: "high",
    attack: "T1053.003",
    packaged: true,
  },
  {
    path: /^\/etc\/(?:systemd\/(?:system|user)\/|init\.d\/|rc\.local$|s6-overlay\/|cont-init\.d\/|supervisor\/)/,
    says: "runs when the container starts",
    severity: "medium",
    attack: "T1543",
    packaged: true,
  },
  {
    path: /^\/etc\/(?:ld\.so\.conf|ld\.so\.conf\.d\/.{1,200})$/,
    says: "decides which libraries programs load",
    severity: "medium",
    attack: "T1574.006",
    packaged: true,
  },
  {
    path: new RegExp(
      `^/etc/(?:profile(?:\\.d/.{1,200})?|bash\\.bashrc|environment|zsh/.{1,200})$|^/${home}/\\.(?:bashrc|bash_profile|bash_login|profile|zshrc|zshenv|zprofile)$`,
    ),
    says: "runs with every shell",
    severity: "medium",
    attack: "T1546.004",
    packaged: true,
  },
  {
    path: /^\/app\/(?:dist|extensions|openclaw\.mjs|package\.json|node_modules)(?:\/|$)|\/node_modules\/(?:openclaw|clawdbot|moltbot)\//,
    says: "is code of OpenClaw itself",
    severity: "high",
    attack: "T1554",
  },
  {
    path: /^\/usr\/local\/(?:s?bin|lib\/node_modules\/\.bin)\/|^\/opt\/[^/]{1,100}\/s?bin\//,
    says: "is a program that is found by its name",
    severity: "medium",
    attack: "T1554",
  },
  {
    path: /^\/(?:usr\/)?s?bin\//,
    says: "is a program of the system",
    severity: "high",
    attack: "T1554",
    packaged: true,
  },
  {
    path: /^\/(?:tmp|var\/tmp|dev\/shm)\/(?:.{1,300}\/)?(?:[^/]{1,200}\.(?:sh|bash|elf|so(?:\.\d{1,3})?|bin|run|ko|AppImage)|(?:xmrig|kinsing|kdevtmpfsi|minerd)[^/]{0,40}|\.(?!X\d|X11|ICE|XIM|font|Test|org\.chromium|com\.google)[^/]{1,200})$/,
    says: "lies among temporary files and is, or hides, a program",
    severity: "medium",
    attack: "T1036.005",
  },
];

/** What programs keep beside their code while they run. */
export const written = /\/(?:\.cache|__pycache__|\.vite|\.turbo)\/|\.(?:pyc|log|tmp)$/;

/** Folders of the package managers: what they changed says that packages were installed. */
export const packageStore = /^\/(?:var\/lib\/dpkg\/status|lib\/apk\/db\/installed|var\/lib\/rpm\/)/;
