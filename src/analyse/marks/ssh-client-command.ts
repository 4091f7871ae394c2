import { isGenuine } from "../../model/persistence.ts";
import { itemFindings } from "../persistence.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "ssh-client-command",
  title: "Using ssh runs a command, or opens a way back in",
  severity: "medium",
  attack: ["T1059.004", "T1572"],
} as const;

/** Ways through another host that are usual in such files. */
const usual =
  /^(?:\/usr\/bin\/)?(?:ssh\s[^;|&`$]{0,200}-W\s|(?:nc|ncat|connect-proxy|connect|corkscrew)\s[^;|&`$]{0,200}%h\b|cloudflared\s(?:access\s)?[^;|&`$]{0,200}|aws\sssm\s|gcloud\s|sh -c "aws ssm start-session|tailscale\s(?:nc|ssh)\s|sss_ssh_knownhosts(?:proxy)?\s)/;

export const sshClientCommand: Mark = {
  ...base,
  needs: ["persistence"],
  mechanisms: ["ssh-client"],
  evaluate: (input) =>
    itemFindings(base, input, (item) => {
      if (item.mechanism !== "ssh-client" || isGenuine(item)) return undefined;
      if (/^remoteforward$/i.test(item.name))
        return { says: "opens a port on the other side that leads here" };
      const telling = item.runs.filter((run) => !usual.test(run));
      if (telling.length === 0) return undefined;
      return /^(?:localcommand|match|knownhostscommand|rc)$/i.test(item.name)
        ? { says: "runs a command whenever ssh is used", severity: "high" }
        : { says: "runs a command to connect" };
    }),
};
