import type { Listing } from "./listed.ts";

/** Credentials of other programs that an intruder who was this user could read: what has to be rotated, too. */
export const otherCredentials: Listing = {
  id: "other-credentials",
  title: "Credentials of cloud and command-line programs that lie about",
  attack: ["T1552.001", "T1528"],
  timeoutMs: 30_000,
  rootAdds: "the credentials of root",
  keep: "hash",
  maxBytes: 8 << 20,
  groups: [
    [
      "aws",
      [
        "~/.aws/credentials",
        "~/.aws/config",
        "~/.aws/sso/cache/*",
        "~/.aws/cli/cache/*",
        "/root/.aws/credentials",
      ],
    ],
    [
      "google cloud",
      [
        "~/.config/gcloud/credentials.db",
        "~/.config/gcloud/access_tokens.db",
        "~/.config/gcloud/application_default_credentials.json",
        "~/.config/gcloud/legacy_credentials/*/adc.json",
        "~/.boto",
      ],
    ],
    ["azure", ["~/.azure/*.json", "~/.azure/msal_token_cache.*", "~/.azure/service_principal_entries.*"]],
    [
      "kubernetes",
      ["~/.kube/config", "~/.kube/*.yaml", "/etc/kubernetes/admin.conf", "/etc/rancher/k3s/k3s.yaml"],
    ],
    ["docker", ["~/.docker/config.json", "~/.config/containers/auth.json", "/root/.docker/config.json"]],
    ["git", ["~/.git-credentials", "~/.config/git/credentials", "~/.netrc", "~/_netrc"]],
    [
      "github, gitlab",
      [
        "~/.config/gh/hosts.yml",
        "~/.config/hub",
        "~/.config/glab-cli/config.yml",
        "~/.config/tea/config.yml",
      ],
    ],
    [
      "gnupg",
      [
        "~/.gnupg/private-keys-v1.d/*",
        "~/.gnupg/secring.gpg",
        "~/.gnupg/pubring.kbx",
        "~/.gnupg/trustdb.gpg",
      ],
    ],
    [
      "npm, pypi, cargo, gem",
      [
        "~/.npmrc",
        "~/.yarnrc.yml",
        "~/.pypirc",
        "~/.cargo/credentials*",
        "~/.gem/credentials",
        "~/.composer/auth.json",
      ],
    ],
    [
      "terraform, vault",
      [
        "~/.terraform.d/credentials.tfrc.json",
        "~/.terraformrc",
        "~/.vault-token",
        "~/.pulumi/credentials.json",
      ],
    ],
    [
      "hosting",
      [
        "~/.config/hcloud/cli.toml",
        "~/.config/doctl/config.yaml",
        "~/.fly/config.yml",
        "~/.vercel/auth.json",
        "~/.local/share/com.vercel.cli/auth.json",
        "~/.netlify/config.json",
        "~/.config/netlify/config.json",
        "~/.config/.wrangler/config/*",
        "~/.config/heroku/*",
        "~/.config/linode-cli",
        "~/.oci/config",
        "~/.aliyun/config.json",
      ],
    ],
    [
      "copies and mail",
      [
        "~/.config/rclone/rclone.conf",
        "~/.config/restic/*",
        "~/.s3cfg",
        "~/.mailrc",
        "~/.msmtprc",
        "~/.muttrc",
        "~/.config/himalaya/config.toml",
      ],
    ],
    ["databases", ["~/.pgpass", "~/.my.cnf", "~/.mylogin.cnf", "~/.config/mongosh/*", "~/.redisclirc"]],
    [
      "agents",
      [
        "~/.claude/.credentials.json",
        "~/.codex/auth.json",
        "~/.gemini/oauth_creds.json",
        "~/.config/github-copilot/*.json",
        "~/.local/share/opencode/auth.json",
        "~/.qwen/oauth_creds.json",
        "~/.config/goose/secrets.yaml",
      ],
    ],
    [
      "model hubs",
      [
        "~/.cache/huggingface/token",
        "~/.huggingface/token",
        "~/.config/openai/*",
        "~/.config/anthropic/*",
        "~/.replicate/*",
        "~/.kaggle/kaggle.json",
      ],
    ],
    [
      "password managers",
      [
        "~/.config/op/config",
        "~/.config/Bitwarden CLI/data.json",
        "~/.password-store/.gpg-id",
        "~/.local/share/keyrings/*",
        "~/.lastpass/*",
        "~/Library/Keychains/*",
      ],
    ],
    [
      "network",
      [
        "~/.config/ngrok/ngrok.yml",
        "~/.cloudflared/*",
        "/var/lib/tailscale/tailscaled.state",
        "/etc/wireguard/*.conf",
      ],
    ],
    [
      "environment files",
      ["~/.env", "~/.envrc", "~/.secrets", "~/.config/environment.d/*", "~/*.env", "~/*/.env"],
    ],
  ],
};
