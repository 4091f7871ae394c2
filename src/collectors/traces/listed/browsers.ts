import type { Listing } from "./listed.ts";

const profile = (base: string): readonly string[] =>
  [
    "Login Data",
    "Login Data For Account",
    "Cookies",
    "Network/Cookies",
    "History",
    "Web Data",
    "Bookmarks",
    "Preferences",
    "Secure Preferences",
    "Local State",
  ].flatMap((name) => [`${base}/${name}`, `${base}/*/${name}`]);
const extensions = (base: string): readonly string[] => [
  `${base}/*/Extensions/*/*/manifest.json`,
  `${base}/Extensions/*/*/manifest.json`,
  `${base}/NativeMessagingHosts/*`,
];

/** Profiles of the browser that the agent drives and of the user's own: sessions in them are credentials. */
export const browserProfiles: Listing = {
  id: "browser-profiles",
  title: "Browser profiles: sessions, saved passwords, extensions",
  attack: ["T1539", "T1555.003", "T1176.001"],
  timeoutMs: 30_000,
  keep: "facts",
  maxBytes: 0,
  groups: [
    [
      "agent's browser",
      [
        ...profile("~/.openclaw/browser/*"),
        ...profile("~/.openclaw/browser/*/user-data"),
        ...profile("~/.openclaw/sandbox/browsers/*"),
        ...extensions("~/.openclaw/browser/*"),
        ...extensions("~/.openclaw/browser/*/user-data"),
        ...profile("~/.clawdbot/browser/*"),
        ...extensions("~/.clawdbot/browser/*"),
      ],
    ],
    [
      "Chrome",
      [
        ...profile("~/.config/google-chrome"),
        ...extensions("~/.config/google-chrome"),
        ...profile("~/Library/Application Support/Google/Chrome"),
        ...extensions("~/Library/Application Support/Google/Chrome"),
      ],
    ],
    [
      "Chromium",
      [
        ...profile("~/.config/chromium"),
        ...extensions("~/.config/chromium"),
        ...profile("~/snap/chromium/common/chromium"),
        ...extensions("~/snap/chromium/common/chromium"),
      ],
    ],
    [
      "Brave, Edge",
      [
        ...profile("~/.config/BraveSoftware/Brave-Browser"),
        ...extensions("~/.config/BraveSoftware/Brave-Browser"),
        ...profile("~/.config/microsoft-edge"),
        ...extensions("~/.config/microsoft-edge"),
      ],
    ],
    [
      "Firefox",
      [
        "cookies.sqlite",
        "key4.db",
        "logins.json",
        "places.sqlite",
        "extensions.json",
        "extensions/*",
      ].flatMap((name) => [
        `~/.mozilla/firefox/*/${name}`,
        `~/snap/firefox/common/.mozilla/firefox/*/${name}`,
        `~/Library/Application Support/Firefox/Profiles/*/${name}`,
      ]),
    ],
    [
      "policies",
      [
        "/etc/opt/chrome/policies/managed/*",
        "/etc/chromium/policies/managed/*",
        "/etc/chromium.d/*",
        "/etc/firefox/policies/*",
        "/usr/lib/firefox/distribution/policies.json",
      ],
    ],
    ["playwright, puppeteer", ["~/.cache/ms-playwright/*", "~/.cache/puppeteer/*"]],
  ],
};
